// SPDX-License-Identifier: Apache-2.0
#include "prune/scorer.hpp"

#include "core/error.hpp"

namespace stockpot::prune {
namespace {

struct NamedScorer {
  const char* name;
  std::unique_ptr<Scorer> (*make)();
};

// one row per score; a new one is one file in scores/, one row here, one value in
// config/run_config.hpp, one ini, one test
constexpr NamedScorer kScores[] = {
    {"magnitude", make_magnitude},
    {"random", make_random},
};

}  // namespace

std::unique_ptr<Scorer> make_scorer(const std::string& name) {
  for (const auto& row : kScores)
    if (name == row.name) return row.make();
  throw ConfigError("prune.score " + name + " is unknown");
}

}  // namespace stockpot::prune
