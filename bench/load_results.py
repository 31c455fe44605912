#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long analysis.load takes for many results: copies of one result.h5, each under a seed of its own, in a scratch folder.

    .venv/bin/python bench/load_results.py RESULT [COUNT]
"""

import io
import sys
import tempfile
import time
import zlib
from pathlib import Path

import h5py
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from analysis.load import load  # noqa: E402
from analysis.result_file import checked_content  # noqa: E402


def write_copy(content, seed, file):
    """Writes a result under another seed and run id, closed by its checksum."""
    changed = io.BytesIO(content)
    with h5py.File(changed, "r+") as result:
        result.attrs.update({"seed": np.uint64(seed), "run_id": f"copy-{seed}"})
    body = changed.getvalue()
    file.parent.mkdir()
    file.write_bytes(body + b"\nstockpot-crc32 %08x\n" % zlib.crc32(body))


def main(result, count="10000"):
    content = bytes(checked_content(Path(result).read_bytes()))
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(int(count)):
            write_copy(content, seed, Path(folder, str(seed), "result.h5"))
        begin, begin_cpu = time.perf_counter(), time.process_time()
        runs = load(folder)
        print(f"{len(runs):,} results of {len(content):,} bytes in {time.perf_counter() - begin:.1f} s ({time.process_time() - begin_cpu:.1f} s of CPU time)")


if __name__ == "__main__":
    main(*sys.argv[1:])
