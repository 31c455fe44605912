// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "comm/group.hpp"
#include "model/model.hpp"

namespace stockpot::jobs {

/// See that there is something at `path`, the value of model.weights; IoError (74) that says what
/// makes it where there is nothing. "random" needs no file.
void require_weights(const std::filesystem::path& path);

/// Set the weights that a network starts with: those of `source.weights`, read by rank 0 and sent
/// to all, those made from them (CLIP's head), and random ones by the seed for the rest, or for all
/// where `source.weights` is "random".
///
/// digests  collects, on rank 0, what the files hold; null: nobody
/// returns  on rank 0: a line for every head tensor that starts at random although there is a file
/// throws   AgreedError where the file is not that of the model
/// collective over `comm`
std::vector<std::string> load_initial_weights(const model::WeightsSource& source,
                                              const model::Model& model, std::uint64_t seed,
                                              const comm::Group& comm, model::Weights& weights,
                                              io::InputDigests* digests = nullptr);

}  // namespace stockpot::jobs
