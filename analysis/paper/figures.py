# SPDX-License-Identifier: Apache-2.0
"""Tables of papers as figures: each measure over sparsity, a column of panels per block, PNG and PDF."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the back end is chosen first)
from matplotlib.transforms import ScaledTranslation  # noqa: E402

from analysis.look import ground, looks  # noqa: E402

PANEL_IN, LEGEND_IN = (4.6, 2.9), 0.7  # inches: a panel, the legend
APART_PT = 3.0  # points between rows at one sparsity, so that no error bar hides another
DPI = 200


def draw(table, cells, curves, out):
    """Draws a filled table whose columns are sparsities, and returns the files. `curves`: {label of a panel: its frame, which has `block`,
    `sparsity`, `row`, `value`, `low`, `high` and `steps` (whether the value holds until the next sparsity)}, from top to bottom."""
    blocks = list(dict.fromkeys(cells["block"]))
    with plt.rc_context(ground(dark=False) | {"pdf.fonttype": 42}):
        size = (PANEL_IN[0] * len(blocks), PANEL_IN[1] * len(curves) + LEGEND_IN)
        figure, panels = plt.subplots(len(curves), len(blocks), figsize=size, squeeze=False, sharex="col", layout="constrained")
        for line, (label, frame) in zip(panels, curves.items()):
            styles = looks(dict.fromkeys(name for other in curves.values() for name in other["row"]), dark=False)
            for axes, block in zip(line, blocks):
                _panel(axes, frame[frame["block"].eq(block)], styles)
            line[0].set_ylabel(label)
        for axes, block in zip(panels[0], blocks):
            axes.set_title(block)
        for axes in panels[-1]:
            axes.set_xlabel("sparsity (points at one sparsity are moved apart)", fontsize=8)
        _legend(figure, panels.flat)
        files = [out / f"{table.name}.{kind}" for kind in ("png", "pdf")]
        for file in files:
            figure.savefig(file, dpi=DPI, metadata={"CreationDate": None} if file.suffix == ".pdf" else None)
        plt.close(figure)
    return files


def accuracy(cells):
    """Returns the curve of test results: bars are sd over seeds, of one seed the interval of the test set."""
    several = cells["seeds"].gt(1)
    low, high = cells["mean"] - cells["sd"], cells["mean"] + cells["sd"]
    return _curve(cells, cells["mean"], low.where(several, cells["low"]), high.where(several, cells["high"]), steps=False)


def passes_over_sparsity(cells):
    """Returns the curve of passes, which rise in steps: a level more, a training more."""
    return _curve(cells, cells["passes"], cells["passes"], cells["passes"], steps=True)


def _curve(cells, value, low, high, steps):
    frame = cells[["block", "sparsity", "row"]].assign(value=value, low=low, high=high, steps=steps)
    return frame[frame["value"].notna()]


def _panel(axes, frame, styles):
    names = [name for name in styles if name in set(frame["row"])]
    for place, name in enumerate(names):
        points = frame[frame["row"].eq(name)].sort_values("sparsity")
        colour, dashes, marker = styles[name]
        shift = (place - (len(names) - 1) / 2) * APART_PT / 72
        moved = axes.transData + ScaledTranslation(shift, shift if points["steps"].all() else 0, axes.figure.dpi_scale_trans)
        bars = [(points["value"] - points["low"]).clip(lower=0), (points["high"] - points["value"]).clip(lower=0)]
        axes.plot(points["sparsity"], points["value"], color=colour, linestyle=dashes, linewidth=1.3, transform=moved,
                  drawstyle="steps-pre" if points["steps"].all() else "default")
        axes.errorbar(points["sparsity"], points["value"], yerr=bars, color=colour, marker=marker, markersize=4.5, linestyle="none", capsize=3, linewidth=1.2,
                      label=name, transform=moved)
    axes.margins(x=0.08, y=0.1)


def _legend(figure, panels):
    entries = {label: handle for axes in panels for handle, label in zip(*axes.get_legend_handles_labels())}
    figure.legend(list(entries.values()), list(entries), loc="outside lower center", ncols=min(4, max(1, len(entries))), frameon=False, fontsize=8)
