// SPDX-License-Identifier: Apache-2.0
// 1. u64 N, little-endian; N bytes of JSON; the data section to the end of the file. All sizes are
// checked against the file before use.
// 2. The JSON is read event by event: {name: {"dtype", "shape", "data_offsets"}, "__metadata__":
// {string: string}} and nothing else.
// 3. Each tensor: product(shape) * size of dtype == end - begin, without overflow.
// 4. Sorted by begin, the tensors cover the data section without gap and overlap; no name stands
// twice. source: https://github.com/huggingface/safetensors (format), result_format.md,
// "What a reader refuses" (limits)
#include "io/safetensors_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <tuple>

#include "io/strict_json.hpp"

namespace stockpot::io {

namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::string_view kMetadata = "__metadata__";

class HeaderJson final : public StrictJson {
 public:
  HeaderJson(std::string_view source, SafetensorsHeader& header)
      : StrictJson(source, kLengthBytes), header_(header) {}

  bool start_object(std::size_t) override {
    if (depth_ > 1) refuse("an object");
    ++depth_;
    return true;
  }

  bool key(string_t& text) override {
    if (depth_ == 1) return start_entry(text);
    if (in_metadata_) {
      if (header_.metadata.contains(text)) fail("metadata " + in_quotes(text) + " stands twice");
    } else if (text != "dtype" && text != "shape" && text != "data_offsets") {
      fail("unknown field " + in_quotes(text) + " of tensor " + in_quotes(tensor().name));
    } else if (std::find(seen_.begin(), seen_.end(), text) != seen_.end()) {
      fail("field " + text + " of tensor " + in_quotes(tensor().name) + " stands twice");
    } else {
      seen_.push_back(text);
    }
    field_ = text;
    expecting_value_ = true;
    return true;
  }

  bool string(string_t& text) override {
    if (depth_ != 2 || in_array_ || !expecting_value_) refuse("a string");
    expecting_value_ = false;
    if (in_metadata_) {
      header_.metadata.emplace(field_, text);
    } else if (field_ == "dtype") {
      const auto dtype = dtype_named(text);
      if (!dtype)
        fail("dtype " + in_quotes(text) + " of tensor " + in_quotes(tensor().name) +
             " is not read here");
      tensor().dtype = *dtype;
    } else {
      refuse("a string");
    }
    field_.clear();
    return true;
  }

  bool start_array(std::size_t) override {
    if (depth_ != 2 || in_metadata_ || in_array_ || !expecting_value_ || field_ == "dtype")
      refuse("an array");
    in_array_ = true;
    return true;
  }

  bool number_unsigned(number_unsigned_t number) override {
    if (!in_array_) refuse("a number");
    if (field_ == "shape") {
      if (number > static_cast<std::uint64_t>(INT64_MAX))
        fail("a dimension of tensor " + in_quotes(tensor().name) + " is too large");
      if (tensor().shape.size() == kMaxRank)
        fail(fmt::format("tensor {} has more than {} dimensions", in_quotes(tensor().name),
                         kMaxRank));
      tensor().shape.push_back(static_cast<std::int64_t>(number));
    } else {
      if (offsets_ == 2)
        fail("tensor " + in_quotes(tensor().name) + " has more than two data_offsets");
      (offsets_ == 0 ? tensor().begin : tensor().end) = number;
      ++offsets_;
    }
    return true;
  }

  bool end_array() override {
    in_array_ = expecting_value_ = false;
    field_.clear();
    return true;
  }

  bool end_object() override {
    if (depth_ == 2 && !in_metadata_) check_tensor();
    --depth_;
    return true;
  }

 private:
  TensorInfo& tensor() { return header_.tensors.back(); }

  bool start_entry(const std::string& name) {
    in_metadata_ = name == kMetadata;
    if (in_metadata_) {
      if (metadata_seen_) fail("__metadata__ stands twice");
      metadata_seen_ = true;
      return true;
    }
    if (header_.tensors.size() == kMaxTensors)
      fail(fmt::format("more than {} tensors", kMaxTensors));
    if (name.empty() || name.size() > kMaxNameBytes)
      fail(fmt::format("a tensor name of {} bytes", name.size()));
    const auto is_control = [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    };
    if (std::any_of(name.begin(), name.end(), is_control))
      fail("tensor name " + in_quotes(name) + " has control characters");
    header_.tensors.emplace_back().name = name;
    seen_.clear();
    offsets_ = 0;
    return true;
  }

