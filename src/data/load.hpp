// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "data/image/image_source.hpp"
#include "data/image/unread_pictures.hpp"
#include "data/splits.hpp"

namespace stockpot::data {

/// Folder of the official files: data.dir, or where the set usually lies. ConfigError where it has
/// no usual place and none is named.
std::filesystem::path folder_of(const config::DataConfig& config);

/// Read the data set that the settings name, whole into memory, and cut it into train, validation
/// and test.
///
/// DataError (file, offset, reason) where a file is missing or damaged, or the set is not the
/// official one of its name (data.official); ConfigError where a setting
/// does not fit the set. Needs no other rank: call it on every rank before the first collective.
/// vocabulary  of texts: a file or folder (WordPiece::load)
/// wanted      splits that nobody wants have no data set
/// digests     collects what the data files hold; null: nobody, and no checksums are compared
/// unread      is given the pictures of sets where each is a file of its own, for its owner to read
///             before any sample is filled; null: they are decoded here
Splits load(const config::DataConfig& config, std::uint64_t seed, const ImageForm& form = {},
            const std::filesystem::path& vocabulary = {}, const Wanted& wanted = {},
            io::InputDigests* digests = nullptr, std::vector<UnreadPictures>* unread = nullptr);

/// Whether the set's pictures are files of their own, which the ranks of a node decode once.
bool has_picture_files(const config::DataConfig& config);

/// The data set that the settings name by its official sizes, without any file, for a plan: images
/// are black, texts data.max_length tokens long, all of class 0. ConfigError where a setting does
/// not fit the set.
Splits imagine(const config::DataConfig& config, std::uint64_t seed, const ImageForm& form = {});

/// What the classes of a set of texts mean, in their order, for other tools; "score" for a
/// regression. Reads train.tsv of a user's own texts. throws as load() does
std::vector<std::string> label_words(const config::DataConfig& config);

/// The unlabelled official test file of a GLUE task, whole: what its owners score. mismatched:
/// MNLI's other one. digests as of load(). throws as load() does
Split load_submission(const config::DataConfig& config, bool mismatched,
                      const std::filesystem::path& vocabulary, io::InputDigests* digests = nullptr);

}  // namespace stockpot::data
