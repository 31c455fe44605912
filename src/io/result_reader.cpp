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
#include <cstring>
#include <optional>

#include "core/error.hpp"
#include "io/hdf5_types.hpp"
#include "io/input_file.hpp"
#include "io/result_file.hpp"
#include "io/result_layout.hpp"
#include "io/result_trailer.hpp"

namespace stockpot::io {

namespace {

/// A reason to refuse the file; read_result adds its name.
void require(bool holds, const std::string& why) {
  if (!holds) throw DataError(why);
}

void check_trailer(std::span<const std::byte> bytes) {
  require(bytes.size() > kTrailerBytes, "too short");
  const auto content = bytes.first(bytes.size() - kTrailerBytes);
  const auto trailer = bytes.last(kTrailerBytes);
  const std::string expected = result_trailer(content);
  const std::string_view found(reinterpret_cast<const char*>(trailer.data()), trailer.size());
  require(found.starts_with(std::string_view(expected).substr(0, expected.find(' '))),
          "it does not end with our checksum: cut short, or written by another program");
  require(found == expected, "its checksum does not fit: damaged, or changed after it was written");
}

bool has_attribute(hid_t object, const std::string& name) {
  return check_hdf5(H5Aexists(object, name.c_str())) > 0;
}

Hdf5Handle open_child(hid_t parent, const std::string& name, H5O_type_t kind) {
  H5L_info_t link{};
  check_hdf5(H5Lget_info(parent, name.c_str(), &link, H5P_DEFAULT));
  require(link.type == H5L_TYPE_HARD, name + " is a link to elsewhere");
  Hdf5Handle object(H5Oopen(parent, name.c_str(), H5P_DEFAULT), H5Oclose);
  H5O_info_t info{};
  check_hdf5(H5Oget_info2(object, &info, H5O_INFO_BASIC));
  require(info.type == kind, name + " is not the kind of object it should be");
  return object;
}

bool has_child(hid_t parent, const char* name) {
  return check_hdf5(H5Lexists(parent, name, H5P_DEFAULT)) > 0;
}

herr_t add_name(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}
herr_t add_attribute_name(hid_t, const char* name, const H5A_info_t*, void* names) {
  return add_name(0, name, nullptr, names);
}

std::vector<std::string> children_of(hid_t group) {
  std::vector<std::string> names;
  check_hdf5(H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, add_name, &names));
  return names;
}

std::vector<std::string> attributes_of(hid_t object) {
  std::vector<std::string> names;
  check_hdf5(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, add_attribute_name, &names));
  return names;
}

/// One value per element, freeing the text that HDF5 allocated.
template <typename T, typename Read>
std::vector<T> read_elements(hid_t type, hid_t space, Read read) {
  const hssize_t size = H5Sget_simple_extent_npoints(space);
  check_hdf5(size);
  std::vector<Hdf5Element<T>> buffer(static_cast<std::size_t>(size));
  if (buffer.empty()) return {};
  check_hdf5(read(buffer.data()));
  if constexpr (std::is_same_v<T, std::string>) {
    std::vector<T> values;
    for (const char* text : buffer) values.emplace_back(text ? text : "");
    check_hdf5(H5Dvlen_reclaim(type, space, H5P_DEFAULT, buffer.data()));
    return values;
  } else {
    return {buffer.begin(), buffer.end()};
  }
}

template <typename T>
bool is_type(hid_t found) {
  return check_hdf5(H5Tequal(found, hdf5_type<T>())) > 0;
}

template <typename T>
void require_type(hid_t found, const std::string& name) {
  require(is_type<T>(found), name + " has another type than it should have");
}

/// Whether an attribute is one value of type T.
template <typename T>
bool is_one(hid_t object, const std::string& name) {
  const Hdf5Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  const Hdf5Handle type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
  return is_type<T>(type) && check_hdf5(H5Sget_simple_extent_npoints(space)) == 1;
}

template <typename T>
std::vector<T> read_attribute_values(hid_t object, const std::string& name) {
  const Hdf5Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  const Hdf5Handle found(H5Aget_type(attribute), H5Tclose),
      type = hdf5_type<T>(), space(H5Aget_space(attribute), H5Sclose);
  require_type<T>(found, "attribute " + name);
  return read_elements<T>(type, space,
                          [&](void* buffer) { return H5Aread(attribute, type, buffer); });
}

template <typename T>
T read_attribute(hid_t object, const std::string& name) {
  auto values = read_attribute_values<T>(object, name);
  require(values.size() == 1, "attribute " + name + " is not one value");
  return std::move(values.front());
}

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
  std::vector<T> read_dataset(hid_t dataset, const std::string& name) const {
    const Hdf5Handle found(H5Dget_type(dataset), H5Tclose);
    if constexpr (std::is_same_v<T, std::int64_t>)
      if (is_type<double>(found)) return whole_numbers(read_dataset<double>(dataset, name), name);
    const Hdf5Handle creation(H5Dget_create_plist(dataset), H5Pclose),
        space(H5Dget_space(dataset), H5Sclose), type = hdf5_type<T>();
    require(H5Pget_layout(creation) == H5D_CONTIGUOUS, name + " is not stored in one piece");
    require(check_hdf5(H5Pget_external_count(creation)) == 0, name + " is stored in another file");
    require(check_hdf5(H5Pget_nfilters(creation)) == 0, name + " is stored by a filter");
    require(H5Sget_simple_extent_ndims(space) == 1, name + " is not one-dimensional");
    require_type<T>(found, name);
    const auto elements =
        static_cast<std::uint64_t>(check_hdf5(H5Sget_simple_extent_npoints(space)));
    require(elements <= file_bytes_ / H5Tget_size(type),
            name + " declares more elements than the file can hold");
    if constexpr (std::is_same_v<T, std::string>) {
      hsize_t text_bytes = 0;
      check_hdf5(H5Dvlen_get_buf_size(dataset, type, space, &text_bytes));
      require(text_bytes <= file_bytes_, name + " has more text than the file can hold");
    }
    return read_elements<T>(type, space, [&](void* buffer) {
      return H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer);
    });
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
      std::vector<T> values = read_dataset<T>(dataset, name + "/" + column.name);
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
                    .bits = read_dataset<std::uint8_t>(dataset, "mask " + name)};
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

bool looks_like_hdf5(std::span<const std::byte> bytes) {
  constexpr std::string_view kMark("\x89HDF\r\n\x1a\n");
  return bytes.size() >= kMark.size() && std::memcmp(bytes.data(), kMark.data(), kMark.size()) == 0;
}

RunResult read_result(const std::filesystem::path& path) {
  const MappedFile checked(path);
  open_hdf5();
  try {
    require(looks_like_hdf5(checked.bytes()), "it does not begin as an HDF5 file");
    check_trailer(checked.bytes());
    const Hdf5Handle access = memory_file_access();
    // not by name again: it could be another by now
    const std::string same_file = fmt::format("/proc/self/fd/{}", checked.descriptor());
    const Hdf5Handle file(H5Fopen(same_file.c_str(), H5F_ACC_RDONLY, access), H5Fclose);
    RunResult result = Reader(file, checked.bytes().size()).read();
    checked.check_unchanged();
    return result;
  } catch (const Error& error) {
    throw DataError(path.string() + " is not a result that can be read", error.what());
  }
}

}  // namespace stockpot::io
