// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "config/run_config.hpp"
#include "model/model.hpp"
#include "soup/member_files.hpp"
#include "soup/recipe.hpp"
#include "train/placed_mask.hpp"

namespace stockpot::soup {

/// A network that some run has left behind.
struct FinishedMember {
  std::filesystem::path weights;
  std::string source;      ///< as soup.members names it
  train::SharedMask mask;  ///< of its result; all kept where there are only weights
};

/// The folders and files of soup.members, separated by blanks.
std::vector<std::filesystem::path> member_paths(const config::SoupConfig& config);

/// Their files.
MemberFiles files_of(const std::vector<FinishedMember>& members);

/// Where the members of a run's soup lie: those it names, else those it has kept in its folder.
MemberFiles member_files(const config::SoupConfig& config, const std::filesystem::path& folder);

/// Look at the members that soup.members names: that they are there, complete, networks of this
/// model, of this data set where their result tells it, and, unless the recipe prunes what it
/// mixes, under one mask. Reads headers and masks. Not collective. throws  ConfigError (78),
/// DataError (65), IoError (74), with the member in question
std::vector<FinishedMember> find_finished(const Recipe& recipe, const config::RunConfig& config,
                                          const model::Model& model);

}  // namespace stockpot::soup
