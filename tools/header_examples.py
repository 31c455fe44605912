#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a test of the examples in a header's documentation, so that one that no longer compiles or holds is found.

    header_examples.py HEADER OUTPUT

HEADER lies in src/. An example is what stands indented below `/// Example:`. Each becomes one GoogleTest case, in a source that includes
that header and nothing else of ours; names are looked up as in the header's namespace. Where an example says `world`, that is the group of all ranks.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPENED = re.compile(r"namespace ([\w:]+) \{")
TITLE = re.compile(r"\s*/// Example:$")
CODE = re.compile(r"\s*///(?:     (.*))?$")
WORLD = re.compile(r"\bworld\b")


def examples(text):
    """(number of its first line, namespace, lines) of each example."""
    lines = text.splitlines()
    namespace = ""
    for number, line in enumerate(lines):
        if opened := OPENED.match(line):
            namespace = opened[1]
        if TITLE.match(line):
            code = []
            while shown := CODE.match(lines[number + 1 + len(code)]):
                code.append(shown[1] or "")
            if not any(code):
                raise ValueError(f"line {number + 1}: no code is indented by five blanks below `/// Example:`")
            yield number + 2, namespace, code


def case(header, number, namespace, code):
    outer = namespace.split("::")
    names = ["::".join(outer[:end]) for end in range(1, len(outer) + 1)]
    name = re.sub(r"\W", "_", f"{header.removesuffix('.hpp')}_line_{number - 1}")
    return [f"TEST(HeaderExample, {name}) {{",
            *(f"  using namespace {one};" for one in names),
            *(["  const auto& world = test::world();"] if WORLD.search("\n".join(code)) else []),
            f'#line {number} "{ROOT / "src" / header}"',
            *code,
            "}"]


def test_of(header, text):
    """The source of the test program for the header `header`, as #include names it, that reads `text`."""
    found = list(examples(text))
    if not found:
        raise ValueError("no example (configure again: CMake notes which headers have some)")
    says_world = any(WORLD.search("\n".join(code)) for _, _, code in found)
    lines = [f"// Made of src/{header} by tools/header_examples.py.",
             f'#include "{header}"',
             "#include <gtest/gtest.h>",
             *(['#include "support/world.hpp"'] if says_world else []),
             *(line for example in found for line in ("", *case(header, *example)))]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("header", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    header = options.header.resolve().relative_to(ROOT / "src").as_posix()
    try:
        options.output.write_text(test_of(header, options.header.read_text()))
    except ValueError as error:
        sys.exit(f"{options.header}: {error}")


if __name__ == "__main__":
    main()
