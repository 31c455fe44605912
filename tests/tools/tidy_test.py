# SPDX-License-Identifier: Apache-2.0
import subprocess

import pytest
from tidy import changed


@pytest.fixture
def repository(tmp_path):
    """A repository; call it with file names to commit a change of each, get the commit."""
    def git(*arguments):
        return subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments], cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    def commit(*names):
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            with (tmp_path / name).open("a") as file:
                file.write("x\n")
        git("add", ".")
        git("commit", "-qm", "a change")
        return git("rev-parse", "HEAD").strip()

    git("init", "-q")
    (tmp_path / ".git-blame-ignore-revs").write_text("# none yet\n")
    commit.root = tmp_path
    return commit


def test_sources_of_the_last_commits_come_newest_first_and_once(repository):
    repository("src/core/a.cpp", "docs/a.txt")
    repository("src/core/b.cpp", "tests/core/b_test.cpp")
    repository("src/core/a.cpp")
    assert changed(repository.root) == ["src/core/a.cpp", "src/core/b.cpp"]


def test_a_changed_header_means_its_source(repository):
    repository("src/core/a.cpp")
    for _ in range(10):
        repository("src/core/a.hpp", "src/core/alone.hpp")
    assert changed(repository.root) == ["src/core/a.cpp"]


def test_commits_that_only_move_text_do_not_count(repository):
    repository("jobs/a.cpp")
    commit = repository("src/core/b.cpp")
    (repository.root / ".git-blame-ignore-revs").write_text(f"{commit}\n")
    assert changed(repository.root) == ["jobs/a.cpp"]
