# SPDX-License-Identifier: Apache-2.0
"""The tables of the page that have one row per run."""

import os

import pandas as pd

from analysis.baseline import is_dense
from analysis.grouping import groups
from analysis.html_table import Hash
from analysis.titles import text, titles

LEFT = {"method", "run", "name", "score", "schedule", "denoise", "rewind", "scope", "union", "soup", "state", "why", "file", "created (UTC)", "run id",
        "commit", "weights", "data"}
SE = "±\N{NO-BREAK SPACE}se"
CHOICES = ["score", "schedule", "denoise", "rewind", "scope", "union", "soup"]


def results(runs):
    """Returns the results of each run, its sizes and its resolved choices, as texts; columns without a value are left out."""
    runs = _titled(runs)
    columns = {
        "method": runs["title"], "seed": runs["seed"].astype(str), "test": _texts(runs["test"], ".4f"), SE: _texts(runs["test_se"], "± .4f"),
        "minus dense": _texts(runs["test_minus_dense"].where(~is_dense(runs)), "+.4f"),
        "validation": _texts(runs["validation"], ".4f"), "n test": _texts(runs["n_test"], ",.0f"),
        "n validation": _texts(runs["n_validation"], ",.0f"), "rounds": _texts(runs["rounds"], ",.0f"), "rate": _texts(runs["effective_rate"], ".3f"),
    } | {choice: runs[choice].fillna("") for choice in CHOICES}
    return _with_values(columns)


def sources(runs, folder):
    """Returns what each run was made from and by, as texts; files relative to `folder`."""
    runs = _titled(runs)
    columns = {
        "method": runs["title"], "seed": runs["seed"].astype(str), "name": runs["name"], "run id": runs["run_id"],
        "ranks": _provenance(runs, "mpi_size").map(lambda ranks: "" if pd.isna(ranks) else text("mpi_size", ranks)),
        "created (UTC)": _provenance(runs, "created").map(_minutes),
        "commit": [_commit(*facts) for facts in zip(_provenance(runs, "git_commit"), _provenance(runs, "git_dirty"))],
        "weights": runs["weights_sha256"].map(_hash), "data": runs["data_sha256"].map(_hash),
        "file": [os.path.relpath(file, folder) for file in runs["path"]],
    }
    return _with_values(columns)


def excluded_runs(excluded, folder):
    """Returns the runs that are not in the tables; folders relative to `folder`."""
    return pd.DataFrame([{"run": os.path.relpath(other["run"], folder), "state": other["state"], "why": other["why"]} for other in excluded])


def _titled(runs):
    """Returns the runs in the order of their groups and seeds, each with the `title` of its group."""
    found = groups(runs)
    members = [members.sort_values("seed").assign(title=title) for title, (_, members) in zip(titles(found), found)]
    return pd.concat(members, ignore_index=True)


def _provenance(runs, name):
    return runs.get(f"provenance.{name}", pd.Series([None] * len(runs), runs.index))


def _commit(commit, dirty):
    return Hash(commit, " + changes" * (dirty is True)) if isinstance(commit, str) else ""


def _hash(digits):
    return Hash(digits) if digits else ""


def _minutes(time):
    return f"{time:%Y-%m-%d %H:%M}" if isinstance(time, pd.Timestamp) else ""


def _texts(values, form):
    mark = "± " * form.startswith("± ")
    return values.map(lambda value: "" if pd.isna(value) else mark + format(value, form.removeprefix("± ")))


def _with_values(columns):
    return pd.DataFrame({name: list(values) for name, values in columns.items() if any(bool(value) for value in values)})
