// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "data/image/image_source.hpp"
#include "data/image/unread_pictures.hpp"
#include "data/official_check.hpp"
#include "data/splits.hpp"

namespace stockpot::data {

/// Read the wanted splits of an image set whose files lie in `dir`.
///
/// Where pictures are files of their own, samples are chosen first (by counts alone) and only these
/// are decoded. What is kept of each is the smaller of the file's pixels and those that the model
/// needs; training pictures of CLIP keep a shorter side of at most 9/8 of the model's, since random
/// parts are cut from them. Validation is kept and preprocessed exactly as test.
/// official  is told how many samples the official parts have
/// digests   collects what the files hold; null: nobody
/// unread    is given the pictures that are files of their own instead of decoding them; null: all
///           are decoded
/// throws DataError, ConfigError
Splits load_images(const ImageSource& source, const std::filesystem::path& dir,
                   const config::DataConfig& config, std::uint64_t seed, const ImageForm& form,
                   const Wanted& wanted, OfficialCheck& official, io::InputDigests* digests,
                   std::vector<UnreadPictures>* unread = nullptr);

/// Where the files of CIFAR-10-C or CIFAR-100-C lie: data.corruptions.
SourceFolder corruption_folder(const config::DataConfig& config);

/// Read one severity (1..5) of one corruption of the test set, for the model of `form`: all
/// samples, or those that data.test_size and the seed choose of the test set too. throws DataError
Split load_corruption(const config::DataConfig& config, const std::string& corruption, int severity,
                      std::uint64_t seed, const ImageForm& form);

}  // namespace stockpot::data
