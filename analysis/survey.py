# SPDX-License-Identifier: Apache-2.0
"""What lies below a folder of runs: results, and run folders that have none."""

import json
import os
from datetime import datetime, timezone
from pathlib import Path

RESULT = "result.h5"
SIGNS_OF_A_RUN = {"config.ini", "metrics.jsonl"}
PARTS_OF_A_RUN = {"checkpoints", "logs"}


def survey(path):
    """Returns (result files, folders of unfinished runs), each in order of the paths. `path`: a folder, or one result file.

    An unfinished run has a config.ini or metrics.jsonl, but neither it nor any folder in it has a result.h5.
    """
    path = Path(path)
    if path.is_file():
        return [path], []
    results, started = [], []
    for folder, subfolders, names in os.walk(path):
        subfolders[:] = sorted(set(subfolders) - PARTS_OF_A_RUN)
        if RESULT in names:
            results.append(Path(folder, RESULT))
        elif SIGNS_OF_A_RUN & set(names):
            started.append(Path(folder))
    with_result = {above for file in results for above in file.parents}
    return results, [folder for folder in started if folder not in with_result]


def progress(folder):
    """Says how far an unfinished run has come, by the last line of its metrics.jsonl that has a step."""
    metrics = Path(folder) / "metrics.jsonl"
    if not metrics.is_file():
        return "running, or stopped before its first step"
    last = datetime.fromtimestamp(metrics.stat().st_mtime, timezone.utc)
    return f"running, or stopped after step {_last_step(metrics)}; last line of {last:%Y-%m-%d %H:%M} UTC"


def _last_step(metrics):
    for line in reversed(metrics.read_text(encoding="utf-8", errors="replace").splitlines()):
        try:
            return json.loads(line)["step"]
        except (ValueError, KeyError, TypeError):
            continue  # a line that is being written, or one without a step
    return 0
