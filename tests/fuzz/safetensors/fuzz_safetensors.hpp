// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>

namespace stockpot::test {

/// Read `file` as a safetensors file. Returns whether it was accepted; then its header, written
/// again, reads the same, and every tensor was widened and counted. Aborts where that does not
/// hold; throws nothing.
bool fuzz_safetensors(std::span<const std::byte> file);

}  // namespace stockpot::test
