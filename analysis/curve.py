# SPDX-License-Identifier: Apache-2.0
"""The picture of a comparison: what each group of runs reaches, and how its weights and its loss go."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the back end is chosen first)
from matplotlib.transforms import ScaledTranslation  # noqa: E402

from analysis.look import ground, looks  # noqa: E402

WIDTH_IN, LEVEL_IN, LEGEND_IN, ROW_IN = 11, 4.4, 0.9, 0.38  # inches: the figure; what belongs to one sparsity; a row of results
APART_PT = 2.4  # points between lines that would lie on each other
SMOOTHED = 20  # losses are means over a 20th of the course


def draw(comparison, course, metric, file, dark=False):
    """Draws test results beside the way there into `file`. `comparison`: analysis.compare.compare; `course`: /metrics/train of its runs."""
    with plt.rc_context(ground(dark)):
        figure = picture(comparison, course, metric, dark)
        figure.savefig(file, format="png", dpi=150)
        plt.close(figure)


def picture(comparison, course, metric, dark=False):
    """Returns the figure: for each sparsity the results (a row per group, dense among them), and how sparsity and loss go over the steps."""
    styles = looks(dict.fromkeys(comparison["series"]), dark)
    levels = {f"{level:g}": comparison[comparison["requested"].isin([0.0, level])] for level in _levels(comparison)}
    names = [[f"test {level}", f"{what} {level}"] for level in levels for what in ("sparsity", "loss")]
    height = LEGEND_IN + sum(max(LEVEL_IN, ROW_IN * len(drawn)) for drawn in levels.values())
    figure, panels = plt.subplot_mosaic(names, figsize=(WIDTH_IN, height), width_ratios=[1, 1.15], layout="constrained")
    for level, drawn in levels.items():
        _results(panels[f"test {level}"], drawn, metric, styles)
        _courses(panels[f"sparsity {level}"], panels[f"loss {level}"], drawn, course, styles)
        panels[f"test {level}"].set_title(f"Test {metric} at sparsity {level}")
        panels[f"sparsity {level}"].set_title(f"The way to sparsity {level}")
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1)
    _legend(figure, [panels[f"loss {level}"] for level in levels])
    return figure


def _levels(comparison):
    return sorted(set(comparison["requested"]) - {0.0}) or [0.0]


def _results(axes, drawn, metric, styles):
    """A row per group: the mean, a bar (sd over seeds, or the 95 % interval of one seed), a tick per seed, the value at the right."""
    rows = drawn.to_dict("records")
    places = range(len(rows) - 1, -1, -1)
    for place, row in zip(places, rows):
        colour, _, marker = styles[row["series"]]
        bar = [[row["sd"]], [row["sd"]]] if row["seeds"] > 1 else [[row["mean"] - row["low"]], [row["high"] - row["mean"]]]
        axes.errorbar(row["mean"], place, xerr=bar, color=colour, marker=marker, markersize=5.5, capsize=5, linewidth=1.6, capthick=1.6)
        if row["seeds"] > 1:
            axes.plot(row["tests"], [place - 0.28] * row["seeds"], "|", color=colour, markersize=7)
    dense = drawn.loc[drawn["requested"].eq(0), "mean"]
    if len(dense) == 1:
        axes.axvline(dense.iloc[0], color=plt.rcParams["axes.edgecolor"], linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    axes.set_yticks(list(places), [row["series"] for row in rows])
    values = axes.secondary_yaxis("right")
    values.set_yticks(list(places), [f"{row['mean']:.4f}" for row in rows])
    values.tick_params(length=0)
    values.spines["right"].set_visible(False)
    axes.grid(axis="y", visible=False)
    axes.locator_params(axis="x", nbins=5)
    axes.margins(x=0.08)
    axes.set_ylim(-0.7, len(rows) - 0.4)
    axes.set_xlabel(_what_bars_are(drawn), fontsize=8)


def _what_bars_are(drawn):
    several, one = drawn["seeds"].gt(1).any(), drawn["low"].notna().any()
    parts = ["bars: ± sd over seeds (ticks below)"] if several else []
    parts += ["of one seed: 95 % interval of its test set" if several else "bars: 95 % interval of the test set"] if one else []
    parts += ["dashed: dense"] if drawn["requested"].eq(0).sum() == 1 else []
    return "; ".join(parts)


def _courses(sparsity, loss, drawn, course, styles):
    """Sparsity as the steps it goes in, each line moved by some points so that none hides another; below it the smoothed loss."""
    sparsity.sharex(loss)
    loss.set(ylabel="loss (mean of 5 %)", xlabel="training step", xscale="log")
    loss.xaxis.set_major_formatter("{x:,.0f}")
    sparsity.tick_params(labelbottom=False)
    sparsity.set(ylabel="sparsity", ylim=(-0.12, 1.12), yticks=[0, 0.25, 0.5, 0.75, 1])
    sparsity.set_xlabel("lines are moved apart so that none hides another", fontsize=8)
    for place, row in enumerate(drawn.to_dict("records")):
        colour, dashes, _ = styles[row["series"]]
        points = course[course["run_id"].isin(row["run_ids"])].groupby("step", as_index=False)[["sparsity", "loss"]].mean()
        line = {"color": colour, "linestyle": dashes, "linewidth": 1.7, "label": row["series"]}
        shift = (place - (len(drawn) - 1) / 2) * APART_PT / 72
        moved = sparsity.transData + ScaledTranslation(shift, shift, sparsity.figure.dpi_scale_trans)
        sparsity.plot(points["step"], points["sparsity"], drawstyle="steps-post", transform=moved, **line)
        loss.plot(points["step"], points["loss"].rolling(1 + len(points) // SMOOTHED, min_periods=1).mean(), alpha=0.9, **line)


def _legend(figure, panels):
    """One legend for all panels, below them, in as many columns as the figure is wide."""
    entries = {label: handle for axes in panels for handle, label in zip(*axes.get_legend_handles_labels())}
    labels, handles = list(entries), list(entries.values())
    for columns in range(min(len(labels), 6), 0, -1):
        legend = figure.legend(handles, labels, loc="outside lower center", ncols=columns, frameon=False, fontsize=9, handlelength=4)
        if legend.get_window_extent().width <= figure.bbox.width or columns == 1:
            return
        legend.remove()
