// SPDX-License-Identifier: Apache-2.0
#include "io/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "io/atomic_file.hpp"
#include "io/strict_json.hpp"

namespace stockpot::io {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kChunkElements =
    std::size_t{1} << 16;  // fits the cache, so that the check for NaN is nearly free

/// {"metadata": {...}, "weight_map": {tensor name: file name}}
class ShardIndexJson final : public StrictJson {
 public:
  explicit ShardIndexJson(const std::string& source) : StrictJson(source, 0) {}

  std::map<std::string, std::string> weight_map;

  bool start_object(std::size_t) override {
    if (depth_ == 1) in_map_ = section_ == "weight_map";
    if (depth_ > 1 && in_map_) refuse("an object");
    if (++depth_ > kMaxDepth) fail("nested too deep");
    return true;
  }
  bool end_object() override {
    if (--depth_ == 1) in_map_ = false;
    return true;
  }
  bool key(string_t& text) override {
    if (depth_ == 1) {
      if (!sections_.insert(text).second) fail(in_quotes(text) + " stands twice");
      section_ = text;
    }
    key_ = text;
    return true;
  }
  bool string(string_t& text) override {
    if (!in_map_) return outside_map("a string");
    if (!is_shard_name(text))
      fail("shard name " + in_quotes(text) + " is not the plain name of a .safetensors file");
    if (!weight_map.emplace(key_, text).second) fail("tensor " + in_quotes(key_) + " stands twice");
    if (weight_map.size() > kMaxTensors) fail(fmt::format("more than {} tensors", kMaxTensors));
    return true;
  }
  // what the metadata holds (sizes, flags) is not ours to judge
  bool null() override { return outside_map("null"); }
  bool boolean(bool) override { return outside_map("a boolean"); }
  bool number_integer(number_integer_t) override { return outside_map("a number"); }
  bool number_unsigned(number_unsigned_t) override { return outside_map("a number"); }
  bool number_float(number_float_t, const string_t&) override { return outside_map("a number"); }

 private:
  static constexpr int kMaxDepth = 4;

  /// A name from a file never becomes a path: letters, digits, `.`, `_`, `-`, not beginning with a
  /// dot.
  static bool is_shard_name(std::string_view name) {
    const auto is_plain = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '.' || c == '_' || c == '-';
    };
    return name.size() <= 128 && name.ends_with(".safetensors") && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), is_plain);
  }
  bool outside_map(std::string_view what) const {
    if (depth_ < 1 || in_map_ || section_ == "weight_map") refuse(what);
    return true;
  }

  int depth_ = 0;
  bool in_map_ = false;
  std::string section_, key_;
  std::set<std::string> sections_;
};

[[noreturn]] void refuse_pytorch(const fs::path& path) {
  const std::string in = path.string(),
                    out = fs::path(path).replace_extension(".safetensors").string();
  throw DataError(path.string() + " is a PyTorch file, which is not read",
                  "loading one can run any code that it holds",
                  "convert it once: python -c \"import torch, safetensors.torch as s; "
                  "s.save_file({k: v.clone().contiguous() for k, v in torch.load('" +
                      in + "', map_location='cpu', weights_only=True).items()}, '" + out + "')\"");
}

/// By content: a zip archive (torch >= 1.6) or a pickle stream. The first byte of a safetensors
/// header tells a length from a mark.
bool looks_like_pytorch(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                              std::min<std::size_t>(bytes.size(), 9));
  if (text.size() < 9 || text[8] == '{') return false;
  return text.starts_with("PK\x03\x04") || (text[0] == '\x80' && text[1] >= 2 && text[1] <= 5);
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

}  // namespace

SafetensorsReader::SafetensorsReader(const fs::path& path, InputDigests* digests)
    : digests_(digests) {
  if (std::error_code ignored; !fs::is_directory(path, ignored)) {
    add_shard(path);
  } else if (is_there(path / "model.safetensors")) {
    add_shard(path / "model.safetensors");
  } else if (is_there(path / "model.safetensors.index.json")) {
    add_sharded_folder(path / "model.safetensors.index.json");
  } else if (is_there(path / "pytorch_model.bin")) {
    refuse_pytorch(path / "pytorch_model.bin");
  } else {
    throw DataError("no weights in folder " + path.string(),
                    "it holds neither model.safetensors nor model.safetensors.index.json");
  }
  index_names();
}

void SafetensorsReader::add_shard(const fs::path& path) {
  MappedFile file(path);
  const std::string extension = path.extension().string();
  if (extension == ".bin" || extension == ".pt" || extension == ".pth" ||
      looks_like_pytorch(file.bytes()))
    refuse_pytorch(path);
  SafetensorsHeader header = parse_safetensors(file.bytes(), path.string());
  for (TensorInfo& tensor : header.tensors) {
    tensor.shard = shards_.size();
    tensors_.push_back(std::move(tensor));
  }
  metadata_.merge(header.metadata);
  auto hash = digests_ == nullptr ? std::nullopt : digests_->begin(path, file.descriptor());
  if (hash) hash->saw(0, file.bytes().first(header.data_begin));
  shards_.push_back({std::move(file), header.data_begin, std::move(hash)});
}

