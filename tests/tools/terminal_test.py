# SPDX-License-Identifier: Apache-2.0
"""What a run says while it goes, and when it is interrupted: on a terminal (a pty) and into a pipe, alone and under mpirun."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "build/cpu/stockpot"
IMAGES = Path("/usr/share/datasets/fashion-mnist")
ENVIRONMENT = os.environ | {
    "OMP_NUM_THREADS": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "OMPI_MCA_mpi_yield_when_idle": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}
PATIENCE_S = 90
LAUNCHERS = pytest.mark.parametrize("ranks", [1, 2])
PLACES = pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])

pytestmark = [pytest.mark.skipif(not PROGRAM.exists(), reason="build/cpu/stockpot is not built"),
              pytest.mark.skipif(not IMAGES.exists(), reason="dataset-fashion-mnist is not installed"),
              pytest.mark.skipif(shutil.which("mpirun") is None, reason="mpirun is not installed")]


def command(ranks, *words):
    return [*(["mpirun", "-np", str(ranks)] if ranks > 1 else []), str(PROGRAM), "run", *map(str, words)]


def endless(folder):
    """Settings of a run that would go on for hours, beginning within seconds."""
    return [f"--data.dir={IMAGES}", "--data.train_size=600", "--data.validation_size=60", "--data.test_size=60", "--prune.method=dense", "--name=dense",
            "--device=cpu", "--dist.threads=1", "--model.depth=1", "--train.steps=1000000", "--train.batch=20", "--run-dir", folder]


class Run:
    """A program whose stderr (on a terminal: both streams) is listened to."""

    def __init__(self, words, terminal):
        self.said, self.terminal = "", terminal
        if terminal:
            self.ear, mouth = pty.openpty()
            self.process = subprocess.Popen(words, stdin=mouth, stdout=mouth, stderr=mouth, env=ENVIRONMENT, start_new_session=True,
                                            preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)))  # its controlling terminal
        else:
            self.ear, mouth = os.pipe()
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=mouth, env=ENVIRONMENT,
                                            start_new_session=True)
        os.close(mouth)
        self.began = time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.ear)

    def hear(self, until):
        """Returns the seconds until the pattern was said; at the end of what it says, None."""
        end = time.monotonic() + PATIENCE_S
        while not re.search(until, self.said):
            assert time.monotonic() < end, f"{until!r} was not said in time: {self.said}"
            if not select.select([self.ear], [], [], 1)[0]:
                continue
            try:
                part = os.read(self.ear, 65536)
            except OSError:  # the other side of a pty is closed
                part = b""
            if not part:
                return None
            self.said += part.decode(errors="replace")
        return time.monotonic() - self.began

    def interrupt(self, kind):
        if kind == signal.SIGINT and self.terminal:
            os.write(self.ear, b"\x03")  # as a user does
        else:
            self.process.send_signal(kind)

    def end(self):
        """Returns the exit status, after all was heard."""
        assert self.hear(r"(?!)") is None
        return self.process.wait(timeout=PATIENCE_S)


@LAUNCHERS
def test_the_first_line_comes_before_the_data_are_read(ranks, tmp_path):
    began = time.monotonic()
    subprocess.run(command(ranks, "--version"), check=True, capture_output=True, env=ENVIRONMENT)
    loading_s = time.monotonic() - began  # on this machine, as busy as it is
    with Run(command(ranks, "--data.dir=/nowhere", "--run-dir", tmp_path / "run"), terminal=False) as run:
        line = rf"^{tmp_path}/run: isp on {ranks} ranks?; reads fashion_mnist in /nowhere, random weights\n"
        assert run.hear(line) < 2 + loading_s, run.said
        assert run.end() == 65
        assert "/nowhere/train-images-idx3-ubyte" in run.said


@LAUNCHERS
@PLACES
def test_an_interruption_says_what_is_left_and_how_to_go_on(ranks, terminal, tmp_path):
    folder = tmp_path / "run"
    with Run(command(ranks, *endless(folder)), terminal) as run:
        run.hear(r"dense \d+/1000000 +\d+% eta [\d:]+  [\d.]+ ms/step  [1-9]\d* samples/s  train loss")
        run.interrupt(signal.SIGINT)
        status = run.end()
    said_by = "SIGINT" if ranks == 1 else "SIGTERM"  # of mpirun, which passes on that
    asked = f"stockpot: {said_by}: a checkpoint is saved at the end of the step, then `stockpot run {folder}` goes on from it (exit 75)"
    stopped = f"stopped, as asked; `stockpot run {folder}` goes on from checkpoint step-"
    assert run.said.count(asked) == 1 or ranks > 1, run.said
    assert stopped in run.said or asked in run.said, run.said  # mpirun gives them one second
    assert run.said.count("a checkpoint is saved") <= 1, run.said
    assert status == 75 if ranks == 1 else status != 0
    assert {path.name for path in folder.iterdir() if not path.name.startswith(".")} - {"checkpoints"} == {"config.ini", "metrics.jsonl"}
    again = subprocess.run([PROGRAM, "run", folder, "--train.steps=4"], cwd=tmp_path, capture_output=True, text=True, env=ENVIRONMENT,
                           timeout=PATIENCE_S)
    assert again.returncode == 0, again.stderr


@LAUNCHERS
def test_a_termination_says_so_too(ranks, tmp_path):
    with Run(command(ranks, *endless(tmp_path / "run")), terminal=False) as run:
        run.hear(r" samples/s ")
        run.interrupt(signal.SIGTERM)
        status = run.end()
    assert "stockpot: SIGTERM: a checkpoint is saved" in run.said or ranks > 1, run.said
    assert "goes on from" in run.said, run.said
    assert status == 75 if ranks == 1 else status != 0


def test_an_interruption_under_force_keeps_the_earlier_result(tmp_path):
    folder = tmp_path / "run"
    subprocess.run(command(1, *endless(folder), "--train.steps=4"), check=True, capture_output=True, env=ENVIRONMENT)
    with Run(command(1, *endless(folder), "--force"), terminal=False) as run:
        run.hear(r" samples/s ")
        run.interrupt(signal.SIGTERM)
        run.end()
    assert f"{folder} keeps its earlier result" in run.said
    assert (folder / "result.h5").exists()


def test_lines_in_a_log_have_no_control_characters(tmp_path):
    with Run(command(2, *endless(tmp_path / "run"), "--train.steps=30"), terminal=False) as run:
        assert run.end() == 0
    assert re.fullmatch(r"[^\x00-\x09\x0b-\x1f]*", run.said), run.said
    assert "30/30 100% eta 0:00" in run.said
