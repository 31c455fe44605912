# SPDX-License-Identifier: Apache-2.0
"""The comparison as texts, under the names that a reader sees."""

import pandas as pd

DIGITS = 4  # of test results and sparsities
PAIRED = "±\N{NO-BREAK SPACE}sd (paired)"


def formatted(comparison, metric):
    """Returns a table of texts for analysis.compare.compare. Columns without a single value (not recorded, not measured) are left out."""
    rows = comparison.to_dict("records")
    looks_ahead = comparison["look_ahead"].gt(0).any()
    texts = {
        "method": [row["method"] for row in rows],
        "seeds": [str(row["seeds"]) for row in rows],
        "sparsity": [_sparsity(row) for row in rows],
        "kept": [_count(row["kept"]) for row in rows],
        f"test {metric}": [f"{row['mean']:.{DIGITS}f}" for row in rows],
        spread_name(comparison): [spread(row) for row in rows],
        "minus dense": ["" if row["requested"] == 0 and row["minus_dense"] == 0 else _number(row["minus_dense"], f"+.{DIGITS}f") for row in rows],
        PAIRED: [_paired_spread(row) for row in rows],
        "rounds": [_count(row["rounds"]) for row in rows],
        "rate": [_number(row["effective_rate"], ".3f") for row in rows],
        "steps": [_count(row["steps"]) for row in rows],
        "look-ahead": [_count(row["look_ahead"]) if looks_ahead else "" for row in rows],
        "TFLOP executed": [_number(row["tflop_executed"], ",.2f") for row in rows],
        "theoretical": [_number(row["tflop_theoretical"], ",.2f") for row in rows],
        "seconds": [_number(row["wall_s"], ",.1f") for row in rows],
    }
    return pd.DataFrame({name: values for name, values in texts.items() if any(values)})


def spread_name(comparison):
    """Names what `spread` shows in this table."""
    several, one = comparison["seeds"].gt(1).any(), comparison["low"].notna().any()
    name = "± sd, or [95 %]" if several and one else "± sd" if several else "[95 %]"
    return name.replace("± ", "±\N{NO-BREAK SPACE}").replace(" %", "\N{NO-BREAK SPACE}%")


def spread(row):
    """The standard deviation over seeds; of one seed the 95 % interval, where it is known. Never ± for one seed."""
    if row["seeds"] > 1:
        return f"± {row['sd']:.{DIGITS}f}"
    return interval(row["low"], row["high"])


def interval(low, high, sign=""):
    """[low, high], with `sign` = "+" each with its sign; empty where it is not known."""
    return "" if pd.isna(low) else f"[{low:{sign}.{DIGITS}f}, {high:{sign}.{DIGITS}f}]"


def _paired_spread(row):
    """The standard deviation of the differences; how many there are, if not one per seed."""
    if row["pairs"] < 2 or row["minus_dense_sd"] == 0 == row["minus_dense"]:
        return ""
    return f"± {row['minus_dense_sd']:.{DIGITS}f}" + (f" ({row['pairs']})" if row["pairs"] != row["seeds"] else "")


def _sparsity(row):
    achieved, requested = f"{row['achieved']:.{DIGITS}f}", f"{row['requested']:.{DIGITS}f}"
    return achieved if achieved == requested else f"{achieved} (asked {requested})"


def _count(value):
    return _number(value, ",.0f")


def _number(value, form):
    return "" if pd.isna(value) else format(value, form)
