# SPDX-License-Identifier: Apache-2.0
"""The comparison that tools/quickstart.sh and tools/compare_methods.sh end with.

    python -m analysis.compare FOLDER

reads FOLDER/runs, prints the table and writes FOLDER/curve.png and FOLDER/report.html.
"""

import sys
from pathlib import Path

import pandas as pd

from analysis.curve import draw
from analysis.load import load, table
from analysis.page import write_page

# names of the runs, in the order of the table
TITLES = {
    "dense": "dense",
    "random": "random",
    "one_shot": "one-shot",
    "lth": "LTH",
    "isp_no_denoiser": "ISP, no denoisers",
    "isp": "ISP",
}


def compare(runs):
    """Returns the table: one row per run, in the order of TITLES, then of the names."""
    order = [*TITLES, *sorted(set(runs["name"]) - set(TITLES))]
    runs = runs.sort_values("name", key=lambda names: names.map(order.index))
    with_denoisers = runs["method"].eq("isp") & runs["isp.denoisers"].gt(0)
    titles = runs["name"].map(lambda name: TITLES.get(name, name))
    titles += (", " + runs["isp.denoisers"].astype(str) + " denoisers").where(with_denoisers, "")
    return pd.DataFrame({
        "run_id": runs["run_id"],
        "method": titles,
        "requested": runs["sparsity_requested"],
        "achieved": runs["sparsity"],
        "kept": runs["kept"],
        "prunable": runs["prunable"],
        "test": runs["test"],
        "steps": runs["steps"],
        "look_ahead": runs.reindex(columns=["steps_look_ahead"]).fillna(0).astype(int).squeeze(axis=1),
        "tflop_theoretical": runs["flops_theoretical"] / 1e12,
        "tflop_executed": runs["flops_executed"] / 1e12,
        "wall_s": runs["wall_s"],
    }).reset_index(drop=True)


def formatted(comparison, metric):
    """Returns the table as texts under the names a reader sees."""
    return pd.DataFrame({
        "method": comparison["method"],
        "sparsity requested": comparison["requested"].map("{:.4f}".format),
        "achieved": comparison["achieved"].map("{:.4f}".format),
        "kept / prunable": [f"{kept:,} / {prunable:,}" for kept, prunable in zip(comparison["kept"], comparison["prunable"])],
        f"test {metric}": comparison["test"].map("{:.4f}".format),
        "steps": comparison["steps"].map("{:,}".format),
        "of them look-ahead": comparison["look_ahead"].map("{:,}".format),
        "TFLOP theoretical": comparison["tflop_theoretical"].map("{:.2f}".format),
        "executed": comparison["tflop_executed"].map("{:.2f}".format),
        "seconds": comparison["wall_s"].map("{:.1f}".format),
    })


def main(folder):
    folder = Path(folder)
    runs = load(folder / "runs")
    metric = runs["metric"].iloc[0]
    comparison = compare(runs)
    texts = formatted(comparison, metric)
    print(texts.to_string(index=False))
    draw(comparison, table(folder / "runs", "metrics/train"), metric, folder / "curve.png")
    write_page(folder / "report.html", runs, texts, folder / "curve.png")
    print(f"\nwrote {folder / 'curve.png'} and {folder / 'report.html'}")


if __name__ == "__main__":
    main(sys.argv[1])
