# SPDX-License-Identifier: Apache-2.0
"""A filled table as texts: a grid as in the paper, every cell with its uncertainty and cost, and what has to be known beside them."""

from dataclasses import dataclass
from itertools import groupby

import pandas as pd

MISSING = "missing"
OF_THE_PAPER = " (paper)"
COLUMNS_OF_A_PAGE = 9  # of a grid; further blocks go below
MARKS = "abcdefghijklmnopqrstuvwxyz"
TFLOP = 1e12


@dataclass
class Sheet:
    """A table of texts; the first column is the title of the row."""

    title: str
    head: list[str]
    rows: list[list[str]]


@dataclass
class Document:
    """What a command writes: tables, and lines of text below headings."""

    name: str
    title: str
    lead: list[str]
    sheets: list[Sheet]
    lists: dict[str, list[str]]


def document(table, cells, runs):
    """Returns the document of a table whose cells are filled by analysis.paper.cells.fill from the runs."""
    marks = _marks(table.notes)
    sheets = [_grid(table, cells, blocks, marks) for blocks in _pages(table)]
    sheets += (table.more_sheets(cells, runs) if table.more_sheets else []) + [_every_cell(table, cells)]
    lists = {"Notes": [f"{_letter(place)}: {note.text}" if note.at else note.text for place, note in enumerate(table.notes)]}
    lists |= {"Where the runs depart from the paper's protocol": _departures(cells), "Runs that are not shown": _others(cells),
              "Missing cells, and the runs that would fill them": _missing(table, cells)}
    return Document(table.name, table.title, _lead(table, cells), sheets, {name: lines for name, lines in lists.items() if lines})


def _lead(table, cells):
    filled = int(cells["seeds"].gt(0).sum())
    return [f"{filled} of {len(cells)} cells are filled by runs. Numbers are in percent: mean ± standard deviation over seeds (number of seeds); "
            "of one seed the 95 % interval that the size of its test set leaves.",
            f"Rows named “{OF_THE_PAPER.strip()}” are the paper's own numbers: {table.source}.",
            "passes: all optimizer steps, those of look-aheads, searches and members of soups included, over the budget T. "
            f"Differences are to the row {table.baseline}, paired by seed."]


def _letter(place):
    return MARKS[place]


def _marks(notes):
    """Returns {title: the letters of its footnotes}."""
    found = {}
    for place, note in enumerate(notes):
        for title in note.at:
            found[title] = found.get(title, "") + _letter(place)
    return found


def _marked(title, marks):
    return f"{title} [{', '.join(marks[title])}]" if title in marks else title


def _pages(table):
    """Returns the blocks that stand side by side, page by page."""
    pages, width = [[]], 0
    for block, columns in groupby(table.columns, key=lambda column: column.block):
        count = len(list(columns))
        if pages[-1] and width + count > COLUMNS_OF_A_PAGE:
            pages, width = [*pages, []], 0
        pages[-1].append(block)
        width += count
    return pages


def _grid(table, cells, blocks, marks):
    """Rows, columns and order of the paper; below each row that has them the paper's own numbers. Costs are means over the cells of the row."""
    columns = [column for column in table.columns if column.block in blocks]
    head = ["", *(_heading(column, marks) for column in columns), "passes", "TFLOP executed", "seconds"]
    rows = []
    for row in table.rows:
        own = cells[cells["row"].eq(row.title) & cells["block"].isin(blocks)]
        rows.append([_marked(row.title, marks), *(result(cell) for cell in own.to_dict("records")), span(own["passes"], ".2f"),
                     span(own["flops_executed"] / TFLOP, ",.1f"), span(own["wall_s"], ",.0f")])
        if own["paper"].notna().any():
            rows.append([row.title + OF_THE_PAPER, *(quoted(cell) for cell in own.to_dict("records")), "", "", ""])
    return Sheet(", ".join(blocks), head, rows)


def _heading(column, marks):
    block = _marked(column.block, marks)
    return block if column.title == column.block else f"{block} {_marked(column.title, marks)}"


def result(cell):
    """The mean of a cell with its uncertainty and number of seeds; never ± for one seed."""
    if not cell["seeds"]:
        return MISSING
    if cell["seeds"] > 1:
        return f"{cell['mean']:.2f} ± {cell['sd']:.2f} ({cell['seeds']})"
    return f"{cell['mean']:.2f}{_interval(cell['low'], cell['high'])} (1)"


def quoted(cell):
    """The paper's number, with the standard deviation where the paper prints one."""
    if pd.isna(cell["paper"]):
        return ""
    return f"{cell['paper']:.2f}" + ("" if pd.isna(cell["paper_sd"]) else f" ± {cell['paper_sd']:.2f}")


def span(values, form):
    """The smallest and the largest of the values, or the one that all have."""
    texts = [format(value, form) for value in (values.min(), values.max()) if pd.notna(value)]
    return " to ".join(dict.fromkeys(texts))


def _every_cell(table, cells):
    head = ["", "", "paper", "runs", "n", f"minus {table.baseline}", "± sd", "95 %", "pairs", "passes", "steps", "look-ahead", "TFLOP executed",
            "theoretical", "seconds"]
    rows = [[f"{cell['block']} {cell['column']}" if cell["block"] != cell["column"] else cell["block"], cell["row"], quoted(cell), result(cell),
             str(cell["seeds"]), *_difference(cell), *_costs(cell)] for cell in cells.to_dict("records")]
    return Sheet("Every cell", head, rows)


def _difference(cell):
    if not cell["pairs"]:
        return ["", "", "", ""]
    return [f"{cell['difference']:+.2f}", _number(cell["difference_sd"], ".2f"), _interval(cell["difference_low"], cell["difference_high"], "+").strip(),
            str(cell["pairs"])]


def _costs(cell):
    return [_number(cell["passes"], ".2f"), _number(cell["steps"], ",.0f"), _number(cell["steps_look_ahead"], ",.0f"),
            _number(cell["flops_executed"] / TFLOP, ",.2f"), _number(cell["flops_theoretical"] / TFLOP, ",.2f"), _number(cell["wall_s"], ",.1f")]


def _number(value, form):
    return "" if pd.isna(value) else format(value, form)


def _interval(low, high, sign=""):
    return "" if pd.isna(low) else f" [{low:{sign}.2f}, {high:{sign}.2f}]"


def _departures(cells):
    """A line per setting: what the runs have, what the paper has, and in how many cells."""
    found = {}
    for departs in cells["departs"]:
        for name, values in departs.items():
            found[name, values] = found.get((name, values), 0) + 1
    return [f"{name} = {ours} (paper: {paper or 'empty'}) in {_count(count, 'cell')}" for (name, (ours, paper)), count in found.items()]


def _others(cells):
    return [f"{_place(cell)}: {cell['others']}" for cell in cells.to_dict("records") if cell["others"]]


def _missing(table, cells):
    """A line per cell without any run, or with fewer than the paper has."""
    lines = [f"{_place(cell)}, seed {' '.join(map(str, cell['missing']))}: {cell['settings']}" for cell in cells.to_dict("records") if cell["missing"]]
    return [*lines, f"whole commands: python -m analysis.{table.name} --list-runs"] if lines else []


def _place(cell):
    return f"{cell['row']} at {cell['block']}" + ("" if cell["block"] == cell["column"] else f" {cell['column']}")


def _count(count, what):
    return f"{count:,} {what}{'' if count == 1 else 's'}"
