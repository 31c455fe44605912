// SPDX-License-Identifier: Apache-2.0
#include "io/cache_folder.hpp"

#include <cstdlib>

namespace stockpot::io {

std::filesystem::path cache_folder() {
  const auto folder_in = [](const char* variable) {
    const char* value = std::getenv(variable);
    const std::filesystem::path folder = value == nullptr ? "" : value;
    return folder.is_absolute()
               ? folder
               : std::filesystem::path();  // the specification: relative ones do not count
  };
  if (const auto caches = folder_in("XDG_CACHE_HOME"); !caches.empty()) return caches / "stockpot";
  if (const auto home = folder_in("HOME"); !home.empty()) return home / ".cache" / "stockpot";
  return {};
}

}  // namespace stockpot::io
