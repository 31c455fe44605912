// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>

#include "config/run_config.hpp"

namespace stockpot::config {

/// Write every setting as an ini file; load() of it gives an equal configuration.
std::string to_ini(const RunConfig& config);

/// Write every setting as JSON, `{"seed": 1, "isp": {"rate": 0.15, ...}, ...}`: the attribute
/// `config_json` of result.h5.
std::string config_json(const RunConfig& config);

/// `key=value` lines, sorted by key, of the settings that differ from their defaults and have an
/// effect on the result (Effect::result); paths in the one spelling that they have from everywhere.
/// A setting that is added later leaves the text of older configurations as it is.
std::string canonical_text(const RunConfig& config);

/// 12 hexadecimal digits that name the result: a 48-bit hash of canonical_text.
std::string run_id(const RunConfig& config);

/// `<run_root>/<name>-<run id>`.
std::filesystem::path run_folder(const RunConfig& config);

}  // namespace stockpot::config
