// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "config/run_config.hpp"

namespace stockpot::config {

/// Something that is wrong between settings which are each in range: `<key> <text>` is the message.
struct Problem {
  std::string key;  ///< the setting to change
  std::string text;
};

/// What a configuration is for.
enum class Use { training, prediction };

/// Find every contradiction between settings that shows without reading data or weights. A
/// prediction has no use for [train] and [dist], and is not stopped by them.
std::vector<Problem> check(const RunConfig& config, Use use = Use::training);

}  // namespace stockpot::config
