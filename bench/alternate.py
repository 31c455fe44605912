# SPDX-License-Identifier: Apache-2.0
"""Times `stockpot bench` and a peer written in Python in alternating processes; compare_eager.py and compare_pillow.py are such peers."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path


def make_parser(description, ids, default):
    """The flags that all comparisons have."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/cpu/stockpot")
    parser.add_argument("--id", choices=ids, default=default)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--peer-only", action="store_true", help="print the peer's seconds as JSON (what a pair starts)")
    return parser


def stockpot_seconds(program, benchmark, flags):
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "bench.json"
        subprocess.run([program, "bench", benchmark, *flags, "--json", str(report)], check=True, stdout=subprocess.DEVNULL)
        return json.loads(report.read_text())[0]["ours_s"]


def peer_seconds(script, benchmark, flags):
    command = [sys.executable, script, "--peer-only", "--id", benchmark, *flags]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def compare(arguments, script, stockpot_flags, peer_flags, line, goal):
    """Print a line for every pair of processes and one for all.

    line(ours, peer)  median seconds of both -> the pair's ratio, its text
    """
    ratios = []
    for _ in range(arguments.pairs):
        ours = statistics.median(stockpot_seconds(arguments.program, arguments.id, stockpot_flags))
        peer = statistics.median(peer_seconds(script, arguments.id, peer_flags))
        ratio, text = line(ours, peer)
        ratios.append(ratio)
        print(f"{arguments.id}: {text}", flush=True)
    print(f"median of {len(ratios)} pairs: {statistics.median(ratios):.3f}  [{min(ratios):.3f} .. {max(ratios):.3f}]  goal {goal}")