void SafetensorsReader::add_sharded_folder(const fs::path& index) {
  const MappedFile file(index);
  if (file.bytes().size() > kMaxHeaderBytes)
    throw DataError(index.string() + " is larger than 16 MiB");
  ShardIndexJson json(index.string());
  json.parse({reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()});
  if (json.weight_map.empty())
    throw DataError(index.string() + " names no tensor", "it has no weight_map");

  std::set<std::string> names;
  for (const auto& [tensor, shard] : json.weight_map) names.insert(shard);
  for (const std::string& name : names) add_shard(index.parent_path() / name);

  for (const TensorInfo& tensor : tensors_) {
    const fs::path& shard = shards_[tensor.shard].file.path();
    const auto listed = json.weight_map.find(tensor.name);
    if (listed == json.weight_map.end() || listed->second != shard.filename()) {
      throw DataError(shard.string() + " holds tensor " + in_quotes(tensor.name),
                      "the index " + index.string() + " does not say so");
    }
    json.weight_map.erase(listed);
  }
  if (json.weight_map.empty()) return;
  const auto& [tensor, shard] = *json.weight_map.begin();
  throw DataError(
      (index.parent_path() / shard).string() + " does not hold tensor " + in_quotes(tensor),
      "the index " + index.string() + " says so");
}

void SafetensorsReader::index_names() {
  by_name_.resize(tensors_.size());
  for (std::size_t i = 0; i < by_name_.size(); ++i) by_name_[i] = i;
  std::sort(by_name_.begin(), by_name_.end(),
            [&](std::size_t a, std::size_t b) { return tensors_[a].name < tensors_[b].name; });
}

const TensorInfo* SafetensorsReader::find(std::string_view name) const {
  const auto found = std::lower_bound(
      by_name_.begin(), by_name_.end(), name,
      [&](std::size_t i, std::string_view wanted) { return tensors_[i].name < wanted; });
  return found == by_name_.end() || tensors_[*found].name != name ? nullptr : &tensors_[*found];
}

std::span<const std::byte> SafetensorsReader::bytes(const TensorInfo& tensor) const {
  const Shard& shard = shards_.at(tensor.shard);
  return shard.file.bytes().subspan(shard.data_begin + tensor.begin, tensor.end - tensor.begin);
}

void SafetensorsReader::read(const TensorInfo& tensor, std::span<float> values) const {
  const Shard& shard = shards_.at(tensor.shard);
  const std::string where = shard.file.path().string() + ": tensor " + in_quotes(tensor.name);
  if (!is_floating(tensor.dtype) || tensor.dtype == Dtype::f64) {
    throw DataError(where + " has dtype " + std::string(name_of(tensor.dtype)),
                    "weights are F32, F16 or BF16");
  }
  const std::size_t width = size_of(tensor.dtype), data_at = shard.data_begin + tensor.begin;
  expect(values.size() * width == tensor.end - tensor.begin,
         "as many values as the tensor has elements");
  std::vector<std::byte> narrow(
      tensor.dtype == Dtype::f32 ? 0 : std::min(kChunkElements, values.size()) * width);
  for (std::size_t begin = 0; begin < values.size(); begin += kChunkElements) {
    const auto chunk = values.subspan(begin, std::min(kChunkElements, values.size() - begin));
    const auto into = narrow.empty() ? std::as_writable_bytes(chunk)
                                     : std::span(narrow).first(chunk.size() * width);
    shard.file.read(data_at + begin * width, into);
    if (shard.hash) shard.hash->saw(data_at + begin * width, into);
    if (!narrow.empty()) widen(tensor.dtype, into, chunk);
    if (const auto bad = first_not_finite(chunk)) {
      throw DataError(fmt::format("{}: element {} is {}", where, begin + *bad,
                                  std::isnan(chunk[*bad]) ? "NaN" : "infinite"),
                      fmt::format("byte {}", data_at + (begin + *bad) * width));
    }
  }
  shard.file.check_unchanged();
}

void SafetensorsReader::done() const {
  for (const Shard& shard : shards_) {
    if (shard.hash) digests_->end(shard.file.path(), shard.file.descriptor(), *shard.hash);
    shard.hash.reset();
  }
}

namespace {

/// Sort tensors into the order of the file, and encode what stands before their data.
std::string arrange(std::vector<TensorToWrite>& tensors,
                    const std::map<std::string, std::string>& metadata) {
  std::sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) {
    return std::tie(b.dtype, a.name) < std::tie(a.dtype, b.name);
  });
  std::vector<TensorInfo> infos;
  std::set<std::string_view> names;
  std::uint64_t offset = 0;
  for (const TensorToWrite& tensor : tensors) {
    std::uint64_t bytes = size_of(tensor.dtype);
    for (const std::int64_t dimension : tensor.shape)
      bytes *= static_cast<std::uint64_t>(dimension);
    expect(bytes == tensor.bytes.size(), "shape and bytes of tensor " + tensor.name + " disagree",
           bytes, tensor.bytes.size());
    expect(names.insert(tensor.name).second, "tensor name " + tensor.name + " stands twice");
    infos.push_back({tensor.name, tensor.dtype, tensor.shape, offset, offset + bytes});
    offset += bytes;
  }
  return encode_safetensors_header(infos, metadata);
}

}  // namespace

std::vector<std::byte> encode_safetensors(std::vector<TensorToWrite> tensors,
                                          const std::map<std::string, std::string>& metadata) {
  const std::string header = arrange(tensors, metadata);
  std::size_t size = header.size();
  for (const auto& tensor : tensors) size += tensor.bytes.size();
  std::vector<std::byte> bytes;
  bytes.reserve(size);
  const auto append = [&](std::span<const std::byte> part) {
    bytes.insert(bytes.end(), part.begin(), part.end());
  };
  append(std::as_bytes(std::span(header)));
  for (const auto& tensor : tensors) append(tensor.bytes);
  return bytes;
}

void write_safetensors(const fs::path& path, std::vector<TensorToWrite> tensors,
                       const std::map<std::string, std::string>& metadata) {
  const std::string header = arrange(tensors, metadata);
  std::vector<std::span<const std::byte>> parts{std::as_bytes(std::span(header))};
  for (const TensorToWrite& tensor : tensors) parts.push_back(tensor.bytes);
  write_atomically(path, parts);
}

}  // namespace stockpot::io
