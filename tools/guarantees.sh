#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the tests that put faults into runs, counts trials and failures by guarantee and writes docs/guarantees.tsv and .md.
#   tools/guarantees.sh --tier change|nightly|release [--build FOLDER]
# change: what the tests of each change do. nightly: all points and many trials, about two hours on 2 cores. release: three such nights,
# each with seeds of its own. Ends with 1 where a trial failed; the output then has the line that replays it.
set -eu
cd "$(dirname "$0")/.."
usage() {
  sed -n '4p' "$0" >&2
  exit 64
}

tier='' build=build/cpu
while [ $# -gt 0 ]; do
  case $1 in
    --tier) tier=${2-} ;;
    --build) build=${2-} ;;
    *) usage ;;
  esac
  shift 2 || usage
done
case $tier in
  change) nights=1 ;;
  nightly) nights=1 && export STOCKPOT_NIGHTLY=1 ;;
  release) nights=3 && export STOCKPOT_NIGHTLY=1 ;;
  *) usage ;;
esac

tests='^(io_test|checkpoint_test.*|save_faults_test|power_loss_test|one_writer_test|program_faults_test|killed_runs_test)$'
trials=$(mktemp)
trap 'rm -f "$trials"' EXIT
export STOCKPOT_TRIALS_FILE="$trials"
failed=0
for _ in $(seq "$nights"); do
  ctest --test-dir "$build" -R "$tests" --output-on-failure --timeout 14400 || failed=1
done
python3 tools/guarantees.py --tier "$tier" --trials "$trials" || failed=1
exit $failed
