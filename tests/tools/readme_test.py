# SPDX-License-Identifier: Apache-2.0
"""The command blocks of README.md do what they say: each is run as it is typed, one after the other, in a folder that looks like the repository.

A block that this machine cannot run says so behind its language, as ```sh needs a cluster: it is skipped by that name.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(?P<language>sh|bash|python)(?: (?P<needs>needs [^\n]*))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
OF_CI = ("tools/quickstart.sh", "tools/test.sh")  # commands that continuous integration runs by themselves
SECONDS = 240  # of one block, on a machine that others use too

# As the other tests, and tools/build_environment.sh: this machine may have fewer cores than ranks, and root may run them.
ENVIRONMENT = os.environ | {
    "OMP_NUM_THREADS": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "OMPI_MCA_mpi_yield_when_idle": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}


class Block(NamedTuple):
    heading: str
    language: str
    text: str
    needs: str  # what this machine may not have; empty: nothing

    def runs_in_ci_itself(self):
        return all(line.split("#")[0].strip() in OF_CI for line in self.text.splitlines())


def blocks(document):
    found = []
    for match in FENCE.finditer(document):
        heading = re.findall(r"^#+ (.*)$", document[:match.start()], re.MULTILINE)[-1]
        found.append(Block(heading, match["language"], match["text"], match["needs"] or ""))
    return found


def run(folder, words):
    """The words end well and in time, or the test fails with what they said."""
    in_time = ["timeout", "--kill-after=10", str(SECONDS)]  # ends what the words have started, too
    ended = subprocess.run([*in_time, *words], cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True)
    assert ended.returncode == 0, ended.stdout


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A folder with the files of the repository, its build, and what tools/quickstart.sh leaves, of shorter trainings."""
    if not (ROOT / "build/cpu/stockpot").exists():
        pytest.skip("build/cpu/stockpot is not built")
    if not Path("/usr/share/datasets/fashion-mnist").exists():
        pytest.skip("dataset-fashion-mnist is not installed")
    folder = tmp_path_factory.mktemp("repository")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    for name in {name.split("/")[0] for name in tracked} | {".venv"}:
        (folder / name).symlink_to(ROOT / name)
    (folder / "build").mkdir()
    (folder / "build/cpu").symlink_to(ROOT / "build/cpu")
    short = ["--data.train_size=300", "--data.validation_size=60", "--data.test_size=60", "--train.steps=40", "--prune.sparsity=0.2",
             "--isp.look_ahead_steps=1"]
    for name, *more in (["pretrain", "--run-dir", "quickstart/pretrain"], ["dense"], ["isp"]):
        run(folder, ["build/cpu/stockpot", "run", f"configs/quickstart/{name}.ini", *more, *short])
    return folder


@pytest.mark.parametrize("block", [pytest.param(b, id=f"{b.heading}: {b.text.split()[0]}") for b in blocks((ROOT / "README.md").read_text())])
def test_a_block_of_the_readme_does_what_it_says(block, repository):
    if block.runs_in_ci_itself():
        pytest.skip("run by continuous integration itself")
    if block.needs:
        pytest.skip(block.needs)
    program = ["bash", "-euo", "pipefail", "-c"] if block.language != "python" else [".venv/bin/python", "-c"]
    run(repository, [*program, block.text])


def test_every_kind_of_block_is_found():
    found = blocks("# A\n## B\n```sh\nls\n```\n```sh needs a cluster\nsbatch x\n```\n```python\nprint()\n```\n```\noutput\n```\n")
    assert found == [Block("B", "sh", "ls\n", ""), Block("B", "sh", "sbatch x\n", "needs a cluster"), Block("B", "python", "print()\n", "")]
