# SPDX-License-Identifier: Apache-2.0
"""Is a method better than another? Means over seeds, and differences to a baseline, paired by seed.

    python -m analysis.stats FOLDER... --baseline NAME
    from analysis.stats import stats
    stats(load("runs"), "LTH")
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.baseline import pairing
from analysis.command_line import BAD_INPUT, Parser
from analysis.compare import read, tasks
from analysis.formatting import DIGITS, interval, spread, spread_name
from analysis.grouping import groups
from analysis.intervals import mean_interval, sign_test
from analysis.summary import statistics
from analysis.titles import titles

HELP = """Compares the runs below folders with a baseline: mean, standard deviation and number of seeds of each method, and its difference
to the baseline, each seed minus the same seed of the baseline, with a 95 % t interval and an exact sign test."""
NOTES = """A difference is significant where its interval leaves 0 out. Each row is tested by itself: of twenty methods that differ in nothing
one will look significant. One seed has no ±: what stands there is the interval that the size of its test set leaves, where the metric is accuracy."""


def stats(runs, baseline="dense"):
    """Returns one row per group of runs of one task that differ in nothing but their seed (analysis.grouping), under a title of its own.

    Columns: `method` (the title), `seeds`, `mean`, `sd`, `low` and `high` as analysis.summary has them; `baseline` (the title of what it is
    compared with, None where there is nothing) and of the differences to it, in units of the metric: `pairs` (their number),
    `difference` (their mean), `difference_sd`, `difference_low` and `difference_high` (95 % t interval, NaN for fewer than two pairs), `above` and
    `below` (how many are above and below 0), `sign_p` (two-sided exact sign test), and `significant`: whether the interval leaves 0 out.

    `baseline`: a title, with or without its sparsity, or the `name` of its runs. Where it was run at several sparsities, each row is compared
    with that of its own. ValueError where no group or several of one sparsity are called so.
    """
    found = groups(runs)
    names = titles(found)
    chosen = _baselines(found, names, baseline)
    rows = []
    for title, (key, members) in zip(names, found):
        place = next(iter(chosen.values())) if len(chosen) == 1 else chosen.get(key["sparsity_requested"])
        columns = ["seeds", "mean", "sd", "low", "high"]
        row = {"method": title} | {name: statistics(members)[name] for name in columns}
        if place is None or names[place] == title:
            rows.append(row | {"baseline": None} | compared([]))
        else:
            rows.append(row | {"baseline": names[place]} | compared(paired_differences(members, found[place][1])))
    return pd.DataFrame(rows)


def _baselines(found, names, baseline):
    """Returns {sparsity: place of the group that is called `baseline`}."""
    series = titles(found, without={"sparsity_requested"})
    called = [set(members["name"]) for _, members in found]
    for matches in (lambda i: names[i] == baseline, lambda i: series[i] == baseline, lambda i: called[i] == {baseline}):
        places = [place for place in range(len(found)) if matches(place)]
        sparsities = {found[place][0]["sparsity_requested"]: place for place in places}
        if places and len(sparsities) == len(places):
            return sparsities
    raise ValueError(f"{'several methods are' if places else 'no method is'} called {baseline!r} here; there are: {'; '.join(names)}")


def paired_differences(members, baseline):
    """Returns the test results minus those of the baseline's runs with the same start and seed."""
    pairs = pairing(pd.concat([members, baseline], ignore_index=True))
    tests = {pairs[len(members) + place]: test for place, test in enumerate(baseline["test"])}
    return [test - tests[pairs[place]] for place, test in enumerate(members["test"]) if pairs[place] in tests]


def compared(differences):
    """Returns the columns of `stats` that tell of the differences."""
    low, high = mean_interval(differences)
    above, below, sign_p = sign_test(differences)
    several = len(differences) > 1
    return {"pairs": len(differences), "difference": np.mean(differences) if differences else np.nan,
            "difference_sd": np.std(differences, ddof=1) if several else np.nan, "difference_low": low, "difference_high": high,
            "above": above, "below": below, "sign_p": sign_p, "significant": bool(low > 0 or high < 0)}


def formatted(table):
    """Returns the rows of `stats` as texts, under the names that a reader sees. Never ± for one seed or one pair."""
    rows = table.to_dict("records")
    compared = [row["pairs"] > 0 for row in rows]
    return pd.DataFrame({
        "method": [row["method"] for row in rows],
        "seeds": [str(row["seeds"]) for row in rows],
        "mean": [f"{row['mean']:.{DIGITS}f}" for row in rows],
        spread_name(table): [spread(row) for row in rows],
        "pairs": [str(row["pairs"]) if shown else "" for row, shown in zip(rows, compared)],
        "difference": [f"{row['difference']:+.{DIGITS}f}" if shown else "" for row, shown in zip(rows, compared)],
        "95 % of it": [interval(row["difference_low"], row["difference_high"], "+") for row in rows],
        "above, below": [f"{row['above']}, {row['below']}" if shown else "" for row, shown in zip(rows, compared)],
        "sign test": [f"p {row['sign_p']:.3f}" if row["sign_p"] == row["sign_p"] else "" for row in rows],
        "significant": [("yes" if row["significant"] else "no") if shown else "" for row, shown in zip(rows, compared)],
    })


def main(arguments):
    parser = Parser(prog="python -m analysis.stats", description=HELP, epilog=NOTES)
    parser.add_argument("folders", type=Path, metavar="FOLDER", nargs="+", help="folder of runs, or a folder whose runs/ has them")
    parser.add_argument("--baseline", metavar="NAME", default="dense", help="a method as the table names it, or the name of its runs (default: dense)")
    chosen = parser.parse_args(arguments)
    try:
        read_runs = [read(folder)[0] for folder in chosen.folders]
        runs = pd.concat(read_runs, ignore_index=True)
        for name, members in tasks(runs):
            table = formatted(stats(members, chosen.baseline))
            print(f"{name}, test {members['metric'].iloc[0]}; differences to {chosen.baseline}, paired by seed\n\n{table.to_string(index=False)}\n")
    except (FileNotFoundError, ValueError) as error:
        parser.exit(BAD_INPUT, f"{error}\n")
    for other in (other for runs in read_runs for other in runs.attrs["excluded"]):
        print(f"not in the table: {other['state']}: {other['run']} ({other['why']})")


if __name__ == "__main__":
    main(sys.argv[1:])
