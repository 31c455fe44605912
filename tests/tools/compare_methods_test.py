# SPDX-License-Identifier: Apache-2.0
import pathlib
import subprocess

import pytest

root = pathlib.Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not (root / "build/cpu/stockpot").exists(), reason="build/cpu/stockpot is not built")
def test_all_runs_are_checked_before_the_first_starts(tmp_path):
    """Only ISP refuses such rounds, and dense would be the first to train."""
    ended = subprocess.run([root / "tools/compare_methods.sh", "1", tmp_path / "out", root / "configs/quickstart/dense.ini",
                            "--model.weights=random", "--isp.denoisers=2", "--isp.denoisers=3", "--isp.round_steps=1000000"],
                           cwd=root, capture_output=True, text=True)
    assert ended.returncode == 78, ended.stderr
    assert "isp" in ended.stderr
    assert not (tmp_path / "out").exists()


def test_a_name_that_is_no_method_is_refused_with_those_that_are(tmp_path):
    ended = subprocess.run([root / "tools/compare_methods.sh", "1", tmp_path / "out", root / "configs/quickstart/dense.ini", "--methods=dense,imss"],
                           cwd=root, capture_output=True, text=True)
    assert ended.returncode == 64
    assert "imss is none of" in ended.stderr and " ims " in ended.stderr