  void check_tensor() {
    const TensorInfo& t = tensor();
    const std::string who = "tensor " + in_quotes(t.name);
    if (seen_.size() != 3 || offsets_ != 2) fail(who + " needs dtype, shape and two data_offsets");
    if (t.begin > t.end) fail("data of " + who + " ends before it begins");
    std::uint64_t bytes = size_of(t.dtype);
    for (const std::int64_t dimension : t.shape) {
      if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(dimension), &bytes))
        fail("shape of " + who + " overflows");
    }
    if (bytes != t.end - t.begin) {
      fail(fmt::format("shape and dtype of {} say {} bytes, data_offsets say {}", who, bytes,
                       t.end - t.begin));
    }
  }

  SafetensorsHeader& header_;
  int depth_ = 0, offsets_ = 0;
  bool in_metadata_ = false, metadata_seen_ = false, in_array_ = false, expecting_value_ = false;
  std::string field_;
  std::vector<std::string> seen_;  ///< fields of the current tensor
};

[[noreturn]] void fail_at(std::string_view source, std::uint64_t byte, const std::string& why) {
  throw DataError(fmt::format("{}: byte {}", source, byte), why);
}

void check_coverage(const SafetensorsHeader& header, std::uint64_t data_bytes,
                    std::string_view source) {
  std::uint64_t expected = 0;
  for (const TensorInfo& tensor : header.tensors) {
    if (tensor.begin != expected) {
      fail_at(source, header.data_begin + std::min(expected, tensor.begin),
              "data of tensor " + in_quotes(tensor.name) +
                  (tensor.begin < expected ? " overlaps that of another tensor"
                                           : " begins behind a gap"));
    }
    expected = tensor.end;
  }
  if (expected > data_bytes) {
    fail_at(source, header.data_begin + data_bytes,
            fmt::format("the file ends here, but its tensors need {} bytes more",
                        expected - data_bytes));
  }
  if (expected < data_bytes)
    fail_at(source, header.data_begin + expected,
            fmt::format("{} bytes belong to no tensor", data_bytes - expected));
}

void check_names(const SafetensorsHeader& header, std::string_view source) {
  std::vector<std::string_view> names;
  names.reserve(header.tensors.size());
  for (const TensorInfo& tensor : header.tensors) names.push_back(tensor.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end())
    fail_at(source, kLengthBytes, "tensor " + in_quotes(*twice) + " stands twice in the header");
}

}  // namespace

SafetensorsHeader parse_safetensors(std::span<const std::byte> file, std::string_view source) {
  if (file.size() < kLengthBytes)
    fail_at(source, file.size(), "the file ends inside its first 8 bytes");
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), sizeof length);
  const std::uint64_t rest = file.size() - kLengthBytes;
  if (length > kMaxHeaderBytes)
    fail_at(source, 0, fmt::format("a header of {} bytes is beyond the limit of 16 MiB", length));
  if (length > rest)
    fail_at(source, 0, fmt::format("a header of {} bytes does not fit into the file", length));
  const std::string_view text(reinterpret_cast<const char*>(file.data()) + kLengthBytes, length);
  if (!text.starts_with('{')) fail_at(source, kLengthBytes, "the header does not begin with {");

  SafetensorsHeader header;
  header.data_begin = kLengthBytes + length;
  HeaderJson(source, header).parse(text);
  std::sort(header.tensors.begin(), header.tensors.end(),
            [](const TensorInfo& a, const TensorInfo& b) {
              return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
            });
  check_names(header, source);
  check_coverage(header, rest - length, source);
  return header;
}

std::string encode_safetensors_header(std::span<const TensorInfo> tensors,
                                      const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  if (!metadata.empty()) json[std::string(kMetadata)] = metadata;
  for (const TensorInfo& tensor : tensors) {
    json[tensor.name] = {{"dtype", name_of(tensor.dtype)},
                         {"shape", tensor.shape},
                         {"data_offsets", {tensor.begin, tensor.end}}};
  }
  std::string text = json.dump();
  text.resize((text.size() + kLengthBytes - 1) / kLengthBytes * kLengthBytes, ' ');
  const std::uint64_t length = text.size();
  expect(length <= kMaxHeaderBytes, "a safetensors header we write is one that we read");
  std::string encoded(kLengthBytes, '\0');
  std::memcpy(encoded.data(), &length, sizeof length);
  return encoded + text;
}

}  // namespace stockpot::io
