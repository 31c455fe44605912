"""Whether transformers computes the logits of `stockpot predict` from the folder of `stockpot export --format hf`.

Usage: stockpot predict RUN --save-inputs --out rows.h5 && stockpot export RUN --format hf --to folder
       python tests/golden/compare_export.py folder rows.h5

Prints the largest absolute difference; ends with 1 where it is above 1e-5. Needs torch, transformers, safetensors and h5py of PyPI.
"""
import json
import pathlib
import sys

import h5py
import torch
import transformers
from safetensors.torch import load_file

TOLERANCE = 1e-5


def bert_logits(model, architecture, rows):
    ids, types, lengths = (torch.from_numpy(rows[name][:]) for name in ("token_ids", "token_types", "length"))
    attended = torch.arange(ids.shape[1]) < lengths[:, None]
    logits = model(input_ids=ids, token_type_ids=types, attention_mask=attended.long()).logits
    return logits[:, 0] if architecture == "BertForTokenClassification" else logits


def clip_logits(model, architecture, rows, head):
    pixels = torch.from_numpy(rows["pixels"][:])
    token = (model.vision_model if hasattr(model, "vision_model") else model)(pixel_values=pixels).pooler_output
    if architecture == "CLIPVisionModel":
        return token @ head["head.weight"].T + head["head.bias"]
    features = model.visual_projection(token)
    return features / features.norm(dim=1, keepdim=True) @ head["zero_shot_head.weight"].T


def main(folder, file):
    architecture = json.loads((folder / "config.json").read_text())["architectures"][0]
    model, loading = getattr(transformers, architecture).from_pretrained(folder, output_loading_info=True)
    assert not loading["missing_keys"] and not loading["unexpected_keys"], loading
    with h5py.File(file) as rows, torch.no_grad():
        if architecture.startswith("Bert"):
            logits = bert_logits(model.eval(), architecture, rows)
        else:
            logits = clip_logits(model.eval(), architecture, rows, load_file(folder / "head.safetensors"))
        largest = (logits - torch.from_numpy(rows["logits"][:])).abs().max().item()
    print(f"{architecture}: {len(logits)} samples, largest difference of logits {largest:.2e}")
    return 0 if largest <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
