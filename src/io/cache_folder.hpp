// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

namespace stockpot::io {

/// Where results that can be made again are kept between runs: $XDG_CACHE_HOME/stockpot, else
/// $HOME/.cache/stockpot; empty where neither is set. May not exist yet. Deleting it costs time
/// only. source: XDG Base Directory Specification 0.8
std::filesystem::path cache_folder();

}  // namespace stockpot::io
