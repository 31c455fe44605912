# SPDX-License-Identifier: Apache-2.0
"""Figure 3 of Instant Soup: one-shot pruning beside LTH, and how alike their masks are, python -m analysis.figure3 FOLDER..."""

import pandas as pd

from analysis.baseline import pairing
from analysis.masks import similarity
from analysis.paper.command import run_table
from analysis.paper.description import Note, PaperTable
from analysis.paper.figures import accuracy
from analysis.paper.protocol import method, task
from analysis.paper.sheets import Sheet

LTH, ONE_SHOT = "LTH", "one-shot"
SETS, SPARSITIES = ("cifar10", "cifar100"), (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
MEASURES = {"cosine": "cosine", "iou_kept": "IoU of kept", "iou_pruned": "IoU of pruned", "kappa": "kappa"}
CHANCE = "cosine of independent masks"
OF_THE_PAPER = {0.1: 0.9627, 0.2: 0.9875, 0.3: 0.9432}  # cosine; source: Figure 3b


def alike(cells, runs):
    """Returns one row per pair of runs of equal seed and sparsity: `block`, `column`, `sparsity` and the measures of analysis.masks.similarity."""
    runs = runs.reset_index(drop=True)
    pairs, rows = pairing(runs), []
    for (block, column, sparsity), own in cells.groupby(["block", "column", "sparsity"], sort=False):
        ids = own.set_index("row")["run_ids"]
        tickets, cuts = (runs[runs["run_id"].isin(ids[row])] for row in (LTH, ONE_SHOT))
        files = {pairs[place]: file for place, file in cuts["path"].items()}
        rows += [{"block": block, "column": column, "sparsity": sparsity} | similarity(file, files[pairs[place]])
                 for place, file in tickets["path"].items() if pairs[place] in files]
    return pd.DataFrame(rows, columns=["block", "column", "sparsity", *MEASURES])


def similarities(cells, runs):
    """Returns the table of similarities: means over pairs, their standard deviation, and the paper's."""
    rows = []
    for (block, column, sparsity), own in alike(cells, runs).groupby(["block", "column", "sparsity"], sort=False):
        paper = OF_THE_PAPER.get(sparsity)
        rows.append([f"{block} {column}", str(len(own)), *(_spread(own[name]) for name in MEASURES), f"{1 - sparsity:.4f}", f"{paper:.4f}" if paper else ""])
    return [Sheet("Similarity of the masks of LTH and one-shot", ["", "pairs", *MEASURES.values(), CHANCE, "cosine (paper)"], rows)]


def curves(cells, runs):
    """Returns what is drawn, from top to bottom."""
    grouped = alike(cells, runs).groupby(["block", "sparsity"], sort=False)
    means, sds = grouped[list(MEASURES)].mean(), grouped[list(MEASURES)].std().fillna(0)
    frames = [means.reset_index()[["block", "sparsity"]].assign(row=title, value=means[name].to_numpy(), low=(means - sds)[name].to_numpy(),
                                                                high=(means + sds)[name].to_numpy(), steps=False) for name, title in MEASURES.items()]
    chance = frames[0].assign(row=CHANCE, value=1 - frames[0]["sparsity"])
    return {"test accuracy (%)": accuracy(cells), "similarity of masks": pd.concat([*frames, chance.assign(low=chance["value"], high=chance["value"])])}


def _spread(values):
    return f"{values.mean():.4f}" + (f" ± {values.std(ddof=1):.4f}" if len(values) > 1 else "")


TABLE = PaperTable(
    name="figure3",
    title="Figure 3 of Instant Soup: one-shot pruning and LTH, accuracy and masks",
    source="Jaiswal et al., ICML 2023, Figure 3, which prints the similarities only",
    rows=(method("dense", "dense"), method(ONE_SHOT, "one_shot"), method(LTH, "lth")),
    columns=tuple(task(data, sparsity) for data in SETS for sparsity in SPARSITIES),
    baseline="dense",
    quoted={},
    more_sheets=similarities,
    curves=curves,
    notes=(
        Note("The authors' script compares every one-shot mask with the same stored mask of LTH, which may be why its similarity is not monotone (96.27, 98.75, 94.32 % at "
             "10, 20, 30 %); here masks of equal sparsity and seed are compared."),
        Note("Cosine similarity is high for any two masks that keep most weights: that of independent masks of these sizes stands beside it. kappa is agreement beyond chance."),
        Note("Bars: standard deviation over seeds; of one seed the 95 % interval of its test set, and none for similarities."),
    ),
)

if __name__ == "__main__":
    run_table(TABLE)
