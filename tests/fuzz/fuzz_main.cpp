// SPDX-License-Identifier: Apache-2.0
// The libFuzzer program of all targets; `--target=NAME` chooses one (libFuzzer leaves words with
// two dashes alone), `--list` names them.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "fuzz/targets.hpp"

namespace {

const stockpot::test::FuzzTarget* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** words) {
  const auto& targets = stockpot::test::fuzz_targets();
  constexpr std::string_view kFlag = "--target=";
  for (int i = 1; i < *count; ++i) {
    const std::string_view word = (*words)[i];
    if (word == "--list") {
      for (const auto& target : targets) std::puts(target.name.c_str());
      std::exit(0);
    }
    if (!word.starts_with(kFlag)) continue;
    const auto found =
        std::ranges::find(targets, word.substr(kFlag.size()), &stockpot::test::FuzzTarget::name);
    if (found != targets.end()) chosen = &*found;
  }
  if (chosen == nullptr) {
    std::fputs("--target=NAME must name one of those that --list lists\n", stderr);
    std::exit(64);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen->accepts(std::as_bytes(std::span(data, size)));
  return 0;
}
