# SPDX-License-Identifier: Apache-2.0
"""How well all-MiniLM-L6-v2 ranks the sentence pairs of STS-B's dev set, by Hugging Face in fp32 on the CPU: the mean of the hidden states of a
sentence, the cosine of two means, Spearman's correlation with the scores. For tests/model/sentence_similarity_test.cpp.

Usage: python tests/golden/make_sentences.py MODEL STS-B      the model's folder and the task's; writes sentences.json beside itself

Needs torch, transformers and scipy of PyPI.
"""
import json
import pathlib
import sys

import torch
from scipy.stats import spearmanr
from transformers import AutoTokenizer, BertModel


def embeddings(model, tokenizer, sentences):
    """Unit vectors, one row per sentence."""
    rows = []
    for begin in range(0, len(sentences), 64):
        inputs = tokenizer(sentences[begin : begin + 64], padding=True, return_tensors="pt")
        hidden = model(**inputs).last_hidden_state
        counts = inputs["attention_mask"].unsqueeze(-1)
        rows.append((hidden * counts).sum(1) / counts.sum(1))
    return torch.nn.functional.normalize(torch.cat(rows), dim=1)


def main(folder, task):
    model = BertModel.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    lines = pathlib.Path(task, "dev.tsv").read_text(encoding="utf-8").rstrip("\n").split("\n")
    rows = [dict(zip(lines[0].split("\t"), line.split("\t"))) for line in lines[1:]]
    with torch.no_grad():
        first, second = (embeddings(model, tokenizer, [row[name] for row in rows]) for name in ("sentence1", "sentence2"))
    cosines = (first * second).sum(1).double()
    golden = {"pairs": len(rows), "spearman": float(spearmanr(cosines, [float(row["score"]) for row in rows]).statistic),
              "first_cosines": [round(c, 7) for c in cosines[:8].tolist()]}
    pathlib.Path(__file__).with_name("sentences.json").write_text(json.dumps(golden, indent=1) + "\n")
    print(golden)


if __name__ == "__main__":
    main(*sys.argv[1:])
