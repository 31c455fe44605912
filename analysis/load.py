# SPDX-License-Identifier: Apache-2.0
"""Reads result.h5 files (docs/result_format.md) into pandas.

    from analysis.load import excluded, load, table
    runs = load("runs")                    # one row per complete run below the folder
    rounds = table("runs", "rounds")       # one row per round and run
    excluded("runs")                       # runs that are not in there, and why: unfinished, failed, damaged
"""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.baseline import minus_dense
from analysis.intervals import standard_error
from analysis.result_file import DamagedResult, OtherFormat, attributes, columns, open_result, provenance
from analysis.survey import progress, survey

STEPPING = ["train", "fine_tune", "look_ahead", "soup"]  # phases whose steps are optimizer steps; those of `evaluate` are passes
# attributes of /result that a result of an older version may lack
NUMBERS = ["n_test", "n_validation", "effective_rate"]
TEXTS = ["score", "schedule", "denoise", "rewind", "scope", "union", "soup", "weights_sha256", "data_sha256", "vocabulary_sha256", "data_official"]


class NotLoaded(UserWarning):
    """Some runs below a folder are not in the frame; `excluded` has them all."""


def load(path):
    """Returns one row per complete run: identity, result, cost by phase and in all, `provenance.*`, and every setting by its dotted key.

    `steps` counts every optimizer step, those of look-aheads too; `flops_executed`, `wall_s`, ... are over all phases;
    `steps_look_ahead`, `wall_s_train`, ... are single phases (NaN in a run that has no such phase). `rounds` is the number of cuts.
    `test_se`: binomial standard error of `test` over its `n_test` samples, NaN for metrics other than accuracy. `test_minus_dense`: see
    analysis.baseline. `corrupted_accuracy_15`, `corrupted_accuracy_19`: where data.corruptions was set (rows: table(path, "corruptions")).
    What a result of an older version does not say is NaN or None.
    Runs that are unfinished, failed or damaged are warned of and stand in `.attrs["excluded"]`; a single file is read or an error.
    """
    rows, others = _read(path, _row)
    runs = pd.DataFrame(rows)
    runs = runs.reindex(columns=[*runs.columns, *(name for name in NUMBERS + TEXTS if name not in runs)])
    runs[NUMBERS] = runs[NUMBERS].apply(pd.to_numeric)
    runs[TEXTS] = runs[TEXTS].astype(object).where(runs[TEXTS].notna(), None)
    runs["test_se"] = [standard_error(*values) for values in zip(runs["metric"], runs["test"], runs["n_test"])]
    runs["test_minus_dense"] = minus_dense(runs)
    runs.attrs["excluded"] = others
    return runs


def table(path, place):
    """Returns a table of all complete runs at `path` in one frame, `run_id` first. `place`: rounds, densities, early_bird, denoisers, cost, metrics/train, ..."""

    def read(file, result):
        frame = columns(result[place]) if place in result else pd.DataFrame()
        frame.insert(0, "run_id", attributes(result).get("run_id"))
        return frame

    frames = [frame for frame in _read(path, read)[0] if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"run_id": []})


def excluded(path):
    """Returns the runs at `path` that `load` leaves out: `run` (folder), `state` (unfinished, failed, damaged, unreadable, other format), `why`."""
    return pd.DataFrame(_sort(path, lambda file, result: None)[1], columns=["run", "state", "why"])


def _read(path, read):
    """Returns (what `read` returns for each complete run, the others), warning of the others."""
    found, others = _sort(path, read)
    listed = "".join(f"\n  {other['state']}: {other['run']} ({other['why']})" for other in others)
    if not found:
        raise FileNotFoundError(f"no result.h5 of a complete run in {path}; start one by `stockpot run`{listed}")
    if others:
        warnings.warn(f"{len(others)} of {len(found) + len(others)} runs in {path} are not loaded:{listed}", NotLoaded, stacklevel=3)
    return found, others


def _sort(path, read):
    files, unfinished = survey(path)
    found, others = [], [_other(folder, "unfinished", progress(folder)) for folder in unfinished]
    for file in files:
        try:
            with open_result(file) as result:
                root = attributes(result)
                if root.get("status", "complete") != "complete":
                    others.append(_other(file.parent, root["status"], root.get("failure", "its result does not say why")))
                else:
                    found.append(read(file, result))
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            state, why = _problem(error)
            if Path(path).is_file():
                raise ValueError(f"{file} is {state}: {why}") from error
            others.append(_other(file.parent, state, why))
    return found, others


def _problem(error):
    if isinstance(error, OtherFormat):
        return "other format", str(error)
    if isinstance(error, DamagedResult):
        return "damaged", str(error)
    if isinstance(error, OSError):
        return "unreadable", error.strerror or str(error)
    return "damaged", f"its content is not that of a result ({type(error).__name__}: {error})"


def _other(folder, state, why):
    return {"run": str(folder), "state": state, "why": why}


def _row(file, result):
    row = {"path": str(file)} | attributes(result)
    config = json.loads(row.pop("config_json"))
    row |= attributes(result["result"])
    row |= _cost(columns(result["cost"]))
    row["rounds"] = len(result["rounds"]["round"]) if "rounds" in result else np.nan
    row |= {f"provenance.{name}": value for name, value in provenance(attributes(result["provenance"])).items()}
    settings = _flat(config)
    if settings.get("data.test_from_train"):  # no official test set: every table must show it
        row["data"] = f"{row['data']} (test: {settings['data.test_from_train']:g} of train)"
    if row.get("data_official") == "no":
        row["data"] = f"{row['data']} (not the official files)"
    return settings | row


def _cost(cost):
    """Sums over phases; a sum over a phase that was not measured is NaN."""
    cost = cost.set_index("phase")
    total = cost.sum(skipna=False).to_dict() | {"steps": int(cost["steps"].reindex(STEPPING, fill_value=0).sum())}
    return total | {f"{name}_{phase}": value for name in cost for phase, value in cost[name].items()}


def _flat(settings, prefix=""):
    """Turns {"train": {"lr": 1}} into {"train.lr": 1}."""
    flat = {}
    for key, value in settings.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return flat
