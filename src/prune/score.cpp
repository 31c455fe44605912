// SPDX-License-Identifier: Apache-2.0
#include "prune/score.hpp"

#include "core/error.hpp"

namespace stockpot::prune {
namespace {

struct Row {
  const char* name;
  Score score;
};

// one row per score; a new one is one file in scores/, one row here, one value in
// config/run_config.hpp, one ini, one test
constexpr Row kScores[] = {
    {"magnitude", magnitude},
    {"random", random},
};

}  // namespace

Score score_by_name(const std::string& name) {
  for (const auto& row : kScores)
    if (name == row.name) return row.score;
  throw ConfigError("prune.score " + name + " is unknown");
}

}  // namespace stockpot::prune
