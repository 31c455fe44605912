# SPDX-License-Identifier: Apache-2.0
"""The reference tokenizers, made from the same vocabulary files that ours read."""
import gzip

from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

CLIP_PATTERN = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
CLIP_MERGES = 49152 - 256 - 2


def read_text(path):
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8", newline="\n") as file:
        return file.read()


def bert(path):
    return bert_of(read_text(path).rstrip("\n").split("\n"))


def clip(path):
    return clip_of([tuple(line.split()) for line in read_text(path).split("\n")[1 : CLIP_MERGES + 1] if line])


def bert_of(tokens, lower_case=True):
    """What transformers makes of BERT's vocab.txt (BertTokenizer)."""
    tokenizer = Tokenizer(models.WordPiece({token: i for i, token in enumerate(tokens)}, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lower_case)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens([t for t in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]") if t in tokens])
    return tokenizer


def byte_symbols():
    """The 256 byte symbols in CLIP's vocabulary order."""
    printing = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printing]
    return [chr(b) for b in printing] + [chr(256 + i) for i in range(len(others))]


def clip_of(merges):
    """What transformers makes of CLIP's merges (CLIPTokenizer)."""
    symbols = byte_symbols()
    tokens = symbols + [s + "</w>" for s in symbols] + ["".join(m) for m in merges] + ["<|startoftext|>", "<|endoftext|>"]
    ids = {token: i for i, token in enumerate(tokens)}
    model = models.BPE(ids, merges, unk_token="<|endoftext|>", continuing_subword_prefix="", end_of_word_suffix="</w>")
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    split = pre_tokenizers.Split(Regex(CLIP_PATTERN), behavior="removed", invert=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in ("<|startoftext|>", "<|endoftext|>")])
    return tokenizer
