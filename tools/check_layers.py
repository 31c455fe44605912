#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the C++ sources keep to docs/layers.txt and to the rules of size and naming; prints every violation, exits 1 if any.

    check_layers.py [REPOSITORY]

The rules: modules include only modules below them; some libraries are included in one module only; a .cpp includes its own header first
(which shows that the header compiles alone); headers have `#pragma once`; includes of ours carry the module; no file passes 400 lines;
no file or folder is called after nothing.
"""

import re
import sys
from fnmatch import fnmatch
from pathlib import Path

LONGEST_FILE = 400
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
SOURCES = {".hpp", ".cpp", ".cu", ".cuh", ".h"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


class Rules:
    def __init__(self, path):
        self.level, self.only_in, self.never = {}, {}, set()
        section = None
        for line in path.read_text().splitlines():
            words = line.split("#")[0].split()
            if not words:
                continue
            if not line[0].isspace():
                section = " ".join(words)
            elif section == "layers":
                height = 1 + max(self.level.values(), default=0)
                self.level.update(dict.fromkeys(words, height))
            elif section == "only in":
                self.only_in[words[0]] = words[1:]
            elif section == "never":
                self.never.update(words)
            else:
                raise SystemExit(f"{path}: unknown section {section!r}; use `layers`, `only in` or `never`")


def included(text):
    """Yields (line number, bracket, header)."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := INCLUDE.match(line):
            yield number, found[1], found[2]


def allowed_places(rules, header):
    for name, places in rules.only_in.items():
        if header == name or (name.endswith("/") and header.startswith(name)):
            return places
    return None


def violations_of_include(rules, place, header, bracket):
    module = place.split("/")[0]
    if header in rules.never:
        yield f"<{header}> is included nowhere"
        return
    places = allowed_places(rules, header)
    if places is not None and not any(module == allowed or fnmatch(place, allowed) for allowed in places):
        yield f"<{header}> belongs to {' '.join(places)} only"
    if bracket != '"':
        return
    target = header.split("/")[0]
    if target in rules.level and target != module and rules.level[target] >= rules.level[module]:
        yield f"{module} includes {target}, which is not below it"


def violations_of_file(rules, root, path, folder):
    place = str(path.relative_to(folder))
    text = path.read_text()
    shown = path.relative_to(root)
    includes = list(included(text))
    for number, bracket, header in includes:
        for problem in violations_of_include(rules, place, header, bracket):
            yield f"{shown}:{number}: {problem}"
        if bracket == '"' and "/" not in header and (path.parent / header).exists():
            yield f'{shown}:{number}: "{header}" lacks its module'
    own = Path(place).with_suffix(".hpp")
    if path.suffix in (".cpp", ".cu") and (folder / own).exists() and (not includes or includes[0][2] != str(own)):
        yield f'{shown}:1: the first include is not its own header "{own}"'
    if path.suffix in (".hpp", ".cuh", ".h") and "#pragma once" not in text:
        yield f"{shown}:1: no #pragma once"
    if (lines := text.count("\n")) > LONGEST_FILE:
        yield f"{shown}:{LONGEST_FILE}: {lines} lines, split it"
    if EMPTY_NAMES & {part.split(".")[0] for part in Path(place).parts}:
        yield f"{shown}:1: a name that says nothing"


def violations(root):
    rules = Rules(root / "docs/layers.txt")
    sources = [(root / "src", path) for path in (root / "src").rglob("*")] + [(root, path) for path in (root / "jobs").rglob("*")]
    for folder, path in sorted(sources):
        if path.suffix not in SOURCES:
            continue
        if (module := path.relative_to(folder).parts[0]) not in rules.level:
            yield f"{path.relative_to(root)}:1: module {module} is not in docs/layers.txt"
        else:
            yield from violations_of_file(rules, root, path, folder)


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    found = list(violations(root))
    print("\n".join(found) or "layers: in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
