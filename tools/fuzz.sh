#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Fuzzes every parser of files that others make: tools/fuzz.sh [SECONDS] [TARGET ...], 60 seconds for each of all targets by default.
# Builds tests/fuzz by clang++ with libFuzzer, address and undefined-behaviour checks into build/fuzz; where no target is named, the readers'
# own tests run under these checks first. Exit code 1 on a finding, whose file lies in build/fuzz/findings; mend it, then keep the file as
# tests/fuzz/corpus/TARGET/crash_NAME: the normal tests replay it.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
build=build/fuzz

clang=
for name in "${CLANGXX:-clang++}" clang++-{20,19,18,17,16,15,14}; do
  if command -v "$name" > /dev/null; then clang=$name; break; fi
done
if [[ -z $clang ]]; then
  echo "fuzz.sh: there is no clang++; apt-get install clang libclang-rt-14-dev, or name one: CLANGXX=..." >&2
  exit 69
fi
mkdir -p "$build/findings"
if ! echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' |
  "$clang" -x c++ -fsanitize=fuzzer,address,undefined - -o "$build/probe" 2> "$build/probe.log"; then
  cat "$build/probe.log" >&2
  echo "fuzz.sh: $clang cannot link libFuzzer and the sanitizers; apt-get install libclang-rt-14-dev (of clang's own version)" >&2
  exit 69
fi
cmake -S tests/fuzz -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="$clang" -DCMAKE_CXX_COMPILER_LAUNCHER="${STOCKPOT_COMPILER_LAUNCHER:-}" > "$build/configure.log" ||
  { cat "$build/configure.log"; exit 70; }
ninja -C "$build" > "$build/build.log" || { cat "$build/build.log"; exit 70; }

[[ -d /dev/shm && -w /dev/shm ]] && export TMPDIR=${TMPDIR:-/dev/shm}
export ASAN_OPTIONS=allocator_may_return_null=0:detect_leaks=1
mapfile -t targets < <("$build/fuzz" --list)
found=0
if [[ $# -gt 0 ]]; then
  targets=("$@")
elif ninja -C "$build" reader_tests >> "$build/build.log" && "$build/reader_tests" > "$build/reader_tests.log" 2>&1; then
  echo "the readers' tests pass under address and undefined-behaviour checks"
else
  echo "the readers' tests FAIL under address and undefined-behaviour checks, see $build/reader_tests.log"
  found=1
fi
for target in "${targets[@]}"; do
  mkdir -p "$build/corpus/$target"
  dictionary=()
  [[ -f tests/fuzz/dictionaries/$target.txt ]] && dictionary=("-dict=tests/fuzz/dictionaries/$target.txt")
  if "$build/fuzz" --target="$target" -max_total_time="$seconds" -max_len=65536 -rss_limit_mb=512 -malloc_limit_mb=512 -timeout=5 -print_final_stats=1 \
    -artifact_prefix="$build/findings/$target-" "${dictionary[@]}" \
    "$build/corpus/$target" "tests/fuzz/corpus/$target" > "$build/$target.log" 2>&1; then
    echo "$target: nothing found in $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$target.log") files"
  else
    echo "$target: FOUND, see $build/$target.log; reproducer: $(sed -n 's/.*Test unit written to //p' "$build/$target.log")"
    found=1
  fi
done
exit $found
