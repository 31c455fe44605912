# SPDX-License-Identifier: Apache-2.0
"""Lines of text that try a tokenizer: mixed scripts, combining marks, emoji, controls, invalid bytes; a function of the seed."""
import random

SCRIPTS = [
    (0x20, 0x7E), (0x20, 0x7E), (0x20, 0x7E), (0xA0, 0x24F), (0x250, 0x36F), (0x370, 0x52F), (0x530, 0x6FF), (0x700, 0x97F), (0x980, 0xDFF),
    (0xE00, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x18AF), (0x18B0, 0x1CFF), (0x1D00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x2BFF), (0x2C00, 0x2FFF),
    (0x3000, 0x33FF), (0x3400, 0x9FFF), (0xA000, 0xABFF), (0xAC00, 0xD7FF), (0xE000, 0xF8FF), (0xF900, 0xFAFF), (0xFB00, 0xFFFF), (0x10000, 0x107FF),
    (0x10800, 0x10FFF), (0x11000, 0x11FFF), (0x12000, 0x16FFF), (0x17000, 0x1BFFF), (0x1C000, 0x1F0FF), (0x1F100, 0x1FAFF),
    (0x20000, 0x323AF), (0xE0000, 0x10FFFF),
]  # fmt: skip
MARKS = [*range(0x300, 0x370), *range(0x591, 0x5C8), *range(0x64B, 0x660), *range(0x1DC0, 0x1E00), *range(0x20D0, 0x20F1), 0x302A, 0x302E, 0x302F,
         0x3099, 0x309A, 0x1B44, 0x94D, 0x93C, 0x9BE, 0x9D7, 0xB3E, 0xDDF, 0x1D165, 0x1D16D, 0x1D172, 0x16FF0, 0x8CA, 0x1ABF,
         0x11930, 0x1133B, 0x10F46]
LETTERS = "aAeEiIoOuUnNcCsSdDkKwWåÅéÉïÏöÖüÜñÑçÇșȘİıßẞΣςΩшйЇѢ가한글かガばパ"
CONTROLS = [0, 1, 7, 8, 9, 0xB, 0xC, 0xD, 0x1B, 0x7F, 0x80, 0x85, 0x9F, 0xAD, 0x200B, 0x200D, 0x200E, 0x2028, 0x2029, 0x202E, 0x2060,
            0xFEFF, 0xFFFD, 0xFFFE, 0xE0001]
EMOJI = "😀🤦🏽‍♂️👩‍👩‍👧‍👦🇩🇪❤️1️⃣🏴󠁧󠁢󠁥󠁮󠁧󠁿✊🏿🫠"
LITERALS = ["[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "[cls]", "[[MASK]]", "<|startoftext|>", "<|endoftext|>", "<|STARTOFTEXT|>!!",
            "<|EndOfText|>'s"]
LITERALS += ["don't", "we'll", "I'M", "they'VE", "'", "''s", "'s's", "unaffable", "##ing", "</w>", "a" * 100, "b" * 101, "é" * 100, "#" * 60,
             "12345", "½²③Ⅷ"]


def part(rng):
    kind = rng.randrange(10)
    if kind < 4:
        low, high = rng.choice(SCRIPTS)
        return "".join(chr(rng.randint(low, high)) for _ in range(rng.randint(1, 12)))
    if kind == 4:
        return "".join(rng.choice(LETTERS) + "".join(chr(rng.choice(MARKS)) for _ in range(rng.randrange(4))) for _ in range(rng.randint(1, 6)))
    if kind == 5:
        return "".join(chr(rng.choice(MARKS)) for _ in range(rng.randint(1, 6)))
    if kind == 6:
        start = rng.randrange(len(EMOJI))
        return EMOJI[start : start + rng.randint(1, 8)]
    if kind == 7:
        return chr(rng.choice(CONTROLS))
    if kind == 8:
        return rng.choice(LITERALS)
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyzABCXYZ'.,-") for _ in range(rng.randint(1, 20)))


def line(rng):
    text = rng.choice(["", " ", "  "]).join(part(rng) for _ in range(rng.randint(1, 8)))
    data = bytearray("".join(c for c in text if not "\ud800" <= c <= "\udfff").encode())
    if rng.randrange(4) == 0:  # damage: cut, overwrite or insert bytes
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(data) + 1)
            data[at : at + rng.randrange(3)] = bytes(rng.randrange(256) for _ in range(rng.randrange(3)))
    return bytes(data).replace(b"\n", b" ")


def lines(count, seed):
    rng = random.Random(seed)
    return [line(rng) for _ in range(count)]
