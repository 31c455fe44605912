# SPDX-License-Identifier: Apache-2.0
"""Documents as Markdown and as LaTeX (booktabs), cells as CSV."""

import csv

LATEX = {"\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}",
         "^": r"\textasciicircum{}", "±": r"$\pm$", "−": r"$-$", "“": "``", "”": "''"}
PAGE = r"""% needs \usepackage{{booktabs,graphicx}}
\begin{{table}}[p]
\centering
\caption{{{title}}}
{tables}
{notes}
\end{{table}}
"""
TABULAR = r"""\resizebox{{\textwidth}}{{!}}{{%
\begin{{tabular}}{{l{right}}}
\toprule
{head} \\
\midrule
{rows}
\bottomrule
\end{{tabular}}}}"""


def markdown(document):
    """Returns the document as Markdown, pipes in texts escaped."""
    parts = [f"# {document.title}", *document.lead]
    for sheet in document.sheets:
        parts += [f"## {sheet.title}", "\n".join([_pipes(sheet.head), _pipes(["---", *["---:"] * (len(sheet.head) - 1)]), *map(_pipes, sheet.rows)])]
    for name, lines in document.lists.items():
        parts += [f"## {name}", "\n".join(f"* {line}" for line in lines)]
    return "\n\n".join(parts) + "\n"


def latex(document):
    """Returns the document as one floating table of booktabs tabulars with its notes below."""
    tables = "\n\n\\medskip\n".join(_tabular(sheet) for sheet in document.sheets)
    lines = [*document.lead, *(line for lines in document.lists.values() for line in lines)]
    notes = "\n\n".join(rf"{{\footnotesize {escaped(line)}\par}}" for line in lines)
    return PAGE.format(title=escaped(document.title), tables=tables, notes=notes)


def write_csv(cells, file):
    """Writes every cell with all its digits, a comma between columns; lists within a cell are separated by "; "."""
    with open(file, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(cells.columns)
        writer.writerows([_field(value) for value in row] for row in cells.itertuples(index=False, name=None))


def escaped(text):
    """Returns text as LaTeX prints it."""
    return "".join(LATEX.get(letter, letter) for letter in text)


def _tabular(sheet):
    rows = "\n".join(" & ".join(map(escaped, row)) + r" \\" for row in sheet.rows)
    return TABULAR.format(right="r" * (len(sheet.head) - 1), head=" & ".join(map(escaped, sheet.head)), rows=rows)


def _pipes(texts):
    return "| " + " | ".join(text.replace("|", r"\|") for text in texts) + " |"


def _field(value):
    if isinstance(value, dict):
        return "; ".join(f"{name}: {ours} (paper: {paper})" for name, (ours, paper) in value.items())
    if isinstance(value, (tuple, list)):
        return "; ".join(map(str, value))
    return "" if value is None or value != value else value
