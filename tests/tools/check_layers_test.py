# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest
from check_layers import violations

LAYERS = Path(__file__).parents[2] / "docs/layers.txt"


@pytest.fixture
def house(tmp_path):
    """A small repository under the real docs/layers.txt; call it with path and text to add a source, get the violations."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/layers.txt").write_text(LAYERS.read_text())

    def add(path, text):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
        return list(violations(tmp_path))

    return add


@pytest.mark.parametrize("path, text", [
    ("src/mask/a.cpp", '#include "core/error.hpp"\n#include <ATen/core/Tensor.h>\n'),
    ("src/kernels/a.cu", "#include <cuda_runtime.h>\n"),
    ("src/comm/a.cpp", "#include <mpi.h>\n#include <nccl.h>\n"),
    ("src/io/a.cpp", "#include <hdf5.h>\n"),
    ("src/config/a.cpp", "#include <boost/program_options.hpp>\n"),
    ("src/core/a.cpp", '#include "generated.hpp"\n'),
    ("jobs/a.cpp", '#include "prune/pipeline.hpp"\n'),
])
def test_accepts_what_the_layers_allow(house, path, text):
    assert house(path, text) == []


@pytest.mark.parametrize("path, text, problem", [
    ("src/core/a.cpp", '#include "io/file.hpp"\n', "src/core/a.cpp:1: core includes io"),
    ("src/io/a.cpp", '\n#include "comm/communicator.hpp"\n', "src/io/a.cpp:2: io includes comm"),
    ("src/train/a.cpp", '#include "prune/pipeline.hpp"\n', "train includes prune"),
    ("src/soup/a.cpp", "#include <mpi.h>\n", "<mpi.h> belongs to comm only"),
    ("jobs/a.cpp", "#include <hdf5.h>\n", "<hdf5.h> belongs to io only"),
    ("src/kernels/a.cpp", "#include <cuda_runtime.h>\n", "belongs to comm kernels/*.cu kernels/*.cuh only"),
    ("src/data/a.cpp", "#include <torch/types.h>\n", "<torch/types.h> belongs to"),
    ("src/train/a.cpp", "#include <torch/torch.h>\n", "included nowhere"),
    ("src/core/a.hpp", "int x();\n", "no #pragma once"),
    ("src/core/utils.cpp", "\n", "says nothing"),
    ("src/core/a.cpp", "\n" * 401, "401 lines"),
    ("src/plumbing/a.cpp", "\n", "module plumbing is not in"),
])
def test_names_a_violation(house, path, text, problem):
    (found,) = house(path, text)
    assert problem in found


def test_own_header_comes_first(house):
    house("src/core/a.hpp", "#pragma once\n")
    (found,) = house("src/core/a.cpp", '#include <string>\n\n#include "core/a.hpp"\n')
    assert "first include" in found


def test_include_of_ours_names_its_module(house):
    house("src/core/a.hpp", "#pragma once\n")
    (found,) = house("src/core/b.cpp", '#include "a.hpp"\n')
    assert "lacks its module" in found
