#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts test cases from a folder of reports, names those skipped or failed, and ends with `N passed, N failed`; exits 1 if any failed.

    tally.py FOLDER

FOLDER/*.xml is JUnit as ctest and pytest write it. A ctest entry that is a GoogleTest program counts as the cases it ran (its rank 0
prints them); one that failed without naming a case (crash, time-out, failure on another rank) counts as one failed.
FOLDER/steps.tsv has one line `passed|failed|skipped<TAB>name` per test that is no program of its own, such as a build.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

# mpirun gives ranks a terminal, for which GoogleTest colours; ctest writes the escape byte, which XML does not allow, in words
COLOUR = re.compile(r"(?:\x1b|\[NON-XML-CHAR-0x1B\])\[[0-9;]*[mK]|\r")
CASE = re.compile(r"^\[ +(OK|FAILED|SKIPPED) +\] (\S+\.\S+?)(?:, where .*)? \(\d+ ms\)$", re.MULTILINE)
VERDICT = {"OK": "passed", "FAILED": "failed", "SKIPPED": "skipped"}


def verdicts_of_entry(entry):
    """Yields (verdict, name) for each case of one <testcase>."""
    name = entry.get("name")
    verdict = "passed"
    if entry.find("failure") is not None or entry.find("error") is not None:
        verdict = "failed"
    elif entry.find("skipped") is not None or entry.get("status") in ("notrun", "disabled"):
        verdict = "skipped"
    cases = [(VERDICT[word], f"{name}: {case}") for word, case in CASE.findall(COLOUR.sub("", entry.findtext("system-out") or ""))]
    yield from cases
    if not cases or (verdict == "failed" and all(case[0] != "failed" for case in cases)):
        yield verdict, name


def verdicts(folder):
    for report in sorted(folder.glob("*.xml")):
        for entry in ElementTree.parse(report).iter("testcase"):
            yield from verdicts_of_entry(entry)
    steps = folder / "steps.tsv"
    for line in steps.read_text().splitlines() if steps.exists() else []:
        yield tuple(line.split("\t", 1))


def main(folder):
    found = list(verdicts(Path(folder)))
    for wanted in ("skipped", "failed"):
        names = [name for verdict, name in found if verdict == wanted]
        print("".join(f"{wanted}: {name}\n" for name in names), end="")
    count = Counter(verdict for verdict, _ in found)
    if count["skipped"]:
        print(f"{count['skipped']} skipped")
    print(f"{count['passed']} passed, {count['failed']} failed")
    return 1 if count["failed"] or not count["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
