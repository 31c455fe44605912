# SPDX-License-Identifier: Apache-2.0
import pytest
from tally import COLOUR, main, verdicts

PASSED = '<testcase name="{name}" status="run"><system-out>{out}</system-out></testcase>'
FAILED = '<testcase name="{name}" status="fail"><failure message=""/><system-out>{out}</system-out></testcase>'
SKIPPED = '<testcase name="{name}" status="notrun"><skipped message="no Slurm"/></testcase>'
CASES = "[       OK ] Mask.Unites (3 ms)\n[  SKIPPED ] Mask.NeedsData (0 ms)\n[  PASSED  ] 1 test.\n"


@pytest.fixture
def report(tmp_path):
    def write(*entries, steps=""):
        (tmp_path / "ctest.xml").write_text(f"<testsuite>{''.join(entries)}</testsuite>")
        (tmp_path / "steps.tsv").write_text(steps)
        return tmp_path

    return write


def test_a_googletest_program_counts_as_its_cases(report):
    assert list(verdicts(report(PASSED.format(name="mask_test.np2", out=CASES)))) == [
        ("passed", "mask_test.np2: Mask.Unites"), ("skipped", "mask_test.np2: Mask.NeedsData")]


def test_a_failed_case_is_counted_once(report):
    # GoogleTest names a failure where it happens and again in its summary
    out = "[  FAILED  ] Mask.Unites (3 ms)\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] Mask.Unites\n"
    assert list(verdicts(report(FAILED.format(name="mask_test", out=out)))) == [("failed", "mask_test: Mask.Unites")]


def test_a_parametrised_failure_is_seen(report):
    out = "[  FAILED  ] Sizes/Mask.Unites/0, where GetParam() = 12 (3 ms)\n"
    assert list(verdicts(report(FAILED.format(name="mask_test", out=out)))) == [("failed", "mask_test: Sizes/Mask.Unites/0")]


@pytest.mark.parametrize("escape", ["[NON-XML-CHAR-0x1B]", ""], ids=["as ctest writes it", "without colour"])
def test_coloured_lines_count_as_plain_ones(report, escape):
    def line(colour, mark, rest):
        return f"{escape}[{colour}m{mark}{escape}[m{rest}\n" if escape else f"{mark}{rest}\n"

    out = line("0;32", "[       OK ] ", "Mask.Unites (3 ms)") + line("0;31", "[  FAILED  ] ", "Mask.Cuts (0 ms)") + line("0;32", "[  PASSED  ] ", "1 test.")
    assert list(verdicts(report(FAILED.format(name="mask_test.np2", out=out)))) == [
        ("passed", "mask_test.np2: Mask.Unites"), ("failed", "mask_test.np2: Mask.Cuts")]


def test_a_coloured_terminal_counts_as_a_plain_one():
    assert COLOUR.sub("", "\x1b[0;32m[       OK ] \x1b[mMask.Unites (3 ms)\r\n") == "[       OK ] Mask.Unites (3 ms)\n"


def test_a_crash_is_a_failure_though_no_case_failed(report):
    assert ("failed", "mask_test") in verdicts(report(FAILED.format(name="mask_test", out=CASES)))


def test_other_tests_count_as_one(report):
    folder = report(PASSED.format(name="layers", out="in order"), SKIPPED.format(name="slurm"), steps="passed\tcuda build links\n")
    assert list(verdicts(folder)) == [("passed", "layers"), ("skipped", "slurm"), ("passed", "cuda build links")]


@pytest.mark.parametrize("entries, code, lines", [
    ([PASSED.format(name="a", out="")], 0, ["1 passed, 0 failed"]),
    ([PASSED.format(name="a", out=""), FAILED.format(name="b", out="")], 1, ["failed: b", "1 passed, 1 failed"]),
    ([PASSED.format(name="a", out=""), SKIPPED.format(name="b")], 0, ["skipped: b", "1 skipped", "1 passed, 0 failed"]),
    ([], 1, ["0 passed, 0 failed"]),
])
def test_ends_with_the_count_and_fails_if_any_did_or_none_ran(report, capsys, entries, code, lines):
    assert main(report(*entries)) == code
    assert capsys.readouterr().out.splitlines() == lines
