# SPDX-License-Identifier: Apache-2.0
"""One self-contained HTML page: per task a table, a picture and every run; where the numbers come from; what is not in them."""

import base64
import html
import io
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.curve import draw
from analysis.formatting import PAIRED, formatted, spread_name
from analysis.grouping import groups
from analysis.html_table import html_table
from analysis.run_tables import LEFT, SE, excluded_runs, results, sources

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<h1>{title}</h1>
<p class="lead">{lead}</p>
{sections}
</body>
</html>
"""
SECTION = """<section>
<h2>{name}</h2>
<p class="lead">{facts}</p>
<div class="results">{table}</div>
<p class="note">{note}</p>
<picture>
<source media="(prefers-color-scheme: dark)" srcset="data:image/png;base64,{dark}">
<img alt="Left: test result of each group of runs. Right: sparsity and loss over training steps." src="data:image/png;base64,{light}">
</picture>
<p class="note">{caption}</p>
<h3>Each run</h3>
{runs}
<h3>Where the numbers come from</h3>
{sources}
</section>"""
EXCLUDED = """<section>
<h2>Not in the tables</h2>
{table}
</section>"""
COSTS = ("<em>rate</em> is the fraction of the remaining weights that each round cuts, as it came out. Steps are optimizer steps, those of look-aheads included. FLOP count multiply and add apart: <em>executed</em> is what the dense "
         "kernels did, <em>theoretical</em> leaves out pruned weights. Seconds are wall time of rank 0, evaluations included.")

CAPTION = "Right: means over seeds. The loss is a running mean over 5 % of the course; the axis of steps is logarithmic."


class Task(NamedTuple):
    """Runs of one model on one data set by one metric. `comparison`: analysis.compare.compare of them; `course`: their /metrics/train."""

    name: str
    runs: pd.DataFrame
    comparison: pd.DataFrame
    metric: str
    course: pd.DataFrame


def write_page(file, tasks, excluded):
    """Writes the page. `excluded`: what analysis.load.load has in `.attrs["excluded"]`."""
    file = Path(file)
    sections = [_section(task, file.parent) for task in tasks]
    if excluded:
        sections.append(EXCLUDED.format(table=html_table(excluded_runs(excluded, file.parent), left=LEFT, wrapped={"run", "why"})))
    file.write_text(PAGE.format(
        title="stockpot: pruning methods compared", lead=_lead(tasks, excluded), sections="\n".join(sections),
        style=Path(__file__).with_name("page.css").read_text(encoding="utf-8")), encoding="utf-8")


def _lead(tasks, excluded):
    runs = sum(len(task.runs) for task in tasks)
    missing = f' <strong class="warn">{_number(len(excluded), "run is", "runs are")} not in the tables (see the end).</strong>' * bool(excluded)
    return f"{_number(runs, 'complete run', 'complete runs')} of {_number(len(tasks), 'task', 'tasks')}.{missing}"


def _section(task, folder):
    texts = formatted(task.comparison, task.metric)
    return SECTION.format(
        name=html.escape(task.name), facts=_facts(task.runs), note=f"{_statistics(task)} {COSTS}", caption=CAPTION,
        table=html_table(texts, left=LEFT, joined={spread_name(task.comparison), PAIRED}),
        light=_png(task, dark=False), dark=_png(task, dark=True),
        runs=html_table(results(task.runs), left=LEFT, joined={SE}),
        sources=html_table(sources(task.runs, folder), left=LEFT, wrapped={"file"}))


def _facts(runs):
    """What all runs share: sizes of the network and of the splits, where they are known."""
    facts = {"{} prunable weights": runs["prunable"], "{} test samples": runs["n_test"], "{} validation samples": runs["n_validation"]}
    said = [form.format(f"{values.iloc[0]:,.0f}") for form, values in facts.items() if values.nunique() == 1 and values.notna().all()]
    return " · ".join(said)


def _statistics(task):
    """Says what the uncertainties are, and what cannot be told from these runs."""
    several, one = task.comparison["seeds"].gt(1), task.comparison["low"].notna()
    said = ["Rows differ in more than the seed; means are over seeds."]
    if several.any():
        said.append("± is the standard deviation over seeds (n − 1), of differences to dense that of the pairs of equal seed.")
    if one.any():
        said.append("[ ] is the 95 % interval (Wilson) that the size of the test set leaves; it does not hold what another seed would change.")
    if (~several & ~one).any():
        said.append("A row of one seed without [ ] has no known uncertainty.")
    repeats = len(task.runs) - sum(len(members) for _, members in groups(task.runs))
    if repeats:
        said.append(f"{_number(repeats, 'run repeats', 'runs repeat')} another with equal outcome, which counts once.")
    return " ".join(said)


def _png(task, dark):
    picture = io.BytesIO()
    draw(task.comparison, task.course, task.metric, picture, dark)
    return base64.b64encode(picture.getvalue()).decode()


def _number(count, one, many):
    return f"{count:,} {one if count == 1 else many}"
