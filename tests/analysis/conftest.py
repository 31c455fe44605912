# SPDX-License-Identifier: Apache-2.0
"""Small result.h5 files, laid out as docs/result_format.md says."""

import json

import h5py
import numpy as np
import pytest


def write_columns(file, place, **columns):
    group = file.require_group(place)
    for name, values in columns.items():
        texts = len(values) and isinstance(values[0], str)
        group.create_dataset(name, data=values, dtype=h5py.string_dtype() if texts else None)


def write_result(folder, name, method, *, test, sparsity, steps, look_ahead=0, denoisers=4, prunable=1000):
    folder = folder / f"{name}-0123abcd"
    folder.mkdir(parents=True)
    with h5py.File(folder / "result.h5", "w") as file:
        config = {"name": name, "seed": 1, "train": {"steps": steps, "lr": 1e-3}, "isp": {"denoisers": denoisers}}
        file.attrs.update(format="stockpot-result", format_version=1, status="complete", run_id=f"id-{name}", name=name, seed=1,
                          config_json=json.dumps(config))
        file.create_group("provenance").attrs.update(mpi_size="4", git_commit="0" * 40)
        kept = prunable - round(sparsity * prunable)
        file.create_group("result").attrs.update(
            method=method, model="vit_tiny", data="fashion_mnist", metric="accuracy", test=test, validation=test - 0.01, selected_on="last",
            sparsity_requested=sparsity, prunable=prunable, kept=kept, sparsity=1 - kept / prunable)
        phases = ["train", "evaluate"] + ["look_ahead"] * bool(look_ahead)
        write_columns(file, "cost", phase=phases, steps=[steps, 7, look_ahead][:len(phases)], samples=[10 * steps, 70, look_ahead][:len(phases)],
                      flops_executed=[4e12, 1e12, 2e12][:len(phases)], flops_theoretical=[2e12, 0.5e12, 1e12][:len(phases)],
                      wall_s=[3.0, 0.5, 1.5][:len(phases)], energy_j=[np.nan] * len(phases))
        points = np.arange(1, steps + 1)
        write_columns(file, "metrics/train", step=points, loss=2 / points, lr=1e-3 * (1 - points / steps), sparsity=sparsity * points / steps,
                      metric=[np.nan] * steps)
        write_columns(file, "rounds", round=[0, 1], train_steps=[1, 2], kept_before=[1000, 800], kept_union=[900, 700], kept_after=[800, 600],
                      requested=[800, 600])
        file.create_group("denoisers/masks/0").create_dataset("0", data=np.zeros(3, np.uint8))
        write_columns(file, "denoisers", round=[0, 0], denoiser=[0, 1], rank=[0, 1])
    return folder / "result.h5"


@pytest.fixture
def runs(tmp_path):
    """The six runs of the quickstart, written in another order than they are shown."""
    folder = tmp_path / "runs"
    write_result(folder, "isp", "isp", test=0.86, sparsity=0.9, steps=300, look_ahead=120)
    write_result(folder, "isp_no_denoiser", "isp", test=0.85, sparsity=0.9, steps=300, denoisers=0)
    write_result(folder, "lth", "lth", test=0.84, sparsity=0.9, steps=1200)
    write_result(folder, "one_shot", "one_shot", test=0.80, sparsity=0.9, steps=300)
    write_result(folder, "random", "random", test=0.70, sparsity=0.9, steps=300)
    write_result(folder, "dense", "dense", test=0.88, sparsity=0, steps=300)
    return folder
