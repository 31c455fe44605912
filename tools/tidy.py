#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy (.clang-tidy) over sources of src, jobs and bench; needs a configured build/cpu. Exits 1 if it finds anything.

    tidy.py [--all] [--seconds N] [FILE ...]

Without FILE: the .cpp files of the last 10 commits, newest first, and those of the headers they changed; commits that only move text
(.git-blame-ignore-revs) do not count. --all: every file. After N seconds (default: no end) it stops and names the files it has not looked at.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/cpu"
COMMITS = 10
OURS = re.compile(r"(src|jobs|bench)/.*\.cpp$")


def git(*arguments, root=ROOT):
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout.splitlines()


def changed(root=ROOT):
    """Sources that the last commits changed, or whose header they changed, newest first."""
    only_text = set(re.findall(r"^[0-9a-f]{40}", (root / ".git-blame-ignore-revs").read_text(), re.MULTILINE))
    commits = [commit for commit in git("log", "--no-merges", "--format=%H", root=root) if commit not in only_text][:COMMITS]
    names = [name for commit in commits for name in git("diff-tree", "--root", "--no-commit-id", "--name-only", "-r", commit, root=root)]
    sources = dict.fromkeys(re.sub(r"\.hpp$", ".cpp", name) for name in names)
    return [name for name in sources if OURS.match(name) and (root / name).exists()]


def write_commands(entries, folder):
    """Writes a compilation database without precompiled headers, which clang would parse anew with each file."""
    precompiled = re.compile(r" -fpch-preprocess| -Winvalid-pch| -include \S+/cmake_pch\.hxx")
    folder.mkdir(exist_ok=True)
    (folder / "compile_commands.json").write_text(json.dumps([entry | {"command": precompiled.sub("", entry["command"])} for entry in entries]))


def look_at(name, compiler, end):
    """Prints what clang-tidy finds in one file; returns whether it is clean, None if there was no time for it."""
    left = end - time.monotonic()
    if left <= 0:
        return None
    headers = subprocess.run([compiler, "-print-file-name=include"], check=True, capture_output=True, text=True).stdout.strip()  # omp.h
    command = [ROOT / ".venv/bin/clang-tidy", "-p", BUILD / "tidy", "--quiet", "--warnings-as-errors=*", f"--extra-arg=-idirafter{headers}",
               "--extra-arg=-Wno-deprecated-declarations", ROOT / name]  # GCC tells of ours; libstdc++'s stable_sort calls what is deprecated
    try:
        done = subprocess.run(command, timeout=left, capture_output=True, text=True)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0:
        print(done.stdout + done.stderr, end="", flush=True)
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    names = options.files or ([name for name in git("ls-files") if OURS.match(name)] if options.all else changed())
    entries = json.loads((BUILD / "compile_commands.json").read_text())
    write_commands(entries, BUILD / "tidy")
    compilers = {entry["file"]: entry["command"].split()[0].split("=")[-1] for entry in entries}
    elsewhere = [name for name in names if str(ROOT / name) not in compilers]  # another build's, such as that with CUDA
    names = [name for name in names if name not in elsewhere]

    end = time.monotonic() + min(options.seconds, 1e6)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        clean = dict(zip(names, pool.map(lambda name: look_at(name, compilers[str(ROOT / name)], end), names), strict=True))
    for name in [name for name in names if clean[name] is None] + elsewhere:
        print(f"not looked at: {name} ({'not in build/cpu' if name in elsewhere else 'no time left'})")
    verdicts = list(clean.values())
    print(f"clang-tidy: {verdicts.count(True)} files clean, {verdicts.count(False)} with findings, "
          f"{len(elsewhere) + verdicts.count(None)} not looked at")
    return 1 if False in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
