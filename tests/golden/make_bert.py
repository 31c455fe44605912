# SPDX-License-Identifier: Apache-2.0
"""What Hugging Face's BERT computes in fp32 on the CPU, for tests/model/bert_parity_test.cpp.

Usage: python tests/golden/make_bert.py tiny              writes bert_tiny/ beside itself: seeded weights and all that is compared
       python tests/golden/make_bert.py states MODEL FILE  hidden states and pooled output of the weights in the folder MODEL
       python tests/golden/make_bert.py base FOLDER        bert-base-uncased's configuration, weights from a seed, their states and gradients

Needs torch, transformers and safetensors of PyPI. minilm.safetensors is `states` of all-MiniLM-L6-v2 (its fp16 weights widened).
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertForSequenceClassification, BertModel

TINY = dict(vocab_size=50, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, max_position_embeddings=16)
# of the one step; in the base configuration that of configs/tasks: a first step of Adam moves a weight by the sign of its gradient, and at
# 1e-3 rounding in gradients near 0 grows too large (noise of 1e-6 of the largest gradient moves torch's own next gradients by 2e-3)
TINY_RATE, BASE_RATE = 1e-3, 2e-5

# [CLS] The cat sat on the mat . [SEP]  and so on, in the ids of bert-base-uncased's vocabulary; the third is a pair
SENTENCES = [
    ([101, 1996, 4937, 2938, 2006, 1996, 13523, 1012, 102], 9),
    ([101, 2129, 2024, 2017, 102], 5),
    ([101, 1037, 2158, 2003, 2652, 1037, 2858, 1012, 102, 1037, 2158, 3248, 1037, 2858, 1012, 102], 9),
]


def batch(texts):
    """ids, types and lengths, padded with 0; a text is (ids, number of them that are of type 0)."""
    longest = max(len(ids) for ids, _ in texts)
    ids = torch.tensor([t + [0] * (longest - len(t)) for t, _ in texts])
    types = torch.tensor([[0] * first + [1] * (len(t) - first) + [0] * (longest - len(t)) for t, first in texts])
    lengths = torch.tensor([len(t) for t, _ in texts])
    return ids, types, lengths


def arguments(ids, types, lengths):
    mask = (torch.arange(ids.shape[1])[None, :] < lengths[:, None]).long()
    return dict(input_ids=ids, token_type_ids=types, attention_mask=mask)


def inputs_as_floats(ids, types, lengths):
    return {"token_ids": ids.float(), "token_types": types.float(), "lengths": lengths.float()}


def states_of(model, inputs):
    with torch.no_grad():
        out = model.eval()(**arguments(*inputs))
    return inputs_as_floats(*inputs) | {"hidden": out.last_hidden_state, "pooled": out.pooler_output}


def gradients(model, inputs, labels, rate):
    """Losses and gradients before and after one optimizer step."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0, foreach=False)
    golden = {"labels": labels.float()}
    for step in ("before", "after"):
        loss = model(**arguments(*inputs), labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        golden |= {f"{step}/loss": loss.reshape(1)} | {f"{step}/{n}": p.grad.clone() for n, p in model.named_parameters()}
        optimizer.step()
    return golden


def save(path, tensors):
    path = pathlib.Path(path)
    save_file({name: t.detach().contiguous() for name, t in tensors.items()}, path)
    print(path, path.stat().st_size, "bytes")


def randomise(model, deviation):
    torch.manual_seed(1)
    for name, p in model.named_parameters():
        torch.nn.init.normal_(p, 1.0 if name.endswith("LayerNorm.weight") else 0.0, deviation)


def write_config(folder, config):
    kept = TINY.keys() | {"model_type", "hidden_act", "layer_norm_eps", "initializer_range", "type_vocab_size"}
    values = {k: v for k, v in sorted(config.to_dict().items()) if k in kept}
    (folder / "config.json").write_text(json.dumps(values, indent=1) + "\n")


def tiny():
    folder = pathlib.Path(__file__).with_name("bert_tiny")
    folder.mkdir(exist_ok=True)
    model = BertForSequenceClassification(BertConfig(**TINY, num_labels=3)).eval()  # eval: no dropout
    randomise(model, 0.2)
    write_config(folder, model.config)
    save(folder / "model.safetensors", dict(model.state_dict()))

    inputs = batch([([1, 7, 8, 9, 2], 5), ([1, 20, 2, 30, 31, 32, 33, 2], 3), ([1, 49, 2], 3)])
    with torch.no_grad():
        golden = {"logits": model(**arguments(*inputs)).logits} | states_of(model.bert, inputs)
    save(folder / "golden.safetensors", golden | gradients(model, inputs, torch.tensor([2, 0, 1]), TINY_RATE))


def base(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    model = BertForSequenceClassification(BertConfig(num_labels=2)).eval()
    randomise(model, 0.02)
    write_config(folder, model.config)
    save(folder / "model.safetensors", dict(model.state_dict()))
    inputs = batch(SENTENCES)
    save(folder / "golden.safetensors", states_of(model.bert, inputs) | gradients(model, inputs, torch.tensor([1, 0, 1]), BASE_RATE))


def main():
    if sys.argv[1:] == ["tiny"]:
        tiny()
    elif len(sys.argv) == 4 and sys.argv[1] == "states":
        save(sys.argv[3], states_of(BertModel.from_pretrained(sys.argv[2], dtype=torch.float32), batch(SENTENCES)))
    elif len(sys.argv) == 3 and sys.argv[1] == "base":
        base(sys.argv[2])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
