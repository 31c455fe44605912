#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Sets up, builds, and runs the whole test suite; the last line is `N passed, N failed`.
# Tests on downloaded data read it from the folder STOCKPOT_TEST_DATA, and are skipped by name without it.
# STOCKPOT_NIGHTLY=1: clang-tidy looks at every file, not those alone that changed last; every test is built and run under sanitizers, not
# those alone that know no LibTorch; and comparisons with reference implementations run (in build/reference, a virtual environment made for
# them). Hours, not minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
reports=build/reports
rm -rf $reports && mkdir -p $reports
running=  # what an interruption would leave unfinished

# Runs a test that is no program of its own. Usage: step NAME COMMAND...
step() {
  local name=$1 verdict=passed
  running=$name
  shift
  printf '\n== %s\n' "$name"
  "$@" || verdict=failed
  printf '%s\t%s\n' $verdict "$name" >>$reports/steps.tsv
  running=
  [ $verdict = passed ]
}

# Runs a program whose test cases are counted from its report. Usage: suite NAME COMMAND..., which writes $reports/NAME.xml
suite() {
  local name=$1
  running=$name
  shift
  printf '\n== %s\n' "$name"
  "$@" || grep -qsE '<(failure|error)' "$reports/$name.xml" || printf 'failed\t%s\n' "$name" >>$reports/steps.tsv
  running=
}

finish() {
  trap - EXIT
  [ -z "$running" ] || printf 'failed\t%s: interrupted\n' "$running" >>$reports/steps.tsv
  printf '\n'
  python3 tools/tally.py $reports
  exit
}
trap finish EXIT

set_up() { tools/setup.sh --tests; }
set_up_again() { timeout 3 tools/setup.sh --tests; }
build_cpu() { configure cpu -DSTOCKPOT_WERROR=ON ${STOCKPOT_REFERENCE_PYTHON:+"-DSTOCKPOT_GOLDEN_PYTHON=$STOCKPOT_REFERENCE_PYTHON"} && cmake --build --preset cpu; }
# The night compiles everything for CUDA; by day the program with CUDA is linked from the objects of the other one.
build_cuda() {
  if [ "$nightly" = 1 ]; then
    configure cuda -DSTOCKPOT_WERROR=ON && cmake --build --preset cuda --target stockpot_program
  else
    configure cpu -DSTOCKPOT_LINK_CUDA=ON && cmake --build --preset cpu --target stockpot_with_cuda
  fi
}
nightly=${STOCKPOT_NIGHTLY:-0}
format() { git ls-files -z '*.cpp' '*.hpp' '*.cu' '*.cuh' '*.h' | xargs -0 .venv/bin/clang-format --dry-run --Werror; }
build_sanitized() { configure asan && cmake --build --preset asan "$@"; }
check_scripts() { git ls-files -z '*.sh' '*.sbatch' .ci/run | xargs -0 shellcheck -x; }

step "set-up" set_up
step "a second set-up takes less than 3 s" set_up_again || true
step "sources are formatted by clang-format" format || true
. tools/build_environment.sh
if [ "$nightly" = 1 ] && step "python with reference implementations" tools/reference_python.sh build/reference; then
  export STOCKPOT_REFERENCE_PYTHON=$PWD/build/reference/bin/python
fi
step "build without warnings" build_cpu

run_ctest() {  # PRESET REPORT [option...]
  local preset=$1 report=$2
  shift 2
  ctest --test-dir "build/$preset" --no-tests=error --parallel "$cores" --output-on-failure --output-junit "$PWD/$reports/$report.xml" \
    --test-output-size-passed 10000000 --test-output-size-failed 10000000 "$@"
}
run_pytest() { .venv/bin/python -m pytest -q tests/analysis tests/tools --junitxml="$reports/pytest.xml"; }
suite ctest run_ctest cpu ctest
suite pytest run_pytest
if [ "$nightly" = 1 ]; then sanitized=(); else sanitized=(--target sanitized_tests); fi
if step "build with address and undefined-behaviour sanitizers" build_sanitized "${sanitized[@]}"; then
  suite sanitized run_ctest asan sanitized ${sanitized:+--label-regex sanitized}
fi
if [ "$nightly" = 1 ]; then
  step "clang-tidy on all files" tools/tidy.py --all || true
else  # a finding fails; what 120 s do not suffice for is named, and is left to the night
  step "clang-tidy on the files of the last 10 commits" tools/tidy.py --seconds 120 || true
fi
if command -v shellcheck >/dev/null; then step "scripts pass shellcheck" check_scripts || true; fi
if nvcc=$(PATH=$PATH:/usr/local/cuda/bin command -v nvcc); then CUDACXX=$nvcc step "cuda build links" build_cuda || true; fi
