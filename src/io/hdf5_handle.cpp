// SPDX-License-Identifier: Apache-2.0
#include "io/hdf5_handle.hpp"

#include <fmt/format.h>

#include <string>

#include "core/error.hpp"

namespace stockpot::io {

namespace {

herr_t add_line(unsigned depth, const H5E_error2_t* error, void* text) {
  if (depth < 4 && error->desc)
    *static_cast<std::string*>(text) += (depth ? ", " : "") + std::string(error->desc);
  return 0;
}

}  // namespace

hid_t check_hdf5(hid_t result, std::source_location where) {
  if (result >= 0) return result;
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, add_line, &text);
  H5Eclear2(H5E_DEFAULT);
  throw IoError(fmt::format("HDF5 failed in {} at {}:{}", where.function_name(), where.file_name(),
                            where.line()),
                text);
}

void open_hdf5() {
  check_hdf5(H5open());
  check_hdf5(H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr));
  check_hdf5(H5PLset_loading_state(0));
}

}  // namespace stockpot::io
