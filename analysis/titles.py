# SPDX-License-Identifier: Apache-2.0
"""Names of groups of runs, as a reader sees them: no two are equal, and none says what all runs share."""

from analysis.grouping import RESOLVED, RESOLVED_ALONE

METHODS = {"one_shot": "one-shot", "early_bird": "early-bird", "lth": "LTH", "lth_rewind": "LTH, rewound", "imp_lr_rewind": "IMP, rate rewound",
           "snip": "SNIP", "grasp": "GraSP", "gmp": "GMP", "isp": "ISP", "isp_released": "ISP as released"}
OUTCOMES = {*RESOLVED.values(), *RESOLVED_ALONE}
LABELS = {"sparsity_requested": "sparsity", "weights_sha256": "weights", "data_sha256": "data", "provenance.git_commit": "commit",
          "provenance.git_dirty": "local changes", "provenance.mpi_size": "ranks", "provenance.devices": "on", "run_id": "run", "path": "in",
          "model": "", "data": "on", "metric": "by"}
HASHES = {"weights_sha256", "data_sha256", "provenance.git_commit"}
HASH_DIGITS = 8  # enough to tell hashes apart


def titles(groups, without=()):
    """Returns one title per group of analysis.grouping.groups. `without`: keys that are not told, so that titles may be equal then.

    A setting is told where it differs within a method. What mostly follows from method and settings (the score, the union, a hash of
    the weights, ...) is told where it differs among runs of one method and number of denoisers.
    """
    keys = [key for key, _ in groups]
    bases = [_base(key, members) for key, members in groups]
    told = [[base] for base in bases]
    names = [name for name in keys[0] if name not in {"method", "isp.denoisers", *without}]
    for name in sorted(names, key=lambda name: (name in OUTCOMES, name == "sparsity_requested")):
        among = bases if name in OUTCOMES else [key["method"] for key in keys]
        values = {}
        for place, key in zip(among, keys):
            values.setdefault(place, set()).add(str(key[name]))
        for place, key, words in zip(among, keys, told):
            if len(values[place]) > 1 and key[name] not in (None, ""):
                words.append(f"{_label(name, names)} {text(name, key[name])}".strip())
    return [", ".join(words) for words in told]


def text(name, value):
    """Returns a value in words: whole numbers without a point, fractions in full, hashes cut to 8 digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:.12g}"
    return str(value)[:HASH_DIGITS] if name in HASHES else str(value)


def method_title(method):
    return METHODS.get(method, str(method).replace("_", " "))


def _base(key, members):
    """The method, and of ISP the number of denoisers: with none it is another method."""
    title, denoisers = method_title(key["method"]), key.get("isp.denoisers", members.iloc[0].get("isp.denoisers"))
    if not str(key["method"]).startswith("isp") or denoisers is None or denoisers != denoisers:
        return title
    return f"{title}, {int(denoisers) or 'no'} denoiser{'' if denoisers == 1 else 's'}"


def _label(name, names):
    """The last part of a dotted key, or all of it where another key ends alike."""
    last = name.rpartition(".")[2]
    alone = sum(other.rpartition(".")[2] == last for other in names) == 1
    return LABELS.get(name, last.replace("_", " ") if alone else name)
