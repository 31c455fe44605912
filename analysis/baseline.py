# SPDX-License-Identifier: Apache-2.0
"""Which runs are pairs, and the difference of every run to the dense run that it is to be compared with."""

import numpy as np

IDENTITY = ["model", "data", "metric", "seed"]
CONTENT = {"model.weights": "weights_sha256", "data.dir": "data_sha256"}  # a path counts where the hash of its content is not known
SAME_NETWORK_AND_DATA, SAME_TRAINING = ("model.", "data."), ("train.",)


def minus_dense(runs):
    """Returns test result minus that of the dense run with the same model, weights, data and seed, in units of the metric.

    Of several such dense runs the one with the run's own `train.*` counts. NaN where there is none, or where they disagree.
    """
    dense = runs[is_dense(runs)]
    network, training = pairing(runs), _keys(runs, SAME_TRAINING)
    of_network, differences = {}, []
    for other in dense.index:
        of_network.setdefault(network[other], []).append(other)
    for run, test in runs["test"].items():
        same = of_network.get(network[run], [])
        if len(same) > 1:
            same = [other for other in same if training[other] == training[run]]
        tests = set(dense["test"].loc[same])
        differences.append(test - tests.pop() if len(tests) == 1 else np.nan)
    return differences


def pairing(runs):
    """Returns for every row what two runs share that are a pair: model, weights, data, metric and seed, so one start and one order of the data."""
    return _keys(runs, SAME_NETWORK_AND_DATA)


def is_dense(runs):
    """Returns for every run whether it is plain dense training: no cut, no soup."""
    return runs["method"].eq("dense") & runs["soup"].fillna("none").eq("none")


def _keys(runs, sections):
    """Returns per run the tuple of its values in `sections`, missing ones as None."""
    settings = runs[[name for name in runs if name.startswith(sections) and name not in CONTENT]]
    if sections == SAME_NETWORK_AND_DATA:
        paths = {path: runs[content].fillna(runs[path]) if path in runs else runs[content] for path, content in CONTENT.items()}
        settings = settings.join(runs[IDENTITY]).assign(**paths)
    settings = settings.astype(object).where(settings.notna(), None)
    return {run: tuple(map(str, values)) for run, values in zip(runs.index, settings.to_numpy())}
