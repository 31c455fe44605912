# SPDX-License-Identifier: Apache-2.0
"""The comparison that tools/quickstart.sh and tools/compare_methods.sh end with.

    python -m analysis.compare FOLDER

reads the runs below FOLDER/runs (or FOLDER), prints one table per task and writes curve.png and report.html.
"""

import sys
import warnings
from pathlib import Path

import pandas as pd

from analysis.command_line import BAD_INPUT, Parser
from analysis.curve import draw
from analysis.formatting import formatted
from analysis.grouping import groups
from analysis.load import NotLoaded, load, table
from analysis.page import Task, write_page
from analysis.summary import statistics
from analysis.titles import titles

# what is averaged over seeds, under its name in the table
MEANS = {"sparsity_requested": "requested", "sparsity": "achieved", "kept": "kept", "prunable": "prunable", "steps": "steps",
         "steps_look_ahead": "look_ahead", "rounds": "rounds", "effective_rate": "effective_rate",
         "flops_theoretical": "tflop_theoretical", "flops_executed": "tflop_executed", "wall_s": "wall_s"}


def compare(runs):
    """Returns the table: one row per group of runs that differ in nothing but their seed (analysis.grouping), under a title of its own.

    Columns: `method` (the title), `series` (the title without the sparsity), `run_ids`, `tests` (one per seed), those of
    analysis.summary.statistics, and means over the seeds: `requested` and `achieved` sparsity, `kept` and `prunable` weights, optimizer
    `steps`, of them `look_ahead`, `rounds`, `effective_rate`, `tflop_theoretical`, `tflop_executed`, `wall_s`.
    """
    found = groups(runs)
    names = zip(titles(found), titles(found, without={"sparsity_requested"}))
    return pd.DataFrame([
        {"method": title, "series": series, "run_ids": tuple(members["run_id"]), "tests": tuple(members["test"])}
        | statistics(members) | _means(members)
        for (title, series), (_, members) in zip(names, found)])


def _means(members):
    means = members.reindex(columns=MEANS).mean()
    means["sparsity_requested"] = members["sparsity_requested"].iloc[0]  # equal in a group; a mean of floats may not be
    means["steps_look_ahead"] = members.reindex(columns=["steps_look_ahead"]).fillna(0).mean().item()
    means[["flops_theoretical", "flops_executed"]] /= 1e12
    return means.rename(MEANS).to_dict()


def tasks(runs):
    """Returns [(name, runs)] of every model, data set and metric among the runs."""
    return [(f"{model} on {data}", members) for (model, data, _), members in runs.groupby(["model", "data", "metric"], sort=True)]


def read(folder):
    """Returns (runs, /metrics/train of them) below FOLDER/runs, or FOLDER. What is left out is not warned of: it is printed and on the page."""
    folder = folder / "runs" if (folder / "runs").is_dir() else folder
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotLoaded)
        return load(folder), table(folder, "metrics/train")


def print_tables(runs):
    """Prints a table per task, and the runs that are in none."""
    for name, members in tasks(runs):
        comparison = compare(members)
        texts = formatted(comparison, members["metric"].iloc[0])
        print(f"{name}, {comparison['prunable'].iloc[0]:,.0f} prunable weights\n\n{texts.to_string(index=False)}\n")
    for other in runs.attrs["excluded"]:
        print(f"not in the table: {other['state']}: {other['run']} ({other['why']})")


def write_report(runs, course, out):
    """Writes out/curve.png (curve_2.png, ... of further tasks) and out/report.html, and returns these files."""
    out.mkdir(parents=True, exist_ok=True)
    sections = [Task(name, members, compare(members), members["metric"].iloc[0], course) for name, members in tasks(runs)]
    pictures = [out / f"curve{'' if place == 1 else f'_{place}'}.png" for place in range(1, len(sections) + 1)]
    for picture, task in zip(pictures, sections):
        draw(task.comparison, course, task.metric, picture)
    write_page(out / "report.html", sections, runs.attrs["excluded"])
    return [*pictures, out / "report.html"]


def main(arguments):
    parser = Parser(prog="python -m analysis.compare", description="Compares the runs below a folder: a table over seeds, pictures, one HTML page.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="folder of runs, or a folder whose runs/ has them")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where curve.png and report.html go (default: FOLDER)")
    chosen = parser.parse_args(arguments)
    try:
        runs, course = read(chosen.folder)
    except FileNotFoundError as error:
        parser.exit(BAD_INPUT, f"{error}\n")
    print_tables(runs)
    print("wrote " + ", ".join(map(str, write_report(runs, course, chosen.out or chosen.folder))))


def run():
    """Runs the command with the arguments of this process."""
    main(sys.argv[1:])


if __name__ == "__main__":
    run()
