// SPDX-License-Identifier: Apache-2.0
#include "prune/method.hpp"

#include "core/error.hpp"

namespace stockpot::prune {
namespace {

struct Row {
  const char *name, *schedule, *score;
  bool denoise;
  const char *rewind, *scope;
};

// one row per method and one configs/methods/<name>.ini; sources: methods.md 3.1-3.3
// (isp), 3.6-3.8, 3.12
constexpr Row kMethods[] = {
    // name         schedule    score        denoise rewind     scope
    {"dense", "never", "magnitude", false, "keep", "global"},
    {"random", "at_start", "random", false, "keep", "global"},
    {"one_shot", "at_start", "magnitude", false, "keep", "global"},
    {"progressive", "interval", "magnitude", false, "keep", "global"},
    {"lth", "restarts", "magnitude", false, "initial", "global"},
    {"isp", "growing", "magnitude", true, "keep", "global"},
};

std::string chosen(const std::string& override_by, const char* own) {
  return override_by.empty() ? own : override_by;
}

}  // namespace

Method make_method(const config::PruneConfig& c) {
  for (const auto& row : kMethods)
    if (c.method == row.name)
      return {row.name,    chosen(c.schedule, row.schedule), chosen(c.score, row.score),
              row.denoise, chosen(c.rewind, row.rewind),     chosen(c.scope, row.scope)};
  throw ConfigError("prune.method " + c.method + " is unknown");
}

}  // namespace stockpot::prune
