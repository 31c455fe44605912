#include <cstdint>

#include "fuzz/text/fuzz_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  stockpot::test::fuzz_glue(std::as_bytes(std::span(data, size)));
  return 0;
}
