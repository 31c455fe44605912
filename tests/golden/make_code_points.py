#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measure how Hugging Face `tokenizers` sees every Unicode code point and print it as the tables of src/data/text/code_points.inc.

    python tests/golden/make_code_points.py > src/data/text/code_points.inc        (needs: pip install tokenizers)

The crates inside `tokenizers` are of several Unicode versions (normalisation and categories old, lower case and regular expressions
new), and some of their ranges are slips that its users' vocabularies have long grown around. So the library itself is asked.
"""
import sys

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

CONTROL, SPACE, IDEOGRAPH, MARK, PUNCTUATION, LETTER, NUMBER, COMPOSES = (1 << bit for bit in range(8))
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def bert(**on):
    switches = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**switches, **on}).normalize_str


def pieces(splitter, text):
    return [piece for piece, _ in splitter.pre_tokenize_str(text)]


def classes():
    """Flags of each code point."""
    clean, chinese, strip, nfd = bert(clean_text=True), bert(handle_chinese_chars=True), bert(strip_accents=True), normalizers.NFD().normalize_str
    bert_words = pre_tokenizers.BertPreTokenizer()
    clip_words = pre_tokenizers.Split(Regex(r"[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), "removed", invert=True)
    flags = dict.fromkeys(CODE_POINTS, 0)
    for c in CODE_POINTS:
        ch = chr(c)
        decomposed = nfd(ch)
        flags[c] |= CONTROL * (clean(f"x{ch}y") == "xy")
        flags[c] |= IDEOGRAPH * (chinese(ch) == f" {ch} ")
        flags[c] |= MARK * (strip(ch) == "" and decomposed == ch)
        flags[c] |= PUNCTUATION * (pieces(bert_words, f"x{ch}y") == ["x", ch, "y"])
        split = pieces(clip_words, f"x{ch}!")
        flags[c] |= {(f"x{ch}", "!"): LETTER, ("x", ch, "!"): NUMBER, ("x", "!"): SPACE}.get(tuple(split), 0)
        if (pieces(bert_words, f"x{ch}y") == ["x", "y"]) != (split == ["x", "!"]):
            sys.exit(f"U+{c:04X} is white space to one splitter only")
        if decomposed != ch:
            for part in ch + decomposed:
                flags[ord(part)] |= COMPOSES
        elif nfd(f"a\u0345{ch}") != f"a\u0345{ch}" or c == 0x345:  # U+0345 has the highest combining class: whatever has one moves before it
            flags[c] |= COMPOSES
    return flags


def lower_case():
    """(code point, its lower case) where there is another one."""
    lower = normalizers.Lowercase().normalize_str
    return [(c, lower(chr(c))) for c in CODE_POINTS if c >= 0x80 and lower(chr(c)) != chr(c)]


def lower_case_runs(pairs):
    """(first, last, step, distance): every step-th code point from first to last has its lower case at that distance."""
    runs = []
    for c, low in pairs:
        if len(low) != 1:
            continue
        distance = ord(low) - c
        if runs and runs[-1][3] == distance and (c - runs[-1][1] == runs[-1][2] or (runs[-1][0] == runs[-1][1] and c - runs[-1][1] <= 2)):
            runs[-1][1:3] = [c, c - runs[-1][1]]
        else:
            runs.append([c, c, 1, distance])
    return runs


def rows(items, width):
    for i in range(0, len(items), width):
        print("    " + " ".join(f"{{{item}}}," for item in items[i : i + width]))


def main():
    print(f"// Made by tests/golden/make_code_points.py from tokenizers {tokenizers.__version__}. Do not edit.\n// clang-format off")
    print("constexpr ClassRun kClassRuns[] = {")
    flags, runs, before = classes(), [], None
    for c in CODE_POINTS:
        if flags[c] != before:
            runs.append((c, flags[c]))
            before = flags[c]
    rows([f"0x{c:x}, {f}" for c, f in runs], 8)
    print("};\nconstexpr LowerRun kLowerRuns[] = {")
    pairs = lower_case()
    rows([f"0x{a:x}, 0x{b:x}, {s}, {d}" for a, b, s, d in lower_case_runs(pairs)], 5)
    print("};")
    longer = [(c, low) for c, low in pairs if len(low) != 1]
    if longer != [(0x130, "i\u0307")]:
        sys.exit(f"unexpected lower cases of several code points: {longer}")


if __name__ == "__main__":
    main()
