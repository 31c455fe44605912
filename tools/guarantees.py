#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Adds trials to docs/guarantees.tsv, writes docs/guarantees.md and prints its table: tools/guarantees.py [--tier TIER --trials FILE].

FILE has a line for each batch of trials, as tests/support/trials.hpp writes it: guarantee, what was tried, trials, failures, seed. Without
it the page is written anew from what is there. Ends with 1 where a trial of FILE failed.
"""

import argparse
import csv
import dataclasses
import datetime
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RECORDS = ROOT / "docs" / "guarantees.tsv"
PAGE = ROOT / "docs" / "guarantees.md"

GUARANTEES = {
    "G1": "A run whose ranks are killed at any time goes on to the same result, bit for bit",
    "G2": "No instant of a save loses the checkpoint before it",
    "G3": "Nor does a loss of power: what counts is flushed before it counts",
    "G4": "Preemption: a checkpoint, exit 75, in time",
    "G5": "Time limit: the job ends before it and is requeued",
    "G6": "A node that fails: the job goes on elsewhere",
    "G7": "A collective that hangs ends the job (76) with a report",
    "G8": "A full disk or a failing call: exit 74 with path, reason and bytes; checkpoints and results stay whole",
    "G9": "A damaged checkpoint is never used: it is said, and the one before is",
    "G10": "Damaged input is refused before the first step",
    "G11": "NaN or Inf on any rank ends all at the same step (77)",
    "G12": "Sweep: each point counts exactly once",
    "G13": "One writer: two incarnations of a run never both write",
    "G14": "No litter: nothing stays in the folder of a run but its files",
    "G15": "Determinism: equal runs, and runs gone on from any step, have equal bits",
    "G16": "Replicas that differ by a bit are noticed at the next checkpoint (79)",
    "G17": "A rank that fails is reported with its cause, and the job ends",
    "G18": "Bad configuration is refused in 2 seconds, all of it at once",
    "G19": "Memory and threads: sanitizers find nothing",
    "G20": "Files of the version before are read or refused clearly",
    "G21": "Works without file locks",
    "G22": "Output that is closed or full ends no run and loses no cause",
}


@dataclasses.dataclass
class Batch:
    """Trials of one test; a row of the records."""

    commit: str
    date: str
    tier: str
    guarantee: str
    what: str
    trials: int
    failures: int
    seed: int

    def row(self) -> list[str]:
        return [str(value) for value in dataclasses.astuple(self)]


FIELDS = [field.name for field in dataclasses.fields(Batch)]


def read_records() -> list[Batch]:
    if not RECORDS.exists():
        return []
    with RECORDS.open(newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Batch(**{**row, "trials": int(row["trials"]), "failures": int(row["failures"]), "seed": int(row["seed"])}) for row in rows]


def write_records(batches: list[Batch]) -> None:
    lines = ["\t".join(FIELDS)] + ["\t".join(batch.row()) for batch in batches]
    RECORDS.write_text("\n".join(lines) + "\n")


def git(*words: str) -> str:
    return subprocess.run(["git", "-C", str(ROOT), *words], check=True, capture_output=True, text=True).stdout.strip()


def commit_of_the_program() -> str:
    """The commit, with a + where sources differ from it."""
    changed = git("status", "--porcelain", "--", "src", "jobs", "tests")
    return git("rev-parse", "--short=10", "HEAD") + ("+" if changed else "")


def read_trials(path: pathlib.Path, tier: str) -> list[Batch]:
    commit, date = commit_of_the_program(), datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    batches = []
    for line in path.read_text().splitlines():
        guarantee, what, trials, failures, seed = line.split("\t")
        if guarantee not in GUARANTEES:
            raise SystemExit(f"{path}: no guarantee is called {guarantee}")
        batches.append(Batch(commit, date, tier, guarantee, what, int(trials), int(failures), int(seed)))
    return batches


def bound(trials: int, failures: int) -> str:
    """The rule of three: no failure in n trials means a rate below 3/n, with 95 % confidence."""
    if failures > 0:
        return f"{100 * failures / trials:.2g} % failed"
    return f"< {min(100.0, 300 / trials):.3g} %"


def table(batches: list[Batch]) -> list[str]:
    lines = ["| | guarantee | trials | failures | failure rate (95 %) | last seed | commit | in earlier commits |", "|---|---|---|---|---|---|---|---|"]
    for name, text in GUARANTEES.items():
        own = [batch for batch in batches if batch.guarantee == name]
        if not own:
            lines.append(f"| {name} | {text} | none: no trials are counted yet | | | | | |")
            continue
        newest = [batch for batch in own if batch.commit == own[-1].commit]
        trials, failures = sum(b.trials for b in newest), sum(b.failures for b in newest)
        before = [batch for batch in own if batch.commit != own[-1].commit]
        earlier = f"{sum(b.trials for b in before):,}, {sum(b.failures for b in before)} failed" if before else ""
        seed = next((b.seed for b in reversed(newest) if b.seed), "")
        lines.append(f"| {name} | {text} | {trials:,} | {failures} | {bound(trials, failures)} | {seed} | {own[-1].commit} | {earlier} |")
    return lines


def what_was_tried(batches: list[Batch]) -> list[str]:
    sums: dict[tuple[str, str], list[int]] = {}
    for batch in batches:
        entry = sums.setdefault((batch.guarantee, batch.what), [0, 0])
        entry[0] += batch.trials
        entry[1] += batch.failures
    names = list(GUARANTEES)
    return [
        f"| {guarantee} | {what} | {trials:,} | {failures} |"
        for (guarantee, what), (trials, failures) in sorted(sums.items(), key=lambda item: (names.index(item[0][0]), item[0][1]))
    ]


def page(batches: list[Batch]) -> str:
    return "\n".join(
        [
            "# What is guaranteed, and how often it was tried",
            "",
            "Made by `tools/guarantees.sh` from `docs/guarantees.tsv`, which has a line for each batch of trials that was run: commit (with a `+` behind it:",
            "and uncommitted changes), date, tier, seed. No failure in n trials means a failure rate below 3/n with 95 % confidence (rule of three), for trials",
            "like these: one machine, one node, local disks and tmpfs. A trial that fails prints the line that replays it.",
            "",
            *table(batches),
            "",
            "All trials, by what was tried:",
            "",
            "| | trial | trials | failures |",
            "|---|---|---|---|",
            *what_was_tried(batches),
            "",
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tier", choices=["change", "nightly", "release"])
    parser.add_argument("--trials", type=pathlib.Path)
    words = parser.parse_args()
    if (words.tier is None) != (words.trials is None):
        parser.error("--tier and --trials come together")
    new = read_trials(words.trials, words.tier) if words.trials else []
    batches = read_records() + new
    write_records(batches)
    PAGE.write_text(page(batches))
    print("\n".join(table(batches)))
    return 1 if any(batch.failures for batch in new) else 0


if __name__ == "__main__":
    sys.exit(main())
