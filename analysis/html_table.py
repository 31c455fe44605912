# SPDX-License-Identifier: Apache-2.0
"""A table in HTML: texts to the left, numbers to the right, hashes cut to eight digits with the whole one in their title."""

import html
from typing import NamedTuple

import pandas as pd

HASH_DIGITS = 8


class Hash(NamedTuple):
    """A hash, shown by its first digits, and what stands behind them."""

    digits: str
    note: str = ""


def html_table(frame, left=(), joined=(), wrapped=()):
    """Returns the table of texts. `left`: columns of words; `joined`: columns that continue the one before; `wrapped`: columns of long texts."""
    classes = {name: [kind for kind, names in (("left", left), ("joined", joined), ("wrapped", wrapped)) if name in names] for name in frame}
    marks = {name: f' class="{" ".join(kinds)}"' if kinds else "" for name, kinds in classes.items()}
    head = "".join(f'<th scope="col"{marks[name]}>{_head(name)}</th>' for name in frame)
    rows = ("".join(f"<td{marks[name]}>{_cell(value)}</td>" for name, value in zip(frame, row)) for row in frame.itertuples(index=False, name=None))
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _head(name):
    """A word a line: columns are as wide as their values."""
    return html.escape(name).replace(" ", "<br>")


def _cell(value):
    if isinstance(value, Hash):
        return f'<code title="{html.escape(value.digits)}">{html.escape(value.digits[:HASH_DIGITS])}</code>{html.escape(value.note)}'
    if pd.isna(value):
        return ""
    negative = str(value)[:1] == "-" and str(value)[1:2].isdigit()
    return html.escape("\u2212" + str(value)[1:] if negative else str(value))
