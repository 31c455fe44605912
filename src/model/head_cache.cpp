// SPDX-License-Identifier: Apache-2.0
#include "model/head_cache.hpp"

#include <ATen/ops/empty.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "io/safetensors.hpp"

namespace stockpot::model {
namespace {

constexpr const char* kTensor = "zero_shot_head.weight";

std::span<float> floats(const at::Tensor& head) {
  return {head.data_ptr<float>(), static_cast<std::size_t>(head.numel())};
}

/// The head in `file`; undefined where it is not there or is not what it should be.
at::Tensor read(const std::filesystem::path& file, const std::vector<std::int64_t>& shape) {
  if (!std::filesystem::exists(file)) return {};
  try {
    const io::SafetensorsReader reader(file);
    const auto* tensor = reader.find(kTensor);
    if (tensor == nullptr || tensor->shape != shape) return {};
    auto head = at::empty(shape, at::kFloat);
    reader.read(*tensor, floats(head));
    return head;
  } catch (const Error&) {
    return {};
  }
}

void write(const std::filesystem::path& file, const at::Tensor& head) {
  try {
    std::filesystem::create_directories(file.parent_path());
    io::write_safetensors(file, {io::float_tensor(kTensor, head.sizes().vec(), floats(head))});
  } catch (const std::exception& error) {
    log_info(std::string("the zero-shot head is not kept for later runs: ") + error.what());
  }
}

}  // namespace

std::filesystem::path HeadCache::file(std::uint64_t key) const {
  return folder_ / fmt::format("head-{:016x}.safetensors", key);
}

at::Tensor HeadCache::get(std::uint64_t key, const std::vector<std::int64_t>& shape,
                          const std::function<at::Tensor()>& make) const {
  if (folder_.empty()) return make();
  if (auto kept = read(file(key), shape); kept.defined()) return kept;
  auto head = make().contiguous();
  write(file(key), head);
  return head;
}

}  // namespace stockpot::model
