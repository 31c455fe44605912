# SPDX-License-Identifier: Apache-2.0
"""What sources cite is there: `methods.md 3.3` and `result_format.md, "Exit codes"` are headings, and the paths that documents name exist."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXTS = {".cpp", ".hpp", ".cu", ".cuh", ".h", ".py", ".sh", ".sbatch", ".ini", ".md", ".txt", ".cmake"}
COMMENT = re.compile(r"\s*\n\s*(?:///?<?|#+|\*)?[ \t]*")  # a citation may go on in the next line of its comment
DOCUMENT = re.compile(r"(?<![\w./-])([\w./-]*\w\.md)\b")
NUMBERS = re.compile(r"([\w./-]*\w\.md),? ((?:\d+\.\d+(?: \(\w\)(?:-\(\w\))?)?(?:, | and | to |-)?)+)")
TITLE = re.compile(r'([\w./-]*\w\.md), "([^"]+)"')
TOP = "src|jobs|tests|tools|docs|configs|analysis|bench|cmake|slurm|\\.ci|\\.github"
PATH = re.compile(rf"(?<![\w./-])((?:{TOP})/[\w./*<>-]*)")
SOURCE = re.compile(r"(?<![\w./*<>-])([\w/]+\.(?:cpp|hpp|cu|cuh))\b")


def tracked(root=ROOT):
    names = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=root, check=True, capture_output=True, text=True)
    return sorted(root / name for name in names.stdout.splitlines())


def document(name, beside):
    """The file that a text beside it means by `name`: of docs/, of the repository's root, or of its own folder; None if there is none."""
    name = name.lstrip("/")
    places = [ROOT / "docs" / name, ROOT / name, beside.parent / name]
    return next((place for place in places if place.is_file()), None)


def headings(path):
    return re.findall(r"^#+ +(.*)$", path.read_text(), re.MULTILINE)


def broken_citations(path, text):
    joined = COMMENT.sub(" ", text)
    for name in set(DOCUMENT.findall(joined)):
        if document(name, path) is None:
            yield f"{name} is not there"
    for name, numbers in NUMBERS.findall(joined):
        for number in re.findall(r"\d+\.\d+", numbers):
            if (cited := document(name, path)) and not any(heading.startswith(f"{number} ") for heading in headings(cited)):
                yield f"{name} has no section {number}"
    for name, title in TITLE.findall(joined):
        if (cited := document(name, path)) and not any(heading.startswith(title) for heading in headings(cited)):
            yield f'{name} has no heading "{title}"'


def broken_paths(text):
    """Paths below the repository's folders that lead nowhere; `<name>` and words in capitals stand for any, a last one in capitals for one to be made."""
    for name in PATH.findall(text):
        pattern = re.sub(r"[\w-]*[A-Z]{4,}$", "", name.rstrip(".-"))
        pattern = re.sub(r"<\w*>|(?<![A-Za-z])[A-Z]{4,}(?![A-Za-z])", "*", pattern)
        if not any(ROOT.glob(pattern.rstrip("/"))) and not any(ROOT.glob(f"{pattern}.cpp")):  # `jobs/run` is jobs/run.cpp
            yield f"{name} is not there"
    for name in SOURCE.findall(text):
        if not any((folder / name).exists() for folder in (ROOT, ROOT / "src")) and ("/" in name or not any(ROOT.glob(f"[!.b]*/**/{name}"))):
            yield f"{name} is not there"


CITING = [path for path in tracked() if path.suffix in TEXTS and path.is_file() and path != Path(__file__).resolve()]
DOCUMENTS = [path for path in CITING if path.suffix == ".md"]


def problems(paths, broken):
    return [f"{path.relative_to(ROOT)}: {problem}" for path in paths for problem in broken(path)]


def test_cited_documents_and_sections_are_there():
    assert problems(CITING, lambda path: broken_citations(path, path.read_text())) == []


def test_paths_that_documents_name_are_there():
    assert problems(DOCUMENTS, lambda path: broken_paths(path.read_text())) == []


@pytest.mark.parametrize("text, problem", [
    ("// source: methods.md 99.9", "methods.md has no section 99.9"),
    ("/// source: methods.md 3.1,\n/// 99.9", "methods.md has no section 99.9"),
    ("// methods.md 2.3 (a)-(c), 99.4", "methods.md has no section 99.4"),
    ('# result_format.md, "No such thing"', 'result_format.md has no heading "No such thing"'),
    ("// nowhere.md says so", "nowhere.md is not there"),
])
def test_a_broken_citation_is_seen(text, problem):
    assert list(broken_citations(ROOT / "src/core/error.hpp", text)) == [problem]


@pytest.mark.parametrize("text, problem", [
    ("see `src/core/absent.hpp`.", "src/core/absent.hpp is not there"),
    ("run tools/absent.sh now", "tools/absent.sh is not there"),
    ("`core/absent.hpp`", "core/absent.hpp is not there"),
])
def test_a_broken_path_is_seen(text, problem):
    assert problem in broken_paths(text)


def test_placeholders_stand_for_any_name():
    assert list(broken_paths("one `configs/methods/<name>.ini`, `src/core/error.hpp`, core/error.hpp, `src/model/`, error.hpp")) == []
