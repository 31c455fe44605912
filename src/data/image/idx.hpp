// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "data/image/image_set.hpp"

namespace stockpot::data {

/// Read one part of MNIST or Fashion-MNIST from its two official IDX files, plain or .gz.
///
/// Labels must lie below `classes`. DataError names file, offset and reason.
/// source: the IDX format, http://yann.lecun.com/exdb/mnist (magic 0x801 and 0x803, big-endian
/// sizes, uint8).
ImageSet read_idx(const SourceFolder& folder, Part part, std::int64_t classes);

/// The same part by headers and file sizes, without pixels and labels. DataError as read_idx, but
/// for what only the values show.
ImageCount count_idx(const SourceFolder& folder, Part part);

}  // namespace stockpot::data
