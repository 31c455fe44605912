# SPDX-License-Identifier: Apache-2.0
"""Test results over seeds.

    from analysis.summary import summary
    summary(load("runs"))       # one row per group of runs that differ in nothing but their seed
"""

import numpy as np
import pandas as pd

from analysis.grouping import groups
from analysis.intervals import wilson


def summary(runs):
    """Returns what differs among the runs, and of each group: `seeds` (their number), `mean` and `sd` of the test result, `low` and `high`,
    `minus_dense` and `minus_dense_sd`, in units of the metric, and `pairs`.

    `sd` (n - 1 in the denominator) is over seeds alone, and NaN for one seed; `low` and `high` are then the 95 % interval (Wilson) that
    the size of the test set leaves, NaN for several seeds, for metrics other than accuracy, and where n_test is not recorded.
    `minus_dense` is the mean over the `pairs` seeds that have a dense run, each minus its own.
    """
    return pd.DataFrame([{name: value for name, value in key.items() if name != "metric"} | statistics(members) for key, members in groups(runs)])


def statistics(members):
    """Returns the columns of `summary` for the runs of one group, one per seed."""
    tests, differences = members["test"], members["test_minus_dense"].dropna()
    low, high = _interval(members.iloc[0]) if len(members) == 1 else (np.nan, np.nan)
    return {"seeds": len(tests), "mean": tests.mean(), "sd": tests.std(ddof=1), "low": low, "high": high,
            "minus_dense": differences.mean(), "minus_dense_sd": differences.std(ddof=1),
            "pairs": len(differences)}


def _interval(run):
    return wilson(run["metric"], run["test"], run["n_test"])
