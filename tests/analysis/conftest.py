# SPDX-License-Identifier: Apache-2.0
"""Small result.h5 files, laid out and closed by a checksum as docs/result_format.md says."""

import io
import json
import zlib

import h5py
import numpy as np
import pytest


def write_columns(file, place, **columns):
    group = file.require_group(place)
    for name, values in columns.items():
        texts = len(values) and isinstance(values[0], str)
        group.create_dataset(name, data=values, dtype=h5py.string_dtype() if texts else None)


def seal(file, content):
    """Writes HDF5 content and the line of its checksum."""
    file.write_bytes(content + b"\nstockpot-crc32 %08x\n" % zlib.crc32(content))


def edit(file, change):
    """Lets `change` work on the opened result, and seals it again."""
    content = io.BytesIO(file.read_bytes()[:-25])
    with h5py.File(content, "r+") as result:
        change(result)
    seal(file, content.getvalue())


def write_result(runs, name, method, *, test, sparsity=0.9, steps=300, seed=1, look_ahead=0, denoisers=4, prunable=1000, data="fashion_mnist",
                 metric="accuracy", settings=None, facts=None, root=None, **attributes):
    """Writes one run. `settings`: sections of the config; `facts`: provenance; `root`: root attributes; `attributes`: further ones of /result."""
    folder = runs / f"{name}-{seed}-{sparsity}"
    folder.mkdir(parents=True)
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        config = {"name": name, "seed": seed, "run_root": str(runs), "train": {"steps": steps, "lr": 1e-3}, "prune": {"sparsity": sparsity},
                  "isp": {"denoisers": denoisers}, "data": {"dir": "/data"}, "model": {"weights": "w.safetensors"}}
        for section, values in (settings or {}).items():
            config.setdefault(section, {}).update(values)
        file.attrs.update({"format": "stockpot-result", "format_version": 1, "status": "complete", "run_id": f"id-{name}-{seed}-{sparsity}",
                           "name": name, "seed": np.uint64(seed), "config_json": json.dumps(config)} | (root or {}))
        file.create_group("provenance").attrs.update(
            {"mpi_size": "4", "git_commit": "0123456789" * 4, "git_dirty": "false", "attempts": "1", "slurm_job_id": "",
             "created": "2026-11-25T08:14:22Z", "software_version": "0.1.0"} | (facts or {}))
        kept = prunable - round(sparsity * prunable)
        file.create_group("result").attrs.update(
            {"method": method, "model": "vit_tiny", "data": data, "metric": metric, "test": test, "validation": test - 0.01, "selected_on": "last",
             "sparsity_requested": sparsity, "prunable": prunable, "kept": kept, "sparsity": 1 - kept / prunable} | attributes)
        phases = ["train", "evaluate"] + ["look_ahead"] * bool(look_ahead)
        write_columns(file, "cost", phase=phases, steps=[steps, 7, look_ahead][:len(phases)], samples=[10 * steps, 70, look_ahead][:len(phases)],
                      flops_executed=[4e12, 1e12, 2e12][:len(phases)], flops_theoretical=[2e12, 0.5e12, 1e12][:len(phases)],
                      wall_s=[3.0, 0.5, 1.5][:len(phases)], energy_j=[5.0] + [np.nan] * (len(phases) - 1))
        points = np.arange(1, steps + 1)
        write_columns(file, "metrics/train", step=points, loss=2 / points, lr=1e-3 * (1 - points / steps),
                      sparsity=sparsity * (5 * points // steps) / 5, metric=[np.nan] * steps)
        write_columns(file, "rounds", round=[0, 1], train_steps=[1, 2], kept_before=[1000, 800], kept_union=[900, 700], kept_after=[800, 600],
                      requested=[800, 600])
        write_columns(file, "densities", round=[0, 0, 1, 1], tensor=["a", "b"] * 2, size=[400, 600] * 2, kept=[300, 500, 200, 400])
        file.create_group("denoisers/masks/0").create_dataset("0", data=np.zeros(3, np.uint8))
        write_columns(file, "denoisers", round=[0, 0], denoiser=[0, 1], rank=[0, 1])
    seal(folder / "result.h5", content.getvalue())
    return folder / "result.h5"


def new_attributes(score="magnitude", denoise="none", union="", **changes):
    """The attributes of /result that results of older versions lack."""
    return {"score": score, "schedule": "growing", "denoise": denoise, "rewind": "keep", "scope": "global", "union": union, "n_test": 10000,
            "n_validation": 5000, "effective_rate": 0.19, "weights_sha256": "a1" * 32, "data_sha256": "b2" * 32} | changes


@pytest.fixture
def runs(tmp_path):
    """The six runs of the quickstart as an older version wrote them, in another order than they are shown."""
    folder = tmp_path / "runs"
    write_result(folder, "isp", "isp", test=0.86, look_ahead=120)
    write_result(folder, "isp_no_denoiser", "isp", test=0.85, denoisers=0)
    write_result(folder, "lth", "lth", test=0.84, steps=300)
    write_result(folder, "one_shot", "one_shot", test=0.80)
    write_result(folder, "random", "random", test=0.70)
    write_result(folder, "dense", "dense", test=0.88, sparsity=0)
    return folder


@pytest.fixture
def sweep(tmp_path):
    """Two methods at two sparsities with three seeds, and their dense runs, as this version writes them."""
    folder = tmp_path / "runs"
    for seed, shift in ((1, 0.0), (2, 0.01), (3, 0.02)):
        write_result(folder, "dense", "dense", test=0.90 + shift, sparsity=0, seed=seed, **new_attributes("none"))
        for sparsity in (0.8, 0.95):
            write_result(folder, "lth", "lth", test=0.86 - sparsity / 10 + 2 * shift, sparsity=sparsity, seed=seed, **new_attributes())
            write_result(folder, "isp", "isp", test=0.88 - sparsity / 10 + shift, sparsity=sparsity, seed=seed,
                         **new_attributes(denoise="look_ahead", union="votes"))
    return folder
