// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

#include "io/input_digests.hpp"
#include "model/layout.hpp"

namespace stockpot::jobs {

/// How many weights a mask from outside keeps of each prunable tensor of `layout`, in canonical
/// order, counted from its bits.
///
/// path     run folder, result.h5, or masks of `export --format masks`
/// digests  collects what the file holds; null: nobody
/// throws   DataError (65) where it is none of these, or a tensor is missing or of another shape;
///          IoError
std::vector<std::int64_t> kept_per_tensor(const std::filesystem::path& path,
                                          const model::Layout& layout, io::InputDigests* digests);

}  // namespace stockpot::jobs
