# SPDX-License-Identifier: Apache-2.0
"""What Hugging Face's CLIPModel computes in fp32 on the CPU, for tests/model/clip_test.cpp.

Usage: python tests/golden/make_clip.py tiny         writes clip_tiny/ beside itself: a model folder of seeded weights, and golden.safetensors
       python tests/golden/make_clip.py base FOLDER  features of ViT-B/32 in its real configuration, weights (605 MB) from the seed

Needs torch, transformers, tokenizers and safetensors of PyPI.
"""
import json
import pathlib
import sys

import torch
from references import byte_symbols, clip
from safetensors.torch import save_file
from torch.nn.utils import prune
from transformers import CLIPConfig, CLIPModel

CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
ARTICLES = ["a", "the"]
CIFAR_TEMPLATES = [t for a in ARTICLES for t in (
    f"a photo of {a} {{}}.", f"a blurry photo of {a} {{}}.", f"a black and white photo of {a} {{}}.", f"a low contrast photo of {a} {{}}.",
    f"a high contrast photo of {a} {{}}.", f"a bad photo of {a} {{}}.", f"a good photo of {a} {{}}.", f"a photo of {a} small {{}}.", f"a photo of {a} big {{}}.")]
MERGES = ["p h", "o t", "ph ot", "phot o</w>", "o f</w>", "t h", "th e</w>", "c a", "ca t</w>", "d o", "do g</w>", "b i", "bi r", "bir d</w>", "s h", "sh i", "shi p</w>",
          "e r", "c k</w>", "t r", "tr u", "tru ck</w>", "i g", "h o"]
LEARNING_RATE = 1e-3
PRUNE_ROUNDS, PRUNE_RATE = 10, 0.15

TINY = dict(
    vision_config=dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, image_size=24, patch_size=8),
    text_config=dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, max_position_embeddings=48,
                     vocab_size=512 + len(MERGES) + 2, bos_token_id=512 + len(MERGES), eos_token_id=512 + len(MERGES) + 1),
    projection_dim=12)


def seeded_model(config, scale):
    torch.manual_seed(1)
    model = CLIPModel(config).eval()
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name == "logit_scale":
                p.fill_(torch.tensor(100.0).log())
            elif "norm" in name and name.endswith("weight"):
                p.copy_(1 + 0.1 * torch.randn_like(p))
            else:
                p.copy_(scale * torch.randn_like(p))
    return model


def write_model(model, folder):
    folder.mkdir(parents=True, exist_ok=True)
    save_file({k: v.contiguous() for k, v in model.state_dict().items() if "position_ids" not in k}, folder / "model.safetensors")
    config = {"model_type": "clip", "projection_dim": model.config.projection_dim}
    for part, keys in (("vision_config", ["image_size", "patch_size"]), ("text_config", ["max_position_embeddings", "vocab_size"])):
        sizes = getattr(model.config, part)
        config[part] = {k: getattr(sizes, k) for k in ["hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act", "layer_norm_eps", *keys]}
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")


def image_features(model, pixels):
    return model.visual_projection(model.vision_model(pixel_values=pixels).pooler_output)


def text_features(model, ids):
    return model.text_projection(model.text_model(input_ids=ids, attention_mask=torch.ones_like(ids)).pooler_output)


def random_texts(config, count, length):
    """Ids that end with the end token somewhere, then go on with it, as Hugging Face pads."""
    ids = torch.randint(0, config.bos_token_id, (count, length))
    ids[:, 0] = config.bos_token_id
    for i in range(count):
        ids[i, length - 1 - 2 * i :] = config.eos_token_id
    return ids


def class_head(model, tokenizer):
    """methods.md 5.3: normalise, mean over templates, normalise, times exp(logit_scale)."""
    text = model.config.text_config
    rows = []
    for name in CLASSES:
        ids = [[text.bos_token_id, *tokenizer.encode(t.format(name)).ids, text.eos_token_id] for t in CIFAR_TEMPLATES]
        features = torch.cat([text_features(model, torch.tensor([i])) for i in ids])
        mean = (features / features.norm(dim=1, keepdim=True)).mean(0)
        rows.append(mean / mean.norm())
    return model.logit_scale.exp() * torch.stack(rows)


def logits_of(model, head, pixels):
    features = image_features(model, pixels)
    return features / features.norm(dim=1, keepdim=True) @ head.T


def tower(model):
    return {n: p for n, p in model.named_parameters() if n.startswith(("vision_model.", "visual_projection."))}


def gradients(model, head, pixels, labels, step):
    for p in model.parameters():
        p.grad = None
    loss = torch.nn.functional.cross_entropy(logits_of(model, head, pixels), labels)
    loss.backward()
    return {f"{step}/loss": loss.detach().reshape(1)} | {f"{step}/{n}": p.grad.clone() for n, p in tower(model).items()}


def prune_rounds(model):
    """Kept weights after each round, and the mask after the last, in canonical order."""
    layers = [(m, "weight") for block in model.vision_model.encoder.layers
              for m in (block.self_attn.q_proj, block.self_attn.k_proj, block.self_attn.v_proj, block.self_attn.out_proj, block.mlp.fc1, block.mlp.fc2)]
    kept = []
    for _ in range(PRUNE_ROUNDS):
        prune.global_unstructured(layers, pruning_method=prune.L1Unstructured, amount=PRUNE_RATE)
        kept.append(sum(int(m.weight_mask.sum()) for m, _ in layers))
    return {"prune/kept": torch.tensor(kept).float(), "prune/mask": torch.cat([m.weight_mask.flatten() for m, _ in layers]).half()}


def compared(model, text_length, images):
    """Features of images and texts; labels."""
    side = model.config.vision_config.image_size
    pixels, ids = torch.randn(images, 3, side, side), random_texts(model.config.text_config, 4, text_length)
    with torch.no_grad():
        return pixels, {"pixels": pixels, "token_ids": ids.float(), "image_features": image_features(model, pixels), "text_features": text_features(model, ids)}


def tiny(folder):
    model = seeded_model(CLIPConfig(**TINY), 0.2)
    write_model(model, folder)
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(MERGES) + "\n")
    assert clip(folder / "merges.txt").get_vocab_size() == TINY["text_config"]["vocab_size"] and len(byte_symbols()) == 256
    pixels, out = compared(model, 12, 4)
    labels = torch.tensor([3, 0, 9, 3])
    with torch.no_grad():
        head = class_head(model, clip(folder / "merges.txt"))
        out |= {"head": head, "logits": logits_of(model, head, pixels), "labels": labels.float()}
    optimizer = torch.optim.AdamW(tower(model).values(), lr=LEARNING_RATE, weight_decay=0.1, foreach=False, fused=False)
    out["before/loss"] = gradients(model, head, pixels, labels, "before")["before/loss"]
    optimizer.step()
    out |= gradients(model, head, pixels, labels, "after")
    out |= prune_rounds(seeded_model(CLIPConfig(**TINY), 0.2))
    save(out, folder)


def base(folder):
    model = seeded_model(CLIPConfig(), 0.02)
    write_model(model, folder)
    _, out = compared(model, 20, 2)
    save(out, folder)


def save(out, folder):
    path = folder / "golden.safetensors"
    save_file({k: v.detach().contiguous() for k, v in out.items()}, path)
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    if sys.argv[1:] == ["tiny"]:
        tiny(pathlib.Path(__file__).with_name("clip_tiny"))
    elif len(sys.argv) == 3 and sys.argv[1] == "base":
        base(pathlib.Path(sys.argv[2]))
    else:
        sys.exit(__doc__)
