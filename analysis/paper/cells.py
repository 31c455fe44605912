# SPDX-License-Identifier: Apache-2.0
"""Fills a table of a paper by runs: which runs stand in a cell, their statistics, differences, costs, and what is missing."""

import math

import numpy as np
import pandas as pd

from analysis.budget import passes
from analysis.grouping import groups
from analysis.paper.description import as_flags, protocol, selecting
from analysis.stats import compared, paired_differences
from analysis.summary import statistics

PERCENT = 100  # tables of papers are in percent
RESULT = ["mean", "sd", "low", "high"]
DIFFERENCE = ["difference", "difference_sd", "difference_low", "difference_high"]
COSTS = ["passes", "steps", "steps_look_ahead", "flops_executed", "flops_theoretical", "wall_s"]
NO_RUNS = {"seeds": 0} | dict.fromkeys(RESULT, np.nan)
RESOLVED = {"prune.method": "method", "prune.sparsity": "sparsity_requested", "soup.method": "soup"}  # what a run says of itself goes before its setting


def fill(table, runs):
    """Returns one row per cell, in the order of the table's rows within columns.

    Columns: `block`, `column`, `sparsity` (of the column), `row`; `paper` and `paper_sd`; `seeds`, `mean`, `sd`, `low` and `high` (95 %, of one seed) and the differences to
    the baseline's cell as analysis.stats has them, in percent; means over the seeds of `passes` (analysis.budget), `steps`, of them
    `steps_look_ahead`, FLOP `flops_executed` and `flops_theoretical`, and `wall_s`; `run_ids`; `settings` that tell the runs of the cell from others; `missing` (seeds of
    the runs that would fill what is missing), `departs` ({setting: (of the runs, of the paper)}) and `others` (why some runs of the cell are not shown, else empty).
    """
    runs = runs.reset_index(drop=True)
    runs = runs.assign(passes=passes(runs))
    chooser, rows = _Chooser(runs), []
    for place, column in enumerate(table.columns):
        members = {row.title: _members(runs, chooser, row, column) for row in table.rows}
        baseline = members[table.baseline][0]
        rows += [_cell(table, row, place, *members[row.title], baseline) for row in table.rows]
    return pd.DataFrame(rows)


def _cell(table, row, place, members, others, baseline):
    column = table.columns[place]
    quoted = table.quoted.get(row.title, (None,) * len(table.columns))[place]
    cell = {"block": column.block, "column": column.title, "sparsity": column.settings.get("prune.sparsity", np.nan), "row": row.title, "paper": quoted.mean if quoted else np.nan,
            "paper_sd": quoted.sd if quoted and quoted.sd is not None else np.nan}
    comparable = len(members) and len(baseline) and row.title != table.baseline
    cell |= statistics(members) if len(members) else NO_RUNS
    cell |= compared(paired_differences(members, baseline) if comparable else [])
    cell |= {name: PERCENT * cell[name] for name in RESULT + DIFFERENCE}
    cell |= members.reindex(columns=COSTS).astype(float).mean().to_dict() if len(members) else dict.fromkeys(COSTS, np.nan)
    return cell | {"run_ids": tuple(members["run_id"]), "missing": _missing(table, members), "settings": " ".join(as_flags(selecting(row, column))), "others": others,
                   "departs": _departures(members, protocol(row, column))}


def _members(runs, chooser, row, column):
    """Returns (the runs of the cell, why others of it are not among them). They differ in nothing but their seed."""
    fits = chooser.having(selecting(row, column))
    if fits.any() and column.measure in runs:
        fits = fits & runs[column.measure].notna().to_numpy()
    if not fits.any() or column.measure not in runs:
        return chooser.none, ""
    chosen = runs[fits]
    if column.measure != "test":
        chosen = chosen.assign(test=chosen[column.measure], n_test=np.nan)  # a mean over sets is no share of one
    found = sorted(((_distance(members.iloc[0], protocol(row, column)), key, members) for key, members in groups(chosen)), key=lambda group: group[0])
    if len(found) == 1:
        return found[0][2], ""
    names = ", ".join(sorted({name for _, key, _ in found for name in key if len({str(other.get(name)) for _, other, _ in found}) > 1}))
    if found[0][0] == found[1][0]:
        return chooser.none, f"{len(found)} groups of runs differ in {names}; choose one by --where {names.split(', ')[0]}=VALUE"
    return found[0][2], f"{sum(len(members) for *_, members in found[1:])} runs that are further from the paper's protocol differ in {names}"


class _Chooser:
    """Finds runs by their settings; each value of each setting is looked for once."""

    def __init__(self, runs):
        self.runs, self.none, self.known = runs, runs.iloc[:0], {}

    def having(self, settings):
        """Returns for every run whether it has all the settings."""
        fits = np.ones(len(self.runs), bool)
        for name, value in settings.items():
            fits &= self._fits(name, value)
        return fits

    def _fits(self, name, value):
        key = (name, str(value))
        if key not in self.known:
            column = RESOLVED.get(name, name)
            values = self.runs[column] if column in self.runs else []
            self.known[key] = np.array([same(found, value) for found in values], bool) if len(values) else np.zeros(len(self.runs), bool)
        return self.known[key]


def same(found, value):
    """Whether a setting that was read is the value of a description; fractions to 1e-6, as they are written in decimals."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return isinstance(found, (int, float, np.number)) and math.isclose(found, value, rel_tol=1e-6, abs_tol=1e-9)
    if isinstance(found, (float, type(None))) and (found is None or math.isnan(found)):
        return value in ("", "none")
    return str(found) == str(value)


def _departures(members, wanted):
    """Returns {setting: (the runs' values, the paper's)} of what differs."""
    found = {}
    if members.empty:
        return found
    for name, value in wanted.items():
        values = members[RESOLVED.get(name, name)].tolist() if RESOLVED.get(name, name) in members else []
        other = sorted({str(run) for run in values if not same(run, value)})
        if other:
            found[name] = (", ".join(other), str(value))
    return found


def _distance(run, wanted):
    return sum(not same(run.get(RESOLVED.get(name, name)), value) for name, value in wanted.items())


def _missing(table, members):
    """Returns the seeds of the runs that would fill the cell: with any seeds, as many runs as the paper has."""
    have = set(members["seed"])
    return tuple(seed for seed in table.seeds if seed not in have)[:max(0, len(table.seeds) - len(have))]
