// SPDX-License-Identifier: Apache-2.0
#include "io/hdf5_writing.hpp"

#include <fmt/format.h>

#include <array>

#include "io/atomic_file.hpp"
#include "io/crc32.hpp"
#include "io/result_trailer.hpp"

namespace stockpot::io {

Hdf5Handle create_memory_file() {
  open_hdf5();
  const Hdf5Handle access = memory_file_access();
  const Hdf5Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  check_hdf5(H5Pset_obj_track_times(creation, false));
  return Hdf5Handle(H5Fcreate("in memory", H5F_ACC_TRUNC, creation, access), H5Fclose);
}

Hdf5Handle create_group(hid_t parent, const std::string& name) {
  const Hdf5Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  check_hdf5(H5Pset_obj_track_times(creation, false));
  check_hdf5(H5Pset_link_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED));
  return Hdf5Handle(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, creation, H5P_DEFAULT), H5Gclose);
}

std::string result_trailer(std::span<const std::byte> content) {
  return fmt::format("\nstockpot-crc32 {:08x}\n", crc32(content));
}

void write_memory_file(const std::filesystem::path& path, hid_t file) {
  check_hdf5(H5Fflush(file, H5F_SCOPE_GLOBAL));
  std::vector<std::byte> image(
      static_cast<std::size_t>(check_hdf5(H5Fget_file_image(file, nullptr, 0))));
  check_hdf5(H5Fget_file_image(file, image.data(), image.size()));
  const std::string trailer = result_trailer(image);
  const std::array parts{std::span<const std::byte>(image), std::as_bytes(std::span(trailer))};
  write_atomically(path, parts);
}

}  // namespace stockpot::io
