# SPDX-License-Identifier: Apache-2.0
"""Table 1 of Instant Soup: hyper-parameters of the runs beside the paper's, python -m analysis.table1 FOLDER..."""

from analysis.paper.parameters import ParameterTable, run_parameters

TABLE = ParameterTable(
    name="table1",
    title="Table 1 of Instant Soup: hyper-parameters of ISP",
    source="Jaiswal et al., ICML 2023, Table 1",
    rows={"learning rate": "train.lr", "epochs": "train.epochs", "compression per round s": "isp.rate", "steps of a look-ahead C": "isp.look_ahead_steps",
          "denoisers N": "isp.denoisers", "optimizer": "train.optimizer", "weight decay": "train.weight_decay", "batch": "train.batch",
          "steps T, instead of epochs": "train.steps", "warm-up steps": "train.warmup_steps", "clipped norm": "train.clip_norm", "union rule": "isp.union",
          "share of an epoch t": "isp.round_share", "steps of round 0, instead of t": "isp.round_steps", "largest share of T in rounds": "isp.budget_share"},
    quoted={"BERT": {"train.lr": "2e-5", "train.epochs": "10", "isp.rate": "0.1", "isp.look_ahead_steps": "30", "isp.denoisers": "4", "train.optimizer": "AdamW",
                     "train.weight_decay": "0", "isp.round_share": "about 0.1"},
            "CLIP": {"train.lr": "1e-5", "train.epochs": "22", "isp.rate": "0.15", "isp.look_ahead_steps": "50", "isp.denoisers": "5", "train.optimizer": "AdamW",
                     "train.weight_decay": "0.1", "isp.round_share": "about 0.1"}},
    notes=("The paper names no batch, warm-up, clipping, union rule or share M of the rounds: an empty cell. t = 10 % of the data is in its text. Its code has 20 epochs, "
           "batch 128, s = 0.1, look-aheads of a tenth of an epoch, t = 7.5 % of an epoch, 500 steps of warm-up and N = 5.",
           "The paper's fine print that the classifier of BERT is about 3 % of the parameters is an erratum: 768 weights per class are about 0.001 %."),
)

if __name__ == "__main__":
    run_parameters(TABLE)
