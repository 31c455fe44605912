// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "data/image/image_set.hpp"

namespace stockpot::data {

/// The corruptions of CIFAR-10-C and CIFAR-100-C: the 15 of the benchmark, then its 4 extra ones.
/// source: Hendrycks & Dietterich, ICLR 2019.
constexpr std::array<std::string_view, 19> kCorruptions{"gaussian_noise",
                                                        "shot_noise",
                                                        "impulse_noise",
                                                        "defocus_blur",
                                                        "glass_blur",
                                                        "motion_blur",
                                                        "zoom_blur",
                                                        "snow",
                                                        "frost",
                                                        "fog",
                                                        "brightness",
                                                        "contrast",
                                                        "elastic_transform",
                                                        "pixelate",
                                                        "jpeg_compression",
                                                        "speckle_noise",
                                                        "gaussian_blur",
                                                        "spatter",
                                                        "saturate"};
constexpr std::size_t kBenchmarkCorruptions = 15;
constexpr int kSeverities = 5;

/// Names of the corruptions whose files lie in the folder, in the order above, by their headers.
/// DataError where one of the 15 of the benchmark, or labels.npy, is missing, or a file has another
/// form.
std::vector<std::string> find_corruptions(const SourceFolder& folder);

/// Read severity 1..5 of one corruption: a fifth of <corruption>.npy (uint8 [N, 32, 32, 3]) and of
/// labels.npy.
ImageSet read_corruption(const SourceFolder& folder, const std::string& corruption, int severity,
                         std::int64_t classes);

}  // namespace stockpot::data
