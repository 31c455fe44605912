// SPDX-License-Identifier: Apache-2.0
#include "jobs/sweep_checker.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/error.hpp"
#include "data/load.hpp"

namespace stockpot::jobs {
namespace {

/// Settings that data, weights, vocabulary, device and back end follow from.
bool is_shared(const std::string& key) {
  constexpr std::array<std::string_view, 4> kSections{"data.", "model.", "dist.", "device"};
  return key == "seed" || std::ranges::any_of(kSections, [&](std::string_view section) {
           return key.starts_with(section);
         });
}

std::string shared_among(const config::Source& settings) {
  std::string text;
  for (const auto& [key, value, where] : settings)
    if (is_shared(key)) text.append(key).append("=").append(value).append("\n");
  return text;
}

/// The error of a run that would end by `problem`.
[[noreturn]] void raise(const Problem& problem) {
  if (problem.code == ExitCode::bad_input) throw DataError(problem.text);
  if (problem.code == ExitCode::input_output) throw IoError(problem.text);
  throw ConfigError(problem.text);
}

/// The samples of a point: lengths of texts are known only where they are read, and small.
data::Splits splits_of(const config::RunConfig& config) {
  const auto form = model::image_form(config.model);
  if (config.data.dir.empty()) return data::imagine(config.data, config.seed, form);
  data::Wanted wanted;
  wanted.contents = data::find_image_source(config.data.name) == nullptr;
  return data::load(config.data, config.seed, form, vocabulary_of(config.model), wanted);
}

}  // namespace

struct SweepChecker::Known {
  std::vector<Problem> problems;  ///< of the first point that has these settings
  data::Splits splits;
};

SweepChecker::SweepChecker() = default;
SweepChecker::~SweepChecker() = default;

const SweepChecker::Known& SweepChecker::known_of(const config::RunConfig& config,
                                                  const config::Source& settings,
                                                  const std::filesystem::path& folder) {
  auto& known = known_[shared_among(settings)];
  if (!known) {
    auto found = std::make_unique<Known>();
    found->problems = find_problems(config, folder, false).problems;
    if (found->problems.empty()) found->splits = splits_of(config);
    known = std::move(found);
  }
  return *known;
}

Setup SweepChecker::setup_of(const config::RunConfig& config, const config::Source& settings,
                             const std::filesystem::path& folder) {
  const auto& known = known_of(config, settings, folder);
  if (!known.problems.empty()) raise(known.problems.front());
  return setup_for(known.splits, Inputs(io::DigestCache::Trust::remembered), config);
}

}  // namespace stockpot::jobs
