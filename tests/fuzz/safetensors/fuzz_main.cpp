#include <cstdint>

#include "fuzz/safetensors/fuzz_safetensors.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  stockpot::test::fuzz_safetensors(std::as_bytes(std::span(data, size)));
  return 0;
}
