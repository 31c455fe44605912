# SPDX-License-Identifier: Apache-2.0
"""What a table of a paper is: rows, columns, the runs that belong into a cell, and the paper's own numbers. Data only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

OF_PROTOCOL = object()  # of a row: this setting is told by, and has the value that the protocol of the column gives it
SEEDS = (1, 2, 3)  # ISP and Lottery Pools report means of 3 runs


class Quoted(NamedTuple):
    """A number of the paper, in its own unit (percent), and the standard deviation that it prints beside it, if any."""

    mean: float
    sd: float | None = None


class Note(NamedTuple):
    """A footnote: an erratum of the paper, or a choice where paper and code differ. `at`: titles of the rows, columns or blocks that it marks."""

    text: str
    at: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row: its title in the paper, and the settings that make a run belong to it."""

    title: str
    settings: dict[str, object]


@dataclass(frozen=True)
class Column:
    """A column of a block. `settings` tell its runs from others, `protocol` is how the paper trains them, and `measure` the column of
    analysis.load.load that is shown."""

    block: str
    title: str
    settings: dict[str, object]
    protocol: dict[str, object]
    measure: str = "test"


@dataclass(frozen=True)
class PaperTable:
    """A table of a paper.

    `quoted`: row title -> one `Quoted` or None per column; `baseline`: title of the row that differences are taken to. `more_sheets`: makes
    further tables of (cells, runs). `curves`: makes what is drawn of (cells, runs), for analysis.paper.figures.draw; None: no figure.
    """

    name: str
    title: str
    source: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    quoted: dict[str, tuple[Quoted | None, ...]]
    baseline: str
    notes: tuple[Note, ...] = ()
    seeds: tuple[int, ...] = SEEDS
    more_sheets: Callable | None = None
    curves: Callable | None = None


def selecting(row, column):
    """Returns the settings that a run of this cell has; those of the row count before those of the column."""
    settings = column.settings | row.settings
    return _acting({key: column.protocol[key] if value is OF_PROTOCOL else value for key, value in settings.items()})


def protocol(row, column):
    """Returns all settings of the runs of this cell but their seeds, as the paper has them."""
    return _acting(column.protocol | selecting(row, column))


def _acting(settings):
    """Leaves out the settings that do nothing by the method and soup among them."""
    idle = () if str(settings["prune.method"]).startswith("isp") else ("isp.",)
    idle += ("prune.sparsity",) if settings["prune.method"] == "dense" else ()
    idle += ("soup.",) if settings["soup.method"] == "none" else ()
    return {key: value for key, value in settings.items() if key == "soup.method" or not key.startswith(idle)}


def run_settings(table, row, column):
    """Returns the settings of each run that this cell needs, one dict per seed."""
    return [protocol(row, column) | {"seed": seed} for seed in table.seeds]


def all_runs(table):
    """Returns the settings of all runs that the table needs, in its order, each once."""
    found = {}
    for column in table.columns:
        for row in table.rows:
            for settings in run_settings(table, row, column):
                found.setdefault(tuple(sorted((key, str(value)) for key, value in settings.items())), settings)
    return list(found.values())


def quotes(*means, sds=None):
    """Returns the numbers of one row. `sds`: their standard deviations, in the same order."""
    return tuple(None if mean is None else Quoted(mean, sd) for mean, sd in zip(means, sds or [None] * len(means), strict=True))


def spelt(value):
    """Returns a value as `stockpot run` takes it."""
    return f"{value:.12g}" if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else str(value)


def as_flags(settings):
    """Returns settings as words of a command line."""
    return [f"--{key}={spelt(value)}" for key, value in settings.items()]
