// SPDX-License-Identifier: Apache-2.0
#include "prune/scorer.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <optional>

#include "core/error.hpp"

namespace stockpot::prune {
namespace {

struct NamedScorer {
  const char* name;
  std::unique_ptr<Scorer> (*make)();
  const char *what, *source;
};

// one row per score; a new one is one file in scores/, one row here, one value in
// config/run_config.hpp, one ini, one test
constexpr NamedScorer kScores[] = {
    {"magnitude", make_magnitude, "abs(w), the largest stay", "ISP, BT, LTH; 2.1"},
    {"random", make_random, "a uniform number per weight, keyed", "ISP's code; 2.2"},
    {"snip", make_snip, "abs(w dL/dw) on `prune.score_batches` training batches, the largest stay",
     "SNIP; 3.10"},
    {"grasp", make_grasp,
     "-w (H g) of the loss at temperature 200 on `prune.samples_per_class` samples of each class, "
     "the largest go",
     "GraSP; 3.11"},
};

/// Calls visit(key) for the keys of the weights that `mask` keeps, until it returns false.
template <typename Visit>
void for_each_kept(const float* keys, const mask::Mask& mask, Visit visit) {
  std::int64_t base = 0;
  for (std::uint64_t word : mask.words()) {
    for (; word != 0; word &= word - 1)
      if (!visit(base + std::countr_zero(word), keys[base + std::countr_zero(word)])) return;
    base += 64;
  }
}

}  // namespace

std::unique_ptr<Scorer> make_scorer(const std::string& name) {
  for (const auto& row : kScores)
    if (name == row.name) return row.make();
  throw ConfigError("prune.score " + name + " is unknown");
}

std::vector<Described> described_scores() {
  std::vector<Described> all;
  for (const auto& row : kScores) all.push_back({row.name, row.what, row.source});
  return all;
}

void check_keys(const Keys& keys, const mask::Mask& mask, const std::string& score) {
  const auto host = keys.values.to(at::kCPU).contiguous();
  const float* values = host.const_data_ptr<float>();
  std::optional<float> first;
  bool all_equal = true;
  std::int64_t candidates = 0;
  for_each_kept(values, mask, [&](std::int64_t weight, float key) {
    if (!std::isfinite(key))
      throw NotFiniteError(fmt::format("the {} score of weight {} is not finite", score, weight),
                           fmt::format("it is {}; no weight was removed by it", key),
                           "look for damaged weights or data");
    if (first && key != *first) all_equal = false;
    first = first.value_or(key);
    ++candidates;
    return true;
  });
  if (candidates > 1 && all_equal)
    throw DataError(fmt::format("all {} weights have the same {} score", candidates, score),
                    fmt::format("it is {}: none matters more than another", *first),
                    "look at weights and data, or take another prune.score");
}

}  // namespace stockpot::prune
