# SPDX-License-Identifier: Apache-2.0
"""What runs cost as a multiple of the budget T: passes."""

import numpy as np
import pandas as pd

from analysis.baseline import pairing

# schedules that train the main network for T steps and no more
ONE_TRAINING = {"never", "at_start", "interval", "early_bird", "growing", "released"}
MAIN_LINE = ["steps_train", "steps_fine_tune"]
SETS_THE_BUDGET = ["train.epochs", "train.steps", "train.batch"]


def budgets(runs):
    """Returns T of every run, in optimizer steps.

    It is train.steps, or else what a run of one training took: this one, or another with the same network, data, seed, epochs and batch.
    NaN where there is none.
    """
    stated = _column(runs, "train.steps").where(lambda steps: steps > 0)
    own = runs.reindex(columns=MAIN_LINE).fillna(0).sum(axis=1).where(_is_one_training(runs))
    keys = {run: (pair, *(str(value) for value in values)) for (run, pair), values in
            zip(pairing(runs).items(), runs.reindex(columns=SETS_THE_BUDGET).to_numpy())}
    known = {keys[run]: steps for run, steps in own.dropna().items()}
    return stated.fillna(own).fillna(pd.Series({run: known.get(key, np.nan) for run, key in keys.items()}, dtype=float))


def passes(runs):
    """Returns for every run all its optimizer steps, those of look-aheads, searches and soups' members included, over its T."""
    return runs["steps"] / budgets(runs)


def _column(runs, name):
    return pd.to_numeric(runs[name]) if name in runs else pd.Series(np.nan, runs.index)


def _is_one_training(runs):
    schedules = runs["schedule"].where(runs["schedule"].notna(), None)
    return schedules.isin(ONE_TRAINING) & runs["soup"].fillna("none").eq("none")
