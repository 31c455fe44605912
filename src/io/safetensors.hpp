// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/input_digests.hpp"
#include "io/input_file.hpp"
#include "io/safetensors_header.hpp"

namespace stockpot::io {

/// Weights on disk: one safetensors file, or a Hugging Face folder with `model.safetensors` or with
/// shards and their index.
///
/// All headers are checked before the first tensor is read. Files are mapped, so `bytes` copies
/// nothing.
///
/// Example:
///     const std::vector<float> weight{0.5F, -1, 2, 0};
///     write_safetensors("layer.safetensors", {float_tensor("fc.weight", {2, 2}, weight)});
///     const SafetensorsReader file("layer.safetensors");
///     std::vector<float> read(4);
///     file.read(*file.find("fc.weight"), read);
///     EXPECT_EQ(read, weight);
class SafetensorsReader {
 public:
  /// throws  DataError naming file, byte and reason; a PyTorch file or folder is refused with the
  /// line that converts it
  /// digests  collects what the files hold, once `done` is called; null: nobody
  explicit SafetensorsReader(const std::filesystem::path& path, InputDigests* digests = nullptr);

  /// All tensors, file by file, in the order of their data.
  std::span<const TensorInfo> tensors() const { return tensors_; }
  /// Metadata of all files; where two files disagree, that of the first by name.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

  /// The tensor of that name, or nullptr. Valid as long as the reader.
  const TensorInfo* find(std::string_view name) const;

  /// The elements of one of tensors(), as they lie in the file: little-endian, row-major, at any
  /// alignment.
  std::span<const std::byte> bytes(const TensorInfo& tensor) const;

  /// Copy a tensor of F32, F16 or BF16 to `values` (size() elements), without another copy of it in
  /// memory. throws  DataError for another dtype, for NaN and infinity, and if the file changed
  /// since it was opened
  void read(const TensorInfo& tensor, std::span<float> values) const;

  /// All that is wanted has been read: the files' digests are collected. Where tensors were read in
  /// their order, no byte is read twice.
  void done() const;

 private:
  struct Shard {
    MappedFile file;
    std::size_t data_begin;
    mutable std::optional<PassingHash> hash;  ///< where the digest is wanted and not known
  };
  void add_shard(const std::filesystem::path& path);
  void add_sharded_folder(const std::filesystem::path& index);
  void index_names();

  InputDigests* digests_;
  std::vector<Shard> shards_;
  std::vector<TensorInfo> tensors_;
  std::vector<std::size_t> by_name_;  ///< positions in tensors_, sorted by name
  std::map<std::string, std::string> metadata_;
};

/// One tensor to write; `bytes` are its elements in row-major order and are not copied.
struct TensorToWrite {
  std::string name;
  Dtype dtype = Dtype::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;
};

/// An F32 tensor to write.
inline TensorToWrite float_tensor(std::string name, std::vector<std::int64_t> shape,
                                  std::span<const float> values) {
  return {std::move(name), Dtype::f32, std::move(shape), std::as_bytes(values)};
}

/// The bytes of a safetensors file, in memory. Equal arguments, in whatever order, give equal
/// bytes. throws  LogicError where shape and bytes disagree or a name stands twice
std::vector<std::byte> encode_safetensors(std::vector<TensorToWrite> tensors,
                                          const std::map<std::string, std::string>& metadata);

/// Write a safetensors file by an AtomicFile, without a copy of the data. Equal arguments, in
/// whatever order, give equal bytes: the order in the file is that of the reference implementation
/// (widest dtype first, then by name). throws  IoError; LogicError where shape and bytes disagree
/// or a name stands twice
void write_safetensors(const std::filesystem::path& path, std::vector<TensorToWrite> tensors,
                       const std::map<std::string, std::string>& metadata = {});

}  // namespace stockpot::io
