# SPDX-License-Identifier: Apache-2.0
"""Figure 1 of Instant Soup: accuracy, and what it costs, over sparsity, python -m analysis.figure1 FOLDER..."""

from analysis.paper.command import run_table
from analysis.paper.description import OF_PROTOCOL, Note, PaperTable
from analysis.paper.figures import accuracy, passes_over_sparsity
from analysis.paper.protocol import method, task

SETS, SPARSITIES = ("cifar10", "cifar100"), (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def curves(cells, runs):
    """Returns what is drawn, from top to bottom."""
    return {"test accuracy (%)": accuracy(cells), "passes (steps over T)": passes_over_sparsity(cells)}


TABLE = PaperTable(
    name="figure1",
    title="Figure 1 of Instant Soup: accuracy and passes over sparsity",
    source="Jaiswal et al., ICML 2023, Figure 1, which prints no numbers",
    rows=(method("dense", "dense"), method("one-shot", "one_shot"), method("LTH", "lth"), method("LTH-Rewind", "lth_rewind", prune__rewind_step=0.05),
          method("ISP", "isp", isp__denoisers=OF_PROTOCOL, isp__union="votes")),
    columns=tuple(task(data, sparsity) for data in SETS for sparsity in SPARSITIES),
    baseline="dense",
    quoted={},
    curves=curves,
    notes=(
        Note("The paper names no union rule. votes: most votes of the denoisers first, then the largest weight.", ("ISP",)),
        Note("The paper counts passes without look-aheads; here all optimizer steps count. Bars: standard deviation over seeds, of one seed the 95 % interval of its test set."),
    ),
)

if __name__ == "__main__":
    run_table(TABLE)
