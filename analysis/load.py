# SPDX-License-Identifier: Apache-2.0
"""Reads result.h5 files (docs/result_format.md) into pandas.

    from analysis.load import load, table
    runs = load("runs")                    # one row per run, all result.h5 below the folder
    rounds = table("runs", "rounds")       # one row per round and run
"""

import json
from pathlib import Path

import h5py
import pandas as pd

FORMAT, VERSION = "stockpot-result", 1
STEPPING = ["train", "fine_tune", "look_ahead"]  # phases whose steps are optimizer steps; those of `evaluate` are passes


def find(path):
    """Returns the result files at `path`: the file itself, or all result.h5 below a folder, in order of their paths."""
    path = Path(path)
    files = [path] if path.is_file() else sorted(path.rglob("result.h5"))
    if not files:
        raise FileNotFoundError(f"no result.h5 in {path} (no run has ended there); start one by `stockpot run`")
    return files


def load(path):
    """Returns one row per run: identity, result, cost by phase and in all, `provenance.*`, and every setting by its dotted key.

    `steps` counts every optimizer step, those of look-aheads too; `flops_executed`, `wall_s`, ... are over all phases;
    `steps_look_ahead`, `wall_s_train`, ... are single phases (NaN in a run that has no such phase).
    """
    return pd.DataFrame([_row(file) for file in find(path)])


def table(path, place):
    """Returns a table of all runs at `path` in one frame, `run_id` first. `place`: rounds, denoisers, cost, metrics/train, soup, ..."""
    frames = []
    for file in find(path):
        with _open(file) as result:
            if place in result:
                frame = _columns(result[place])
                frame.insert(0, "run_id", _plain(result.attrs["run_id"]))
                frames.append(frame)
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"run_id": []})


def _open(file):
    result = h5py.File(file)
    found = (_plain(result.attrs.get("format")), int(result.attrs.get("format_version", 0)))
    if found != (FORMAT, VERSION):
        result.close()
        raise ValueError(f"{file} is {found[0]} version {found[1]} (this package reads {FORMAT} version {VERSION})")
    return result


def _row(file):
    with _open(file) as result:
        row = {"path": str(file)} | _attributes(result)
        config = json.loads(row.pop("config_json"))
        row |= _attributes(result["result"])
        row |= _cost(_columns(result["cost"]))
        row |= {f"provenance.{name}": value for name, value in _attributes(result["provenance"]).items()}
    return _flat(config) | row


def _cost(cost):
    cost = cost.set_index("phase")
    total = cost.sum(min_count=1).to_dict() | {"steps": int(cost["steps"].reindex(STEPPING, fill_value=0).sum())}
    return total | {f"{name}_{phase}": value for name in cost for phase, value in cost[name].items()}


def _flat(settings, prefix=""):
    """Turns {"train": {"lr": 1}} into {"train.lr": 1}."""
    flat = {}
    for key, value in settings.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return flat


def _columns(group):
    """One column per one-dimensional dataset; other members (groups such as masks) are no columns."""
    columns = {name: member for name, member in group.items() if isinstance(member, h5py.Dataset) and member.ndim == 1}
    return pd.DataFrame({name: data.asstr()[:] if h5py.check_string_dtype(data.dtype) else data[:] for name, data in columns.items()})


def _attributes(node):
    return {name: _plain(value) for name, value in node.attrs.items()}


def _plain(value):
    if isinstance(value, bytes):
        return value.decode()
    return value.item() if hasattr(value, "item") and getattr(value, "ndim", 1) == 0 else value
