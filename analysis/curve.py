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


def draw(comparison, validation, metric, file):
    """Draws test results beside the way there. `comparison`: analysis.quickstart.compare; `validation`: /metrics/validation of its runs."""
    colours = {run: COLOURS[place % len(COLOURS)] for place, run in enumerate(comparison["run_id"])}
    with plt.rc_context(STYLE):
        figure, panels = plt.subplot_mosaic(
            [["result", "sparsity"], ["result", "metric"]], figsize=(11, 5.6), dpi=150, width_ratios=[1, 1.15], layout="constrained")
        _result(panels["result"], comparison, colours, metric)
        panels["sparsity"].sharex(panels["metric"])
        _course(panels["sparsity"], comparison, validation, colours, "sparsity", "steps-post")
        panels["sparsity"].set(title="How weights go", ylabel="sparsity", ylim=(-0.03, 1.03))
        panels["sparsity"].tick_params(labelbottom=False)
        _course(panels["metric"], comparison, validation, colours, "metric", "default")
        panels["metric"].set(title="What the network knows meanwhile", ylabel=f"validation {metric}", xlabel="training step")
        handles, labels = panels["metric"].get_legend_handles_labels()
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


def _course(axes, comparison, validation, colours, column, drawstyle):
    widths = {run: 3.5 - 2 * place / len(comparison) for place, run in enumerate(comparison["run_id"])}  # a line under another stays visible
    for _, row in comparison.iterrows():
        points = validation[validation["run_id"].eq(row["run_id"])].dropna(subset=[column])
        axes.plot(points["step"], points[column], drawstyle=drawstyle, color=colours[row["run_id"]], label=row["method"],
                  linewidth=widths[row["run_id"]])
