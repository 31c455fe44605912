# SPDX-License-Identifier: Apache-2.0
"""How alike the final masks of two runs are, counted on their packed bits."""

import math

import numpy as np

from analysis.result_file import open_result

BITS = np.array([bin(byte).count("1") for byte in range(256)], np.uint8)  # set bits of a byte


def similarity(file, other):
    """Returns of two result files with masks of the same tensors: `cosine` and `iou_kept` of the kept weights, `iou_pruned` of the pruned ones,
    `kappa` (Cohen's: agreement beyond that of two independent masks of these sizes). NaN where it is 0 / 0. ValueError for other networks.
    """
    with open_result(file) as one, open_result(other) as two:
        ours, theirs = one.get("masks", {}), two.get("masks", {})
        if not len(ours) or {name: tuple(mask.attrs["shape"]) for name, mask in ours.items()} != {
                name: tuple(mask.attrs["shape"]) for name, mask in theirs.items()}:
            raise ValueError(f"{file} and {other} have no masks of the same tensors; compare runs of one network that both cut")
        counts = sum(_counts(ours[name], theirs[name]) for name in ours)
    return _measures(*(int(count) for count in counts))


def _counts(mask, other):
    """Returns the numbers of weights, of those that each mask keeps, and of those that both keep."""
    bits, others = mask[()], other[()]
    return np.array([math.prod(int(side) for side in mask.attrs["shape"]), *(BITS[found].sum(dtype=np.int64) for found in (bits, others, bits & others))])


def _measures(size, kept, other, both):
    union = kept + other - both
    agreed, by_chance = (size - union + both) / size, (kept * other + (size - kept) * (size - other)) / size**2
    return {"cosine": _ratio(both, math.sqrt(kept * other)), "iou_kept": _ratio(both, union), "iou_pruned": _ratio(size - union, size - both),
            "kappa": _ratio(agreed - by_chance, 1 - by_chance)}


def _ratio(part, whole):
    return part / whole if whole else math.nan
