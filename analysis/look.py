# SPDX-License-Identifier: Apache-2.0
"""How figures look: colours on light and dark ground, dashes and markers, of which no line of a figure repeats another's."""

from itertools import product

# after Okabe and Ito's palette, which the colour-blind tell apart; the baselines come first, ISP stands out
LIGHT = ["#333333", "#cc79a7", "#d55e00", "#009e73", "#56b4e9", "#0b5394", "#b8860b", "#7b3f9e"]
DARK = ["#e6e6e6", "#e59ac3", "#ff8c42", "#2fc79a", "#7cc8f5", "#4f94e8", "#e0b33a", "#b98be0"]
DASHES = ["solid", (0, (1, 1.2)), (0, (5, 1.5)), (0, (5, 1.5, 1, 1.5)), (0, (9, 2)), (0, (3, 1, 1, 1, 1, 1)), (0, (2.5, 2.5)), (0, (9, 2, 3, 2))]
MARKERS = ["o", "s", "D", "^", "v", "P", "X", "p"]


def ground(dark):
    """Returns matplotlib's settings for a figure on light or dark ground."""
    paper, ink, faint, grid = ("#16181c", "#e4e4e4", "#a8a8a8", "#33373d") if dark else ("white", "#222222", "#6a6a6a", "#e6e6e6")
    return {
        "font.size": 10, "axes.titlesize": 11, "axes.titleweight": "bold", "axes.titlelocation": "left",
        "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": faint, "axes.grid": True, "axes.axisbelow": True,
        "figure.facecolor": paper, "axes.facecolor": paper, "savefig.facecolor": paper, "grid.color": grid,
        "text.color": ink, "axes.labelcolor": ink, "axes.titlecolor": ink, "xtick.color": faint, "ytick.color": faint,
        "xtick.labelcolor": ink, "ytick.labelcolor": ink,
    }


def looks(names, dark):
    """Returns {name: (colour, dashes, marker)}: the first eight share none of the three, up to 512 no two share all of them."""
    colours, count = DARK if dark else LIGHT, len(LIGHT)
    combinations = [(colours[i], DASHES[(i + turn) % count], MARKERS[(i + turn + shift) % count])
                    for shift, turn, i in product(range(count), range(count), range(count))]
    return dict(zip(names, combinations))
