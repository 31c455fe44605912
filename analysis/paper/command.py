# SPDX-License-Identifier: Apache-2.0
"""The command that every table and figure of a paper is made by: python -m analysis.table2 FOLDER..."""

import sys
import warnings
from pathlib import Path

import pandas as pd

from analysis.command_line import BAD_INPUT, Parser
from analysis.load import NotLoaded, load
from analysis.paper.cells import fill, same
from analysis.paper.description import all_runs, as_flags
from analysis.paper.figures import draw
from analysis.paper.sheets import document
from analysis.paper.writing import latex, markdown, write_csv

HELP = """{title}: of the runs below folders, beside the paper's own numbers. Writes {name}.md, {name}.tex (needs booktabs and graphicx) and
{name}.csv{figure}, and prints the first. What no run fills is shown as missing, with the settings of the run that would."""


def filled(table, runs):
    """Returns (cells, document) of a description."""
    cells = fill(table, runs)
    return cells, document(table, cells, runs)


def main(table, arguments, make=filled, listed=all_runs):
    """Runs the command for one description. `arguments`: without the name of the program; `make` and `listed`: of a table of another kind."""
    parser = _parser(table)
    chosen = parser.parse_args(arguments)
    if chosen.list_runs:
        print("\n".join(" ".join(as_flags(settings)) for settings in listed(table)))
        return
    if not chosen.folders:
        parser.error("no FOLDER (what the table is made of); name folders of runs, or ask for --list-runs")
    try:
        runs = read(chosen.folders)
        runs = having(runs, chosen.where)
    except (FileNotFoundError, ValueError) as error:
        parser.exit(BAD_INPUT, f"{error}\n")
    cells, texts = make(table, runs)
    files = write(table.name, texts, cells, chosen.out)
    if table.curves:
        files += draw(table, cells, table.curves(cells, runs), chosen.out)
    print(files[0].read_text(encoding="utf-8"))
    for other in runs.attrs["excluded"]:
        print(f"not in the table: {other['state']}: {other['run']} ({other['why']})")
    print("wrote " + ", ".join(map(str, files)))


def read(folders):
    """Returns the runs below all folders (or their runs/) in one frame."""
    frames, excluded = [], []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotLoaded)
        for folder in folders:
            frames.append(load(folder / "runs" if (folder / "runs").is_dir() else folder))
            excluded += frames[-1].attrs["excluded"]
    for frame in frames:
        frame.attrs = {}  # pandas compares those of what it joins
    runs = pd.concat(frames, ignore_index=True)
    runs.attrs["excluded"] = excluded
    return runs


def having(runs, conditions):
    """Returns the runs that have all of ["section.key=value", ...]. ValueError for a key that no run has."""
    for condition in conditions:
        name, _, value = condition.partition("=")
        if name not in runs:
            raise ValueError(f"no run has {name!r} (--where {condition}); settings are named as in the ini files, section.key")
        number = pd.to_numeric(value, errors="coerce")
        wanted = value if pd.isna(number) else float(number)
        kept = runs[[same(found, wanted) or str(found).lower() == value for found in runs[name]]]
        kept.attrs = runs.attrs
        runs = kept
    return runs


def write(name, texts, cells, out):
    """Writes the files of a document into `out`, and returns them."""
    out.mkdir(parents=True, exist_ok=True)
    files = [out / f"{name}.{kind}" for kind in ("md", "tex", "csv")]
    files[0].write_text(markdown(texts), encoding="utf-8")
    files[1].write_text(latex(texts), encoding="utf-8")
    write_csv(cells, files[2])
    return files


def _parser(table):
    parser = Parser(prog=f"python -m analysis.{table.name}", description=HELP.format(
        title=table.title, name=table.name, figure=f", {table.name}.png and {table.name}.pdf" if table.curves else ""))
    parser.add_argument("folders", type=Path, metavar="FOLDER", nargs="*", help="folder of runs, or a folder whose runs/ has them")
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path("."), help="where the files go (default: here)")
    parser.add_argument("--where", metavar="KEY=VALUE", action="append", default=[], help="only runs of this setting; may be given several times")
    parser.add_argument("--list-runs", action="store_true", help="print the settings of the runs that the table needs, one `stockpot run` a line")
    return parser


def run_table(table):
    """Runs the command with the arguments of this process."""
    main(table, sys.argv[1:])
