# SPDX-License-Identifier: Apache-2.0
"""What documents name of the program is there: settings (`section.key`, --section.key=value), flags, and the targets of links."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "build/cpu/stockpot"
DOCUMENTS = [ROOT / "README.md", ROOT / "slurm/README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^```\w*[^\n]*\n(.*?)^```$|^((?: {4}[^\n]*\n)+)", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
SET = re.compile(r"--([a-z_]+\.[a-z_0-9]+|[a-z_]+(?==))")  # --isp.rate, --seed=1
NAMED = re.compile(r"^([a-z_]+)\.([a-z_0-9]+)(?: ?= ?.*)?$")
FLAG = re.compile(r"(?<![\w-])--([a-z][a-z-]*)(?![\w.])")
# whose flags are not ours: the first words of a command
OTHERS = {"sbatch", "srun", "mpirun", "mpiexec", "mpiexec.mpich", "cmake", "ctest", "git", "pip", "scontrol", "module", "python", "PYTHON"}
OF_OTHERS = {  # named alone, in text about the one whose they are
    "sbatch": {"ntasks", "nodes", "cpus-per-task", "time", "partition", "account", "gpus-per-node", "gpus-per-task", "export", "mpi", "chdir", "test-only", "signal"},
    "cmake": {"preset"},
}
FILES = {"safetensors", "json", "ini", "h5", "jsonl", "npy", "tsv", "txt", "csv", "md", "py", "cpp", "hpp", "sh", "bin", "gz"}


def said_by(*words):
    return subprocess.run([PROGRAM, *words], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def known():
    """Returns (keys of settings, flags of all subcommands and of the scripts)."""
    if not PROGRAM.exists():
        pytest.skip("build/cpu/stockpot is not built")
    subcommands = [[name] for name in re.findall(r"^  (\w+) ", said_by("--help"), re.MULTILINE)]
    subcommands += [["sweep", name] for name in re.findall(r"^  ([a-z-]+) ", said_by("sweep", "--help"), re.MULTILINE)]
    keys = set(re.findall(r"^  --([\w.]+)=", said_by("run", "--help-all"), re.MULTILINE))
    flags = {flag for words in subcommands for flag in re.findall(r"^  --([a-z-]+)(?![\w.=])", said_by(*words, "--help"), re.MULTILINE)}
    for script in [*ROOT.glob("tools/*.sh"), *ROOT.glob("bench/*.py"), *ROOT.glob("analysis/**/*.py")]:
        flags |= set(re.findall(r"--([a-z][a-z-]+)\b", script.read_text()))
    assert {"isp.rate", "seed"} <= keys and {"dry-run", "save-inputs", "to"} <= flags
    return keys, flags


def commands(text):
    """Lines of code, continued ones as one, and spans of code in the text."""
    blocks = [fenced or indented for fenced, indented in FENCED.findall(text)]
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return lines + SPAN.findall(FENCED.sub("", text))


def is_of_others(command):
    return not command.strip() or command.split()[0].split("/")[-1] in OTHERS


def unknown_names(text, keys, flags):
    sections = {key.split(".")[0] for key in keys if "." in key}
    of_others = set().union(*OF_OTHERS.values())
    for command in commands(text):
        for key in SET.findall(command):
            if key != "section.key" and key not in keys and key not in flags | of_others and not is_of_others(command):
                yield f"there is no setting {key}"
        named = NAMED.match(command)
        if named and named[2] not in FILES and (named[1] in sections or "=" in command) and f"{named[1]}.{named[2]}" not in keys:
            yield f"there is no setting {named[1]}.{named[2]}"
        for flag in FLAG.findall(command):
            if flag not in flags | of_others | keys and not is_of_others(command):
                yield f"there is no flag --{flag}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_settings_and_flags_that_a_document_names_are_there(document, known):
    assert sorted(set(unknown_names(document.read_text(), *known))) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_of_a_document_lead_somewhere(document):
    assert [link for link in LINK.findall(document.read_text()) if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("text, unknown", [
    ("`isp.rat`", "there is no setting isp.rat"),
    ("`telescope.zoom = 10`", "there is no setting telescope.zoom"),
    ("```sh\nstockpot run a.ini \\\n  --isp.rat=0.1\n```\n", "there is no setting isp.rat"),
    ("text\n\n    stockpot run a.ini --sed=1\n", "there is no setting sed"),
    ("`--drie-run`", "there is no flag --drie-run"),
    ("`stockpot run --drie-run`", "there is no flag --drie-run"),
])
def test_an_unknown_name_is_seen(text, unknown, known):
    assert unknown in unknown_names(text, *known)


def test_names_of_others_are_left_alone(known):
    text = "`model.safetensors`, `np.unpackbits(x)`, `--ntasks`, `isp.rate = 0.1`, `--dry-run`\n\n    sbatch --qos=high slurm/run.sbatch a.ini --seed=1\n"
    assert list(unknown_names(text, *known)) == []
