// SPDX-License-Identifier: Apache-2.0
#include "io/hdf5_reading.hpp"

#include <fmt/format.h>

#include <cstring>

#include "io/result_file.hpp"
#include "io/result_trailer.hpp"

namespace stockpot::io {

namespace {

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

herr_t add_name(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}
herr_t add_attribute_name(hid_t, const char* name, const H5A_info_t*, void* names) {
  return add_name(0, name, nullptr, names);
}

}  // namespace

void require(bool holds, const std::string& why) {
  if (!holds) throw DataError(why);
}

bool looks_like_hdf5(std::span<const std::byte> bytes) {
  constexpr std::string_view kMark("\x89HDF\r\n\x1a\n");
  return bytes.size() >= kMark.size() && std::memcmp(bytes.data(), kMark.data(), kMark.size()) == 0;
}

Hdf5Handle open_checked_hdf5(const MappedFile& file) {
  open_hdf5();
  require(looks_like_hdf5(file.bytes()), "it does not begin as an HDF5 file");
  check_trailer(file.bytes());
  const Hdf5Handle access = memory_file_access();
  // not by name again: it could be another by now
  const std::string same_file = fmt::format("/proc/self/fd/{}", file.descriptor());
  return {H5Fopen(same_file.c_str(), H5F_ACC_RDONLY, access), H5Fclose};
}

bool has_attribute(hid_t object, const std::string& name) {
  return check_hdf5(H5Aexists(object, name.c_str())) > 0;
}

bool has_child(hid_t parent, const char* name) {
  return check_hdf5(H5Lexists(parent, name, H5P_DEFAULT)) > 0;
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

std::vector<std::int64_t> shape_of(hid_t dataset) {
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
  std::vector<hsize_t> extent(
      static_cast<std::size_t>(check_hdf5(H5Sget_simple_extent_ndims(space))));
  check_hdf5(H5Sget_simple_extent_dims(space, extent.data(), nullptr));
  return {extent.begin(), extent.end()};
}

void require_plain(hid_t dataset, const std::string& name) {
  const Hdf5Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  require(H5Pget_layout(creation) == H5D_CONTIGUOUS, name + " is not stored in one piece");
  require(check_hdf5(H5Pget_external_count(creation)) == 0, name + " is stored in another file");
  require(check_hdf5(H5Pget_nfilters(creation)) == 0, name + " is stored by a filter");
}

}  // namespace stockpot::io
