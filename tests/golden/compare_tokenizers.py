#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare our tokenizers with Hugging Face `tokenizers`, line by line, and time WordPiece against it on one thread.

    python tests/golden/compare_tokenizers.py --program build/cpu/tests/text/tokenize_lines --data DATA [--lines 50000] [--seed 1]

DATA (default: the folder that STOCKPOT_TEST_DATA names) holds glue/ (unpacked folders, or the tar archive), vocab/, minilm-l6/.
Prints the number of lines that differ for every set, the first differing ones, and the speed ratio. Exit 1 where any line differs or
WordPiece is slower than the reference; exit 77 where `tokenizers`, `transformers` or the data is absent.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import time

os.environ.update(RAYON_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false")
try:
    from tokenizers import Tokenizer
except ImportError:
    print("skipped: the Python package tokenizers is not installed")
    sys.exit(77)
import lines as generated
import references


def glue_files(data, scratch):
    for archive in (data / "glue").glob("*.tar.xz"):
        tarfile.open(archive).extractall(scratch, filter="data")
    for folder in (data / "glue", pathlib.Path(scratch)):
        yield from sorted(folder.glob("**/*.tsv"))


def ours(program, kind, vocabulary, lines):
    run = subprocess.run([program, kind, vocabulary], input=b"".join(line + b"\n" for line in lines), capture_output=True, check=True)
    return [[int(i) for i in line.split()] for line in run.stdout.decode().splitlines()]


def reference_ids(tokenizer, lines):
    texts = [line.decode("utf-8", "replace") for line in lines]
    return [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]


def compare(name, program, kind, vocabulary, tokenizer, lines):
    got, want = ours(program, kind, vocabulary, lines), reference_ids(tokenizer, lines)
    differ = [i for i in range(len(lines)) if got[i] != want[i]] if len(got) == len(want) else range(len(lines))
    print(f"{name}: {len(differ)} of {len(lines)} lines differ")
    for i in list(differ)[:3]:
        print(f"  {lines[i]!r}")
        for who, ids in (("ours", got[i]), ("reference", want[i])):
            print(f"    {who:10}{[tokenizer.id_to_token(t) for t in ids]}")
    return len(differ)


def speed_ratio(program, vocabulary, tokenizer, lines, repetitions=5):
    """Reference time over our time, both the fastest of `repetitions`, on one thread."""
    texts = [line.decode("utf-8", "replace") for line in lines]

    def reference_seconds():
        begin = time.perf_counter()
        tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return time.perf_counter() - begin

    theirs = min(reference_seconds() for _ in range(repetitions))
    run = subprocess.run([program, "word_piece", vocabulary, str(repetitions)], input=b"\n".join(lines), capture_output=True, check=True)
    mine = float(run.stdout.split()[0])
    size = sum(map(len, lines)) / 1e6
    print(f"WordPiece on one thread: {size / mine:.1f} MB/s, reference {size / theirs:.1f} MB/s: {theirs / mine:.1f} x as fast")
    return theirs / mine


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", type=pathlib.Path, default=os.environ.get("STOCKPOT_TEST_DATA"))
    parser.add_argument("--lines", type=int, default=50000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if not arguments.data or not arguments.data.is_dir():
        print("skipped: no folder STOCKPOT_TEST_DATA")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        sets = {f.parent.name + "/" + f.name: f.read_bytes().split(b"\n") for f in glue_files(arguments.data, scratch)}
        glue = [line for lines in sets.values() for line in lines]
        sets[f"{arguments.lines} generated lines"] = generated.lines(arguments.lines, arguments.seed)
        models = [
            ("word_piece", arguments.data / "vocab" / "bert-base-uncased-vocab.txt.gz", references.bert),
            ("word_piece", arguments.data / "minilm-l6" / "tokenizer.json", lambda path: Tokenizer.from_file(str(path))),
            ("byte_pair", arguments.data / "vocab" / "bpe_simple_vocab_16e6.txt.gz", references.clip),
        ]
        wrong, slower = 0, False
        for kind, path, make in models:
            tokenizer = make(path)
            tokenizer.no_padding()
            tokenizer.no_truncation()
            for name, lines in sets.items():
                wrong += compare(f"{path.name}, {name}", arguments.program, kind, path, tokenizer, lines)
            if make is references.bert and glue:
                slower = speed_ratio(arguments.program, path, tokenizer, glue) < 1
        print(f"{wrong} differences")
        sys.exit(1 if wrong or slower else 0)


if __name__ == "__main__":
    main()
