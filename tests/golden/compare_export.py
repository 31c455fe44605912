# SPDX-License-Identifier: Apache-2.0
"""Whether transformers computes the logits of `stockpot predict` from the folder of `stockpot export --format hf`, with the same weights pruned.

Usage: stockpot predict RUN --save-inputs --out ROWS && stockpot export RUN --format hf --to FOLDER
       python tests/golden/compare_export.py RUN FOLDER ROWS

Prints the weights that are not 0 after loading, and the largest difference of logits; ends with 1 where a pruned weight is not 0 or the
difference is above 1e-5: absolute, and relative to the largest logit where that is above 1 (CLIP's are up to 100, with steps of 8e-6 there).
Needs torch, transformers, safetensors and h5py of PyPI.
"""
import json
import pathlib
import sys

import h5py
import numpy as np
import torch
import transformers
from safetensors.torch import load_file

TOLERANCE = 1e-5


def load(folder):
    """The model as its config.json names it, with every tensor from the file and none left over."""
    architecture = json.loads((folder / "config.json").read_text())["architectures"][0]
    model, loading = getattr(transformers, architecture).from_pretrained(folder, output_loading_info=True)
    assert not any(loading.values()), loading
    return architecture, model.eval()


def pruned_as(model, result):
    """Count the prunable weights that are not 0; whether all of them are kept by the run's masks."""
    weights, nonzero, prunable, right = model.state_dict(), 0, 0, True
    for name, bits in result["masks"].items():
        tensor = weights[name if name in weights else name.removeprefix("vision_model.")]
        kept = torch.from_numpy(np.unpackbits(bits[:])[: tensor.numel()].astype(bool)).view(tensor.shape)
        right &= not tensor[~kept].any() and kept.sum().item() == bits.attrs["kept"]
        nonzero, prunable = nonzero + tensor.count_nonzero().item(), prunable + tensor.numel()
    print(f"{nonzero} of {prunable} prunable weights are not 0 after loading" + ("" if right else ", and not as the masks say"))
    return right


def bert_logits(model, architecture, rows):
    ids, types, lengths = (torch.from_numpy(rows[name][:]) for name in ("token_ids", "token_types", "length"))
    attended = torch.arange(ids.shape[1]) < lengths[:, None]
    logits = model(input_ids=ids, token_type_ids=types, attention_mask=attended.long()).logits
    return logits[:, 0] if architecture == "BertForTokenClassification" else logits


def clip_logits(model, architecture, rows, head):
    pixels = torch.from_numpy(rows["pixels"][:])
    if architecture == "CLIPVisionModel":
        return model(pixel_values=pixels).pooler_output @ head["head.weight"].T + head["head.bias"]
    features = model.visual_projection(model.vision_model(pixel_values=pixels).pooler_output)
    return features / features.norm(dim=1, keepdim=True) @ head["zero_shot_head.weight"].T


def main(run, folder, file):
    transformers.utils.logging.disable_progress_bar()
    architecture, model = load(folder)
    with h5py.File(run / "result.h5") as result:
        right = pruned_as(model, result)
    with h5py.File(file) as rows, torch.no_grad():
        if architecture.startswith("Bert"):
            logits = bert_logits(model, architecture, rows)
        else:
            logits = clip_logits(model, architecture, rows, load_file(folder / "head.safetensors"))
        ours = torch.from_numpy(rows["logits"][:])
    assert logits.shape == ours.shape, (logits.shape, ours.shape)
    difference, largest = (logits - ours).abs().max().item(), ours.abs().max().item()
    print(f"{architecture}: {len(logits)} samples, logits up to {largest:.3g}, largest difference {difference:.2e}")
    return 0 if right and difference <= TOLERANCE * max(1, largest) else 1


if __name__ == "__main__":
    sys.exit(main(*map(pathlib.Path, sys.argv[1:])) if len(sys.argv) == 4 else __doc__)
