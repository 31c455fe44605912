# SPDX-License-Identifier: Apache-2.0
"""The picture of the quickstart: what each method reaches, and how its weights go."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (the back end is chosen first)

# the baselines recede, ISP stands out; the same colour in every panel
COLOURS = ["#3d3d3d", "#b9a28c", "#c98a5a", "#7f9f6b", "#7fb0dd", "#1f5fa8"]
STYLE = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#8a8a8a",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "axes.axisbelow": True,
}


def draw(comparison, course, metric, file):
    """Draws test results beside the way there. `comparison`: analysis.compare.compare; `course`: /metrics/train of its runs."""
    colours = {run: COLOURS[place % len(COLOURS)] for place, run in enumerate(comparison["run_id"])}
    with plt.rc_context(STYLE):
        figure, panels = plt.subplot_mosaic(
            [["result", "sparsity"], ["result", "loss"]], figsize=(11, 5.6), dpi=150, width_ratios=[1, 1.15], layout="constrained")
        _result(panels["result"], comparison, colours, metric)
        _course(panels["sparsity"], comparison, course, colours, lambda points: points["sparsity"])
        _course(panels["loss"], comparison, course, colours, lambda points: points["loss"].rolling(1 + len(points) // 20, min_periods=1).mean())
        panels["sparsity"].sharex(panels["loss"])
        panels["sparsity"].tick_params(labelbottom=False)
        panels["sparsity"].set(title="How weights go", ylabel="sparsity", ylim=(-0.04, 1.04))
        panels["loss"].set(title="What that does to the training loss", ylabel="loss, mean of 5 %", xlabel="training step", xscale="log")
        panels["loss"].xaxis.set_major_formatter("{x:,.0f}")
        handles, labels = panels["loss"].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False, fontsize=9)
        figure.savefig(file)
        plt.close(figure)


def _result(axes, comparison, colours, metric):
    places = range(len(comparison) - 1, -1, -1)
    axes.scatter(comparison["test"], places, s=70, c=[colours[run] for run in comparison["run_id"]], zorder=3)
    for place, (_, row) in zip(places, comparison.iterrows()):
        axes.annotate(f"{row['test']:.4f}", (row["test"], place), xytext=(0, 8), textcoords="offset points", ha="center", fontsize=9,
                      bbox={"color": "white", "pad": 1})
    labels = [f"{row['method']}\n{row['steps']:,} steps" for _, row in comparison.iterrows()]
    axes.set_yticks(list(places), labels)
    axes.grid(axis="y", visible=False)
    axes.locator_params(axis="x", nbins=6)
    axes.margins(x=0.12, y=0.1)
    dense = comparison.loc[comparison["requested"].eq(0), "test"]
    if len(dense):
        axes.axvline(dense.iloc[0], color="#3d3d3d", linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    sparsities = ", ".join(f"{value:g}" for value in sorted(set(comparison["requested"]) - {0}))
    axes.set(title=f"What is left at sparsity {sparsities}", xlabel=f"test {metric} (dashed: dense; steps include look-aheads)")


def _course(axes, comparison, course, colours, column):
    widths = {run: 3.5 - 2 * place / len(comparison) for place, run in enumerate(comparison["run_id"])}  # a line under another stays visible
    for _, row in comparison.iterrows():
        points = course[course["run_id"].eq(row["run_id"])]
        axes.plot(points["step"], column(points), color=colours[row["run_id"]], label=row["method"], linewidth=widths[row["run_id"]])
