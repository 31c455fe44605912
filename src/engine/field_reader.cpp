// SPDX-License-Identifier: Apache-2.0
#include "engine/field_reader.hpp"

#include <fmt/format.h>

#include <ATen/ops/from_blob.h>

#include <cstring>
#include <iterator>

#include "core/error.hpp"
#include "model/flat_array.hpp"

namespace stockpot::engine {
namespace {

template <typename Number>
constexpr io::Dtype kDtype = io::Dtype::i64;
template <>
inline constexpr io::Dtype kDtype<double> = io::Dtype::f64;
template <>
inline constexpr io::Dtype kDtype<float> = io::Dtype::f32;
template <>
inline constexpr io::Dtype kDtype<std::uint8_t> = io::Dtype::u8;

}  // namespace

FieldSource::FieldSource(std::span<const std::byte> file, const io::SafetensorsHeader& header,
                         std::string where)
    : data_(file.subspan(header.data_begin)), where_(std::move(where)) {
  for (const auto& tensor : header.tensors) left_[tensor.name] = &tensor;
}

std::span<const std::byte> FieldSource::take(const std::string& name, io::Dtype dtype) {
  const auto found = left_.find(name);
  if (found == left_.end()) refuse("it has no field " + name);
  const auto& tensor = *found->second;
  if (tensor.dtype != dtype) refuse("field " + name + " has another type");
  left_.erase(found);
  return data_.subspan(tensor.begin, tensor.end - tensor.begin);
}

void FieldSource::expect_all_taken() const {
  if (!left_.empty())
    refuse("it has a field that this version does not know: " + left_.begin()->first);
}

void FieldSource::refuse(const std::string& why) const {
  throw DataError(where_ + " is not a state that can be gone on from", why);
}

template <typename Number>
std::vector<Number> FieldReader::numbers(const std::string& name) {
  const auto bytes = source_.take(name, kDtype<Number>);
  std::vector<Number> values(bytes.size() / sizeof(Number));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}
template std::vector<std::int64_t> FieldReader::numbers(const std::string&);
template std::vector<double> FieldReader::numbers(const std::string&);
template std::vector<float> FieldReader::numbers(const std::string&);

std::vector<bool> FieldReader::truths(const std::string& name) {
  std::vector<bool> truths;
  for (const auto number : numbers<std::int64_t>(name)) truths.push_back(number != 0);
  return truths;
}

std::vector<std::string> FieldReader::texts(const std::string& name) {
  const auto all = numbers<std::uint8_t>(name + "/text");
  const auto lengths = numbers<std::int64_t>(name + "/lengths");
  std::vector<std::string> texts;
  std::size_t begin = 0;
  for (const auto length : lengths) {
    if (length < 0 || static_cast<std::size_t>(length) > all.size() - begin)
      source_.refuse(name + " has texts longer than all of them");
    const auto* first = all.data() + begin;
    texts.emplace_back(first, first + length);
    begin += static_cast<std::size_t>(length);
  }
  if (begin != all.size()) source_.refuse(name + " has a rest that is no text");
  return texts;
}

void FieldReader::get_value(const std::string& name, at::Tensor& values) {
  const auto host = numbers<float>(name);
  const auto size = std::ssize(host);
  if (!values.defined()) values = model::flat_array(size, at::kCPU);
  if (values.numel() != size) values = model::flat_array(size, values.device());
  values.copy_(at::from_blob(const_cast<float*>(host.data()), {size}, at::kFloat));
}

void FieldReader::get_value(const std::string& name, model::Weights& weights) {
  auto values = numbers<float>(name);
  const auto size = std::ssize(values);
  if (size != weights.layout().total())
    source_.refuse(
        fmt::format("it has {} weights, the model has {}", size, weights.layout().total()));
  weights.values().copy_(at::from_blob(values.data(), {size}, at::kFloat));
}

mask::Mask FieldReader::mask_of(const std::string& name, std::int64_t size) {
  if (size < 0) source_.refuse(name + " has a negative size");
  const auto words = numbers<std::int64_t>(name);
  const auto expected = static_cast<std::size_t>(size / 64 + (size % 64 != 0));
  if (words.size() != expected) source_.refuse(name + " is not a mask of its size");
  auto mask = mask::Mask::none(size);
  if (!words.empty())
    std::memcpy(mask.words().data(), words.data(), words.size() * sizeof words[0]);
  if (size % 64 != 0 && mask.words().back() >> (size % 64) != 0)
    source_.refuse(name + " has bits beyond its last weight");
  return mask;
}

void FieldReader::get_value(const std::string& name, train::SharedMask& mask) {
  const auto size = one(numbers<std::int64_t>(name + "/size"), name);
  if (size == -1) {
    mask = nullptr;
    return;
  }
  mask = std::make_shared<const mask::Mask>(mask_of(name + "/words", size));
}

void FieldReader::get_value(const std::string& name, std::vector<train::SharedMask>& masks) {
  constexpr std::int64_t kMost = 1 << 16;  // far beyond what any program looks at
  const auto count = one(numbers<std::int64_t>(name + "/count"), name);
  if (count < 0 || count > kMost) source_.refuse(name + " has no such number of masks");
  masks.assign(static_cast<std::size_t>(count), nullptr);
  for (std::size_t i = 0; i < masks.size(); ++i)
    get_value(name + "/" + std::to_string(i), masks[i]);
}

void FieldReader::get_value(const std::string& name, std::map<std::string, Snapshot>& snapshots) {
  snapshots.clear();
  for (const auto& key : texts(name + "/names"))
    get(name + "/" + key, snapshots[key], Part::everywhere);
}

void FieldReader::get_value(const std::string& name, std::vector<DenoiserVote>& votes) {
  std::vector<io::DenoiserRow> rows;
  get_value(name + "/rows", rows);
  const auto work = numbers<std::int64_t>(name + "/work");
  const auto sizes = numbers<std::int64_t>(name + "/sizes");
  if (work.size() != 4 * rows.size() || sizes.size() != rows.size())
    source_.refuse(name + " has rows without their work");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto* w = &work[4 * i];
    votes.push_back({.row = rows[i],
                     .mask = mask_of(name + "/mask_" + std::to_string(rows[i].denoiser), sizes[i]),
                     .work = {w[0], w[1], w[2], w[3]}});
  }
}

void FieldReader::get_value(const std::string& name, std::vector<io::DenoiserMask>& masks) {
  const auto all = numbers<std::int64_t>(name + "/numbers");
  if (all.size() % 4 != 0) source_.refuse(name + " has half a row");
  masks.clear();
  for (std::size_t i = 0; i < all.size(); i += 4) {
    const auto* n = &all[i];
    masks.push_back({.round = n[0],
                     .denoiser = n[1],
                     .kept = n[2],
                     .size = n[3],
                     .bits = numbers<std::uint8_t>(fmt::format("{}/{}_{}", name, n[0], n[1]))});
  }
}

}  // namespace stockpot::engine
