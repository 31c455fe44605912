// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "comm/group.hpp"
#include "config/run_config.hpp"
#include "core/provenance.hpp"
#include "io/input_digests.hpp"
#include "io/run_result.hpp"

namespace stockpot::jobs {

/// What the input files of a run hold, by what they are for. Data, vocabulary and model are known
/// once a Setup is made, on every rank; weights and members on rank 0 once they are loaded or
/// compared.
struct Inputs {
  explicit Inputs(io::DigestCache::Trust trust);

  io::InputDigests data, vocabulary, model, weights, corruptions, masks, members;
};

/// Collect vocabulary and config.json. throws DataError, IoError
void collect_small_inputs(const config::RunConfig& config, Inputs& inputs);

/// Collect the weights' files without loading them. throws DataError, IoError
void collect_weights(const config::RunConfig& config, Inputs& inputs);

/// Collect the files of what soup.members names, without loading them: weights, and results of
/// finished runs. throws DataError, IoError
void collect_members(const config::SoupConfig& config, Inputs& inputs);

/// All that has been collected, by role.
std::vector<io::InputRow> rows_of(const Inputs& inputs, const config::RunConfig& config);

/// One SHA-256 for all rows of a role; empty where there are none.
std::string digest_of(const std::vector<io::InputRow>& rows, const std::string& role);

/// One SHA-256 for all of them; empty where there are none.
std::string digest_of_all(const std::vector<io::InputRow>& rows);

/// What is different, a line each: `here` and `there` are words for the two.
std::vector<std::string> differences(const std::vector<io::InputRow>& a, const std::string& here,
                                     const std::vector<io::InputRow>& b, const std::string& there);

/// Throw ConfigError (78) if weights, members, data or vocabulary are not those of a result that is
/// there. Collects digests of weights and members. A result that names no inputs was made before
/// they were recorded.
void require_same_inputs(const io::RunResult& found, const config::RunConfig& config,
                         Inputs& inputs);

/// Paths and digests, for /provenance.
Provenance input_provenance(const Inputs& inputs);

/// See that all ranks read the same files. throws AgreedError (65) that names the first rank that
/// did not, its host, and the files
/// collective over `world`
void agree_on_inputs(const Inputs& inputs, const config::RunConfig& config,
                     const comm::Group& world);

}  // namespace stockpot::jobs
