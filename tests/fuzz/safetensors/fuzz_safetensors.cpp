// SPDX-License-Identifier: Apache-2.0
#include "fuzz/safetensors/fuzz_safetensors.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "core/error.hpp"
#include "io/safetensors_header.hpp"

namespace stockpot::test {

namespace {

void abort_unless(bool holds) {
  if (!holds) std::abort();
}

void touch_tensor(const io::TensorInfo& tensor, std::span<const std::byte> bytes) {
  abort_unless(io::count_zeros(tensor.dtype, bytes) <= tensor.size());
  if (!io::is_floating(tensor.dtype) || tensor.dtype == io::Dtype::f64) return;
  std::vector<float> values(static_cast<std::size_t>(tensor.size()));
  io::widen(tensor.dtype, bytes, values);
  if (const auto bad = io::first_not_finite(values)) abort_unless(*bad < values.size());
}

}  // namespace

bool fuzz_safetensors(std::span<const std::byte> file) {
  io::SafetensorsHeader header;
  try {
    header = io::parse_safetensors(file, "fuzzed");
  } catch (const DataError&) {
    return false;
  }
  const auto data = file.subspan(header.data_begin);
  for (const io::TensorInfo& tensor : header.tensors)
    touch_tensor(tensor, data.subspan(tensor.begin, tensor.end - tensor.begin));

  const std::string again = io::encode_safetensors_header(header.tensors, header.metadata);
  std::vector<std::byte> copy(again.size() + data.size());
  std::copy(
      data.begin(), data.end(),
      std::copy_n(reinterpret_cast<const std::byte*>(again.data()), again.size(), copy.begin()));
  const io::SafetensorsHeader reread = io::parse_safetensors(copy, "written again");
  abort_unless(reread.tensors == header.tensors && reread.metadata == header.metadata);
  return true;
}

}  // namespace stockpot::test
