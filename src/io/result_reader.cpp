// SPDX-License-Identifier: Apache-2.0
// 1. The file must end with the checksum of all that stands before it.
// 2. HDF5 reads it into memory, and only names that write_result knows are opened: hard links,
// one-dimensional contiguous datasets of exactly our types, no external storage, no filters, no
// more bytes than the file has.
// 3. What is missing stays as RunResult has it, and what has a name of another version is passed
// over unopened, so that the format can grow.
// 4. Masks are recounted.
// source: result_format.md, "What a reader refuses" (a file can make HDF5 read other files, or
// declare 2^44 elements)
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/error.hpp"
#include "io/hdf5_reading.hpp"
#include "io/result_file.hpp"
#include "io/result_layout.hpp"

namespace stockpot::io {

namespace {

/// Reads results whose parts are no larger than the file.
class Reader {
 public:
  Reader(hid_t file, std::uint64_t file_bytes) : file_(file), file_bytes_(file_bytes) {}

  RunResult read() const {
    RunResult result;
    require(read_attribute<std::string>(file_, "format") == kResultFormat,
            "its format is not " + std::string(kResultFormat));
    const auto version = read_attribute<std::int64_t>(file_, "format_version");
    require(
        version == kResultVersion,
        fmt::format("format version {} is not the one known here, {}", version, kResultVersion));
    read_attributes(file_, kRootAttributes, result);
    read_provenance(result);
    read_summary(result);
    if (has_child(file_, "metrics")) open_child(file_, "metrics", H5O_TYPE_GROUP);
    for_each_in(kTables, [&](const auto& table) { read_table(table.group, result.*table.rows); });
    read_masks(result);
    read_denoiser_masks(result);
    return result;
  }

 private:
  template <typename List>
  static void read_attributes(hid_t object, const List& list, RunResult& result) {
    for_each_in(list, [&]<typename T>(const Column<RunResult, T>& attribute) {
      if (has_attribute(object, attribute.name))
        result.*attribute.member = read_attribute<T>(object, attribute.name);
    });
  }

  void read_provenance(RunResult& result) const {
    if (!has_child(file_, "provenance")) return;
    const Hdf5Handle group = open_child(file_, "provenance", H5O_TYPE_GROUP);
    for (const std::string& name : attributes_of(group))
      if (is_one<std::string>(group, name))
        result.provenance.emplace_back(name, read_attribute<std::string>(group, name));
  }

  void read_summary(RunResult& result) const {
    if (!has_child(file_, "result")) return;
    const Hdf5Handle group = open_child(file_, "result", H5O_TYPE_GROUP);
    read_attributes(group, kResultAttributes, result);
    std::vector<std::string> known{"sparsity"};
    for_each_in(kResultAttributes,
                [&](const auto& attribute) { known.emplace_back(attribute.name); });
    for (const std::string& name : attributes_of(group)) {
      if (std::find(known.begin(), known.end(), name) == known.end() && is_one<double>(group, name))
        result.extra_metrics[name] = read_attribute<double>(group, name);
    }
  }

  template <typename T>
  std::vector<T> read_column(hid_t dataset, const std::string& name) const {
    const Hdf5Handle found(H5Dget_type(dataset), H5Tclose);
    if constexpr (std::is_same_v<T, std::int64_t>)
      if (is_type<double>(found)) return whole_numbers(read_column<double>(dataset, name), name);
    require(shape_of(dataset).size() == 1, name + " is not one-dimensional");
    return read_dataset<T>(dataset, name, file_bytes_);
  }

  /// Counts that files before 0.2 hold as doubles (/cost: flops).
  static std::vector<std::int64_t> whole_numbers(const std::vector<double>& values,
                                                 const std::string& name) {
    std::vector<std::int64_t> whole;
    for (const double value : values) {
      require(std::abs(value) < 0x1p63 && std::nearbyint(value) == value,
              name + " has a value that is no whole number");
      whole.push_back(static_cast<std::int64_t>(value));
    }
    return whole;
  }

