# SPDX-License-Identifier: Apache-2.0
"""How the papers train: the settings that all runs of a table share, and the sets at the sparsities that they are reported for."""

from analysis.paper.description import Column, Row

# every setting that a reproduction in small changes first, so that its tables say so
_WHOLE = {"data.train_size": 0, "data.test_size": 0, "data.official": "yes", "train.steps": 0, "train.warmup_steps": 0, "train.clip_norm": 1.0}

# source: Instant Soup, Table 1; batches: its code (CLIP), BERT-Tickets
CLIP = _WHOLE | {"model.name": "clip_vit_b_32", "train.epochs": 22.0, "train.batch": 128, "train.lr": 1e-5, "train.weight_decay": 0.1,
                 "isp.denoisers": 5, "isp.look_ahead_steps": 50, "isp.rate": 0.15}
BERT = _WHOLE | {"model.name": "bert", "data.max_length": 128, "train.epochs": 10.0, "train.batch": 32, "train.lr": 2e-5, "train.weight_decay": 0.0,
                 "isp.denoisers": 4, "isp.look_ahead_steps": 30, "isp.rate": 0.1}
# source: Instant Soup, Table 6, "different hyper-parameters"; the grids are our choice (methods.md 3.14)
CLIP_SOUP = {"soup.count": 8, "soup.lrs": "5e-6 1e-5 2e-5 3e-5", "soup.weight_decays": "0.1 0.01"}
BERT_SOUP = {"soup.count": 8, "soup.lrs": "1e-5 2e-5 3e-5 5e-5", "soup.weight_decays": "0", "soup.batches": "16 32"}
# source: Lottery Pools, tables 2, 6 and 7, and its code (methods.md 3.14)
POOLS = {"data.train_size": 0, "data.test_size": 0, "data.official": "yes", "data.validation_size": 5000, "data.augment": "crop_flip",
         "model.weights": "random", "train.steps": 0, "train.epochs": 182.0, "train.batch": 128, "train.optimizer": "sgd", "train.lr": 0.1,
         "train.momentum": 0.9, "train.weight_decay": 1e-4, "train.schedule": "steps", "train.drop_at": "0.5 0.747253", "train.drop_factor": 0.1,
         "train.warmup_steps": 0, "train.clip_norm": 0.0, "train.select": "validation", "train.evaluate_every": 352,
         "prune.level_rate": 0.2, "prune.rewind_step": 0.05}

NAMES = {"cars": "Cars", "mnist": "MNIST", "svhn": "SVHN", "gtsrb": "GTSRB", "cifar10": "CIFAR-10", "cifar100": "CIFAR-100", "mnli": "MNLI", "qqp": "QQP",
         "stsb": "STS-B", "wnli": "WNLI", "qnli": "QNLI", "mrpc": "MRPC", "rte": "RTE", "sst2": "SST-2", "cola": "CoLA"}
CLIP_SPARSITIES = {"cars": (0.3, 0.4, 0.5), "mnist": (0.7, 0.8, 0.9), "svhn": (0.7, 0.8, 0.9), "gtsrb": (0.5, 0.6, 0.7), "cifar10": (0.6, 0.7, 0.8),
                   "cifar100": (0.6, 0.7, 0.8)}
BERT_SPARSITIES = {"mnli": 0.7, "qqp": 0.9, "stsb": 0.5, "wnli": 0.9, "qnli": 0.7, "mrpc": 0.5, "rte": 0.6, "sst2": 0.6, "cola": 0.5}


def task(data, sparsity=None, added=()):
    """Returns the column of a set of Instant Soup, at a sparsity where the column has one. `added`: further settings of its protocol."""
    family = CLIP if data in CLIP_SPARSITIES else BERT
    if sparsity is None:
        return Column(NAMES[data], NAMES[data], {"data.name": data}, family | dict(added))
    return Column(NAMES[data], f"{100 * sparsity:.0f} %", {"data.name": data, "prune.sparsity": sparsity}, family | dict(added))


def method(title, name, soup="none", **more):
    """Returns the row of a method, or of a soup on it. `more`: further settings by keys with __ for the point."""
    return Row(title, {"prune.method": name, "soup.method": soup} | {key.replace("__", "."): value for key, value in more.items()})
