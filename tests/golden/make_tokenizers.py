#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write tests/golden/tokenizers.json.gz: small vocabularies trained on generated lines, lines, and their ids by Hugging Face `tokenizers`.

    python tests/golden/make_tokenizers.py        (needs: pip install tokenizers)

The real vocabularies and 50,000 lines are compared by compare_tokenizers.py; this file needs neither Python nor data.
"""
import base64
import gzip
import json
import pathlib

import tokenizers
from tokenizers import models, pre_tokenizers, trainers

import lines as generated
import references

PAIRS = [(10, 10, 10), (12, 10, 10), (10, 12, 10), (3, 20, 10), (20, 3, 11), (4, 4, 10), (2, 1, 3), (9, 9, 14), (30, 2, 12), (0, 9, 8)]


def train_bert(texts):
    tokenizer = references.bert_of(["[UNK]"])
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=2500, special_tokens=special, limit_alphabet=1200, show_progress=False))
    vocabulary = tokenizer.get_vocab()
    return sorted(vocabulary, key=vocabulary.get)


def train_clip(texts):
    tokenizer = tokenizers.Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer = references.clip_of([]).normalizer
    tokenizer.pre_tokenizer = references.clip_of([]).pre_tokenizer
    trainer = trainers.BpeTrainer(vocab_size=2000, initial_alphabet=references.byte_symbols(), end_of_word_suffix="</w>", show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return list({a + b: (a, b) for a, b in map(tuple, merges)}.values())


def kept_of(tokenizer, first, second, max_length):
    tokenizer.enable_truncation(max_length, strategy="longest_first")
    sequences = tokenizer.encode("a " * first, "b " * second).sequence_ids
    tokenizer.no_truncation()
    return [sequences.count(0), sequences.count(1)]


def pair_template(tokenizer):
    ids = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ids
    )
    return tokenizer


def main():
    data = generated.lines(1000, seed=2026)
    texts = [line.decode("utf-8", "replace") for line in data]
    more = [line.decode("utf-8", "replace") for line in generated.lines(4000, seed=7)]
    vocabulary, merges = train_bert(more), train_clip(more)
    bert, cased, clip = references.bert_of(vocabulary), references.bert_of(vocabulary, lower_case=False), references.clip_of(merges)

    def ids(tokenizer):
        return [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]

    golden = {
        "made_by": f"tokenizers {tokenizers.__version__}",
        "vocabulary": vocabulary,
        "merges": merges,
        "lines": [base64.b16encode(line).decode() for line in data],
        "bert": ids(bert),
        "bert_cased": ids(cased),
        "clip": ids(clip),
        "truncation": [[*pair, *kept_of(pair_template(references.bert_of(vocabulary)), *pair)] for pair in PAIRS],
    }
    path = pathlib.Path(__file__).with_name("tokenizers.json.gz")
    path.write_bytes(gzip.compress(json.dumps(golden, separators=(",", ":")).encode(), mtime=0))
    print(f"{path}: {path.stat().st_size} bytes, {len(vocabulary)} tokens, {len(merges)} merges")


if __name__ == "__main__":
    main()
