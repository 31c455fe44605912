# SPDX-License-Identifier: Apache-2.0
"""Which runs belong together: those that differ in nothing but their seed.

1. What may differ: method, model, data, sparsity, every setting and every resolved choice that has an effect on the result.
2. Of these the ones that do differ among the runs (a value that an older version did not write is no difference).
3. A run that was done twice with the same outcome counts once. If a seed still stands twice in a group, the two are no two samples
   of one thing: they are told apart by commit, number of ranks, ..., in the end by run id and file.
"""

import pandas as pd

IDENTITY = ["method", "sparsity_requested", "model", "data", "metric"]
# a setting, and the column that says what came of it; that one stands for the setting where every run has it
RESOLVED = {"prune.score": "score", "prune.schedule": "schedule", "prune.rewind": "rewind", "prune.scope": "scope", "isp.union": "union", "soup.method": "soup",
            "model.weights": "weights_sha256", "data.dir": "data_sha256"}
RESOLVED_ALONE = ["denoise"]
# said by IDENTITY already, or without effect on the result
NOT_COMPARED = {"prune.method", "prune.sparsity", "model.name", "data.name", "isp.save_masks", "soup.connectivity", "soup.ensemble", "soup.keep_members", "dist.backend", "dist.threads"}
SECTIONS_NOT_COMPARED = ("provenance.", "log.", "checkpoint.", "watchdog.")
TELLS_REPEATS_APART = ["provenance.git_commit", "provenance.git_dirty", "provenance.mpi_size", "provenance.devices", "run_id", "path"]
METHODS = ["dense", "random", "one_shot", "progressive", "early_bird", "snip", "grasp", "gmp", "cyclic", "lth", "lth_rewind",
           "imp_lr_rewind", "isp_released", "isp"]  # in the order of a table


def groups(runs):
    """Returns [(key, members)]: `key` a dict of what differs among the runs, `members` the rows of `runs` that have it, one per seed.

    In the order of sparsities, of METHODS, then of the other values. Every run is in one group, but for exact repeats.
    """
    runs = runs.reset_index(drop=True)
    candidates = _candidates(runs)
    keys = candidates[[name for name in candidates if name in IDENTITY[:2] or _differs(candidates[name])]]
    outcome = pd.concat([keys, runs[["seed", "test", "kept"]]], axis=1)
    once = ~outcome.astype(str).duplicated()
    runs, keys = runs[once], keys[once].copy()
    for name in TELLS_REPEATS_APART:
        repeated = _repeats_a_seed(keys, runs)
        if not repeated.any():
            break
        if name in runs and _differs(runs.loc[repeated, name]):
            keys[name] = runs[name].where(repeated, None)
    found = [(_as_dict(keys.loc[places[0]]), runs.loc[places]) for places in _places(keys).values()]
    return sorted(found, key=_order)


def _candidates(runs):
    """Returns the columns that may tell groups apart; blank where a setting does not act on a run."""
    settings = [name for name in runs if "." in name and not name.startswith(SECTIONS_NOT_COMPARED) and name not in NOT_COMPARED]
    settings = [name for name in settings if name not in RESOLVED or runs[RESOLVED[name]].isna().any()]
    columns = runs[[*IDENTITY, *settings, *RESOLVED.values(), *RESOLVED_ALONE]].astype(object)
    looks_ahead = runs["method"].str.startswith("isp") | runs.get("steps_look_ahead", pd.Series(0, runs.index)).gt(0)
    has_soup = runs["soup"].notna() & runs["soup"].ne("none")
    for name in columns:
        if name.startswith("isp."):
            columns[name] = columns[name].where(looks_ahead, None)
        if name == "soup" or name.startswith("soup."):
            columns[name] = columns[name].where(has_soup, "" if name == "soup" else None)
    return columns.where(columns.notna(), None)


def _differs(values):
    return values.dropna().astype(str).nunique() > 1


def _places(keys):
    """Returns {key as text: index of its rows}; a missing value is a value like others."""
    texts = keys.astype(str).agg("\n".join, axis=1)
    return {text: list(places) for text, places in keys.groupby(texts, sort=False).groups.items()}


def _repeats_a_seed(keys, runs):
    """Returns for every row whether its group has a seed twice."""
    repeated = pd.Series(False, keys.index)
    for places in _places(keys).values():
        repeated[places] = runs.loc[places, "seed"].duplicated().any()
    return repeated


def _as_dict(row):
    return {name: None if pd.isna(value) else value for name, value in row.items()}


def _order(group):
    """Numbers before texts, missing values first."""
    key = dict(group[0])
    method, sparsity = key.pop("method"), key.pop("sparsity_requested")
    rank = METHODS.index(method) if method in METHODS else len(METHODS)
    values = [(0, 0.0, "") if value is None else (1, float(value), "") if isinstance(value, (int, float)) else (2, 0.0, str(value))
              for value in key.values()]
    return sparsity, rank, method, values
