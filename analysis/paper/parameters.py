# SPDX-License-Identifier: Apache-2.0
"""A table of hyper-parameters: those of the runs, as they were resolved, beside the paper's."""

import sys
from dataclasses import dataclass

import pandas as pd

from analysis.paper.command import main
from analysis.paper.description import OF_PROTOCOL, SEEDS, protocol, spelt
from analysis.paper.protocol import BERT_SPARSITIES, CLIP_SPARSITIES, method, task
from analysis.paper.sheets import MISSING, OF_THE_PAPER, Document, Sheet

SETS = {"BERT": tuple(BERT_SPARSITIES), "CLIP": tuple(CLIP_SPARSITIES)}
ISP = method("ISP", "isp", isp__denoisers=OF_PROTOCOL, isp__union="votes")


@dataclass(frozen=True)
class ParameterTable:
    """`rows`: what a reader sees -> setting; `quoted`: family of networks -> setting -> the paper's value as it prints it."""

    name: str
    title: str
    source: str
    rows: dict[str, str]
    quoted: dict[str, dict[str, str]]
    notes: tuple[str, ...]
    curves: None = None


def parameters(table, runs):
    """Returns (one row per parameter: `parameter`, `setting` and of each family the paper's and the runs' values; the document)."""
    own = runs[runs["method"].eq("isp")]
    found = pd.DataFrame({"parameter": list(table.rows), "setting": list(table.rows.values())})
    for family, values in table.quoted.items():
        members = own[own["data.name"].isin(SETS[family])] if "data.name" in own else own.iloc[:0]
        found[family + OF_THE_PAPER] = [values.get(name, "") for name in found["setting"]]
        found[family] = [_values(members, name) for name in found["setting"]]
    sheet = Sheet("Hyper-parameters of the runs of ISP", list(found.columns), found.to_numpy().tolist())
    missing = [f"{family}: stockpot run --data.name={SETS[family][0]} ...; python -m analysis.{table.name} --list-runs" for family in table.quoted
               if found[family].eq(MISSING).all()]
    return found, Document(table.name, table.title, [f"Columns named “{OF_THE_PAPER.strip()}” are the paper's own: {table.source}. "
                                                     "Several values of one setting stand side by side."], [sheet],
                           {name: lines for name, lines in {"Notes": list(table.notes), "Missing": missing}.items() if lines})


def isp_runs(table):
    """Returns the settings of one run of ISP per set and seed."""
    sparsities = {data: values[0] for data, values in CLIP_SPARSITIES.items()} | BERT_SPARSITIES
    return [protocol(ISP, task(data, sparsities[data])) | {"seed": seed} for family in table.quoted for data in SETS[family] for seed in SEEDS]


def run_parameters(table):
    """Runs the command with the arguments of this process."""
    main(table, sys.argv[1:], make=parameters, listed=isp_runs)


def _values(members, name):
    values = members[name].dropna() if name in members else []
    return ", ".join(sorted({spelt(value) for value in values})) if len(values) else MISSING
