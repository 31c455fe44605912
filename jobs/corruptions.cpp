// SPDX-License-Identifier: Apache-2.0
#include "jobs/corruptions.hpp"

#include <fmt/format.h>

#include "comm/all_or_none.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "data/image/corruption.hpp"
#include "data/image/load_images.hpp"
#include "data/official_check.hpp"
#include "model/model.hpp"

namespace stockpot::jobs {
namespace {

/// The labels tell whose corruptions they are: those of CIFAR-10-C would pass for CIFAR-100-C's.
void check_labels(const config::DataConfig& config) {
  if (config.official == "no") return;
  const auto path = std::filesystem::path(config.corruptions) / "labels.npy";
  io::InputDigests digests(io::DigestCache(""), true);
  data::read_file(path, data::kLargestInput, &digests);
  for (const auto& file : data::find_official_set(config.name + "_c")->files) {
    if (file.names.front() != path.filename()) continue;
    if (const auto text = data::difference(file, digests.all().front().content); !text.empty())
      throw DataError(path.string() + ": " + text,
                      "is this the corrupted test set of " + config.name + "?",
                      "data.official=no uses it");
  }
}

}  // namespace

void check_corruptions(const config::RunConfig& config, io::InputDigests* digests) {
  if (config.data.corruptions.empty()) return;
  const auto folder = data::corruption_folder(config.data);
  const auto found = data::find_corruptions(folder);
  check_labels(config.data);
  if (digests == nullptr) return;
  digests->add_file(folder.path / "labels.npy");
  for (const auto& corruption : found) digests->add_file(folder.path / (corruption + ".npy"));
}

std::vector<io::CorruptionRow> score_corruptions(const config::RunConfig& config,
                                                 const Evaluate& evaluate,
                                                 const comm::Group& world) {
  if (config.data.corruptions.empty()) return {};
  std::vector<std::string> found;
  comm::all_or_none(world,
                    [&] { found = data::find_corruptions(data::corruption_folder(config.data)); });
  log_info(fmt::format("testing {} corruptions at {} severities", found.size(), data::kSeverities));
  const auto form = model::image_form(config.model);
  std::vector<io::CorruptionRow> rows;
  for (const auto& corruption : found)
    for (int severity = 1; severity <= data::kSeverities; ++severity) {
      data::Split split;
      comm::all_or_none(world, [&] {
        split = data::load_corruption(config.data, corruption, severity, config.seed, form);
      });
      const auto evaluation = evaluate(split);
      rows.push_back(
          {corruption, severity, split.size(), evaluation.scores.primary, evaluation.loss});
    }
  return rows;
}

std::map<std::string, double> corruption_means(const std::vector<io::CorruptionRow>& rows) {
  std::map<std::string, double> means;
  for (const auto corruptions : {data::kBenchmarkCorruptions, data::kCorruptions.size()}) {
    const auto count = corruptions * data::kSeverities;  // the benchmark's come first
    if (rows.size() < count) continue;
    std::vector<double> accuracies;
    for (std::size_t i = 0; i < count; ++i) accuracies.push_back(rows[i].metric);
    means[fmt::format("corrupted_accuracy_{}", corruptions)] =
        train::mean_corruption_accuracy(accuracies, corruptions, data::kSeverities);
  }
  return means;
}

}  // namespace stockpot::jobs