  template <typename Row>
  void read_table(const std::string& name, std::vector<Row>& rows) const {
    // tables and columns that this file is too old for stay as they are
    if (name.starts_with("/metrics/") && !has_child(file_, "metrics")) return;
    if (!has_child(file_, name.c_str())) return;
    const Hdf5Handle group = open_child(file_, name, H5O_TYPE_GROUP);
    bool first = true;
    for_each_in(kColumns<Row>, [&]<typename T>(const Column<Row, T>& column) {
      if (!has_child(group, column.name)) return;
      const Hdf5Handle dataset = open_child(group, column.name, H5O_TYPE_DATASET);
      std::vector<T> values = read_column<T>(dataset, name + "/" + column.name);
      if (std::exchange(first, false)) rows.resize(values.size());
      require(values.size() == rows.size(), "the columns of " + name + " differ in length");
      for (std::size_t i = 0; i < rows.size(); ++i) rows[i].*column.member = std::move(values[i]);
    });
  }

  PackedMask read_mask(hid_t group, const std::string& name) const {
    const Hdf5Handle dataset = open_child(group, name, H5O_TYPE_DATASET);
    PackedMask mask{.name = name,
                    .shape = read_attribute_values<std::int64_t>(dataset, "shape"),
                    .kept = read_attribute<std::int64_t>(dataset, "kept"),
                    .bits = read_column<std::uint8_t>(dataset, "mask " + name)};
    std::uint64_t weights = 1;
    for (const std::int64_t dimension : mask.shape) {
      require(dimension >= 0 &&
                  !__builtin_mul_overflow(weights, static_cast<std::uint64_t>(dimension), &weights),
              "mask " + name + " has an absurd shape");
    }
    require(mask.bits.size() == weights / 8 + (weights % 8 != 0),
            "mask " + name + " has another number of bits than its shape says");
    const bool padded_with_zeros =
        weights % 8 == 0 || static_cast<std::uint8_t>(mask.bits.back() << (weights % 8)) == 0;
    require(padded_with_zeros, "mask " + name + " has bits beyond its last weight");
    const std::int64_t counted = count_kept(mask.bits);
    require(counted == mask.kept,
            fmt::format("mask {} says that it keeps {} weights, its bits say {}", name, mask.kept,
                        counted));
    return mask;
  }

  void read_masks(RunResult& result) const {
    if (!has_child(file_, "masks")) return;
    const Hdf5Handle group = open_child(file_, "masks", H5O_TYPE_GROUP);
    for (const std::string& name : children_of(group))
      result.masks.push_back(read_mask(group, name));
  }

  /// The number that names a child of /denoisers/masks; none where it is something else.
  static std::optional<std::int64_t> number_in(const std::string& name) {
    if (name.empty() || name.size() >= 10 ||
        name.find_first_not_of("0123456789") != std::string::npos)
      return std::nullopt;
    return std::stoll(name);
  }

  void read_denoiser_masks(RunResult& result) const {
    if (!has_child(file_, "denoisers")) return;
    const Hdf5Handle denoisers = open_child(file_, "denoisers", H5O_TYPE_GROUP);
    if (!has_child(denoisers, "masks")) return;
    const Hdf5Handle all = open_child(denoisers, "masks", H5O_TYPE_GROUP);
    for (const std::string& name : children_of(all)) {
      const auto round = number_in(name);
      if (!round) continue;
      const Hdf5Handle group = open_child(all, name, H5O_TYPE_GROUP);
      for (const std::string& member : children_of(group)) {
        const auto denoiser = number_in(member);
        if (!denoiser) continue;
        PackedMask mask = read_mask(group, member);
        require(mask.shape.size() == 1, "a denoiser's mask is flat");
        result.denoiser_masks.push_back(
            {*round, *denoiser, mask.kept, mask.shape[0], std::move(mask.bits)});
      }
    }
  }

  hid_t file_;
  std::uint64_t file_bytes_;
};

}  // namespace

RunResult read_result(const std::filesystem::path& path) {
  const MappedFile checked(path);
  try {
    const Hdf5Handle file = open_checked_hdf5(checked);
    RunResult result = Reader(file, checked.bytes().size()).read();
    checked.check_unchanged();
    return result;
  } catch (const Error& error) {
    throw DataError(path.string() + " is not a result that can be read", error.what());
  }
}

}  // namespace stockpot::io
