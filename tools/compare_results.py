#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what the results of two folders of runs hold, one line per run; exits 1 if any differs, or none is there.

    compare_results.py OLD_FOLDER NEW_FOLDER [NAME ...]

NAME: run folders in both; `-` reads names from stdin as they come; none: every run of the two folders. Compared are masks, weights,
metrics, rounds, denoisers (but their ranks), scores and counts, and steps and samples of the cost. Not compared: provenance, the text of
events, what is measured in time or energy, and what only the new result has.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

import h5py
import numpy as np

MEASURED = re.compile(r"_(s|j|per_s)$")


def digest(value):
    hashed = hashlib.sha256()
    array = np.asarray(value)
    if array.dtype.kind in "OSU":
        hashed.update(json.dumps(array.astype(str).tolist()).encode())
    else:
        hashed.update(f"{array.dtype.str}{array.shape}".encode() + array.tobytes())
    return hashed.hexdigest()


def is_compared(name):
    group, _, member = name.rpartition("/")
    return group != "cost" and name != "denoisers/rank" and group not in ("provenance", "events") and not MEASURED.search(member)


def contents_of_result(path):
    """Yields (place, digest) of datasets, their attributes `shape` and `kept`, and the attributes of /result."""
    with h5py.File(path) as file:
        found = []
        file.visititems(lambda name, item: found.append((name, item)) if isinstance(item, h5py.Dataset) else None)
        for name, dataset in found:
            if is_compared(name):
                yield name, digest(dataset[()])
                yield from ((f"{name}:{key}", digest(dataset.attrs[key])) for key in ("shape", "kept") if key in dataset.attrs)
        cost = {member: file[f"cost/{member}"][()] for member in ("phase", "steps", "samples")}
        for phase, steps, samples in zip(*cost.values()):
            if steps or samples:  # a phase may have a row of its own that counts nothing
                yield f"cost/{phase.decode()}", digest([int(steps), int(samples)])
        for key, value in file["result"].attrs.items():
            yield f"result/{key}", digest(value)


def contents_of_weights(path):
    """Yields (place, digest) of each tensor of a safetensors file."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    for name, tensor in json.loads(data[8:start]).items():
        if name != "__metadata__":
            first, last = (start + offset for offset in tensor["data_offsets"])
            yield f"weights/{name}", digest([tensor["dtype"], str(tensor["shape"]), hashlib.sha256(data[first:last]).hexdigest()])


def contents(run):
    """What a run folder holds, as place -> digest; empty where there is no result."""
    if not (run / "result.h5").exists():
        return {}
    found = dict(contents_of_result(run / "result.h5"))
    if (run / "model.safetensors").exists():
        found |= contents_of_weights(run / "model.safetensors")
    return found


def shown(places):
    """Names the groups of some places, and the single place where a group has but one."""
    groups = {}
    for place in places:
        groups.setdefault(place.split("/")[0], []).append(place)
    return ", ".join(found[0] if len(found) == 1 else f"{group} ({len(found)})" for group, found in groups.items())


def compare(old, new):
    """Returns (short hash of old, short hash of new over the same places, what differs)."""
    if not old or not new:
        return [hashed if content else "absent" for content, hashed in ((old, "there"), (new, "there"))] + ["no result"]
    sides = [digest([f"{place} {content.get(place)}" for place in sorted(old)])[:12] for content in (old, new)]
    return sides + [shown(place for place in sorted(old) if new.get(place) != old[place])]


def names_of(folders, arguments):
    if arguments == ["-"]:
        return (line.strip() for line in sys.stdin)
    return arguments or sorted({path.parent.name for folder in folders for path in folder.glob("*/result.h5")})


def main(old, new, *arguments):
    folders = [Path(old), Path(new)]
    count = {"equal": 0, "differ": 0}
    for name in names_of(folders, list(arguments)):
        first, second, differs = compare(*(contents(folder / name) for folder in folders))
        count["differ" if differs else "equal"] += 1
        print(f"{name:46} {first:12} {second:12} {'DIFFERS: ' + differs if differs else 'equal'}", flush=True)
    print(f"{count['equal']} equal, {count['differ']} differ")
    return 1 if count["differ"] or not count["equal"] else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
