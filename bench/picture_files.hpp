// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "data/image/decode.hpp"

// Files of random pictures in the forms of official ones.
namespace stockpot::bench {

/// `count` images of 32 x 32 in CIFAR-10's binary form.
void write_cifar(const std::filesystem::path& file, std::int64_t count);

/// `count` pictures named by their numbers in `folder`, which need not be there.
data::PictureList numbered(const std::filesystem::path& folder, std::int64_t count);

/// Write `count` PPM files with sides from 25 to 94, as most of GTSRB's are, and list them.
data::PictureList gtsrb_like(const std::filesystem::path& folder, std::int64_t count);

}  // namespace stockpot::bench
