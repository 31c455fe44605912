// SPDX-License-Identifier: Apache-2.0
// stockpot predict: settings or a run -> one split -> network -> forward passes dealt to the ranks
// -> rows gathered by bits -> HDF5, submission.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "comm/all_or_none.hpp"
#include "config/command_line.hpp"
#include "config/help.hpp"
#include "config/load.hpp"
#include "config/render.hpp"
#include "core/escape.hpp"
#include "core/log.hpp"
#include "core/provenance.hpp"
#include "data/load.hpp"
#include "data/text/glue.hpp"
#include "io/atomic_file.hpp"
#include "jobs/answers.hpp"
#include "jobs/corruptions.hpp"
#include "jobs/initial_weights.hpp"
#include "jobs/inputs.hpp"
#include "jobs/job.hpp"
#include "jobs/placement.hpp"
#include "jobs/prediction_table.hpp"
#include "jobs/saved_run.hpp"
#include "jobs/setup.hpp"
#include "jobs/shared_pictures.hpp"

namespace stockpot::jobs {
namespace {

namespace fs = std::filesystem;

const std::vector<config::Flag> kFlags = {
    {"split", "NAME",
     "train, validation, test (default) or submission; mnli: also mismatched, "
     "submission_mismatched"},
    {"out", "FILE", "HDF5 file to write; the labels of a submission go beside it, as .tsv"},
    {"save-inputs", "", "also write token ids and lengths, or pixels, as the model saw them"},
    {"help", "", "the most used settings"},
    {"help-all", "", "every setting"},
};

struct Request {
  config::RunConfig config;
  fs::path weights;  ///< or "random"
  std::string split;
  fs::path out;
  bool save_inputs;

  bool is_submission() const { return split.starts_with("submission"); }
  bool tests_corruptions() const { return split == "test" && !config.data.corruptions.empty(); }
};

Request read_request(const config::CommandLine& line) {
  const auto out = line.value("out");
  if (!out)
    throw UsageError("predict needs --out FILE", "",
                     "stockpot predict runs/<run> --out predictions.h5");
  Request request{.config = {},
                  .weights = {},
                  .split = line.value("split").value_or("test"),
                  .out = *out,
                  .save_inputs = line.has("save-inputs")};
  std::error_code ignored;
  if (line.files.size() == 1 && fs::is_directory(line.files[0], ignored)) {
    auto run = open_saved_run(line.files[0], line.settings, config::Use::prediction);
    request.config = std::move(run.config);
    request.weights = std::move(run.weights);
  } else {
    request.config = config::load(line.files, line.settings, config::Use::prediction);
    request.weights = request.config.model.weights;
  }
  return request;
}

data::Split load_split(const Request& request, Inputs& inputs,
                       std::vector<data::UnreadPictures>& unread) {
  const auto& config = request.config;
  const auto vocabulary = vocabulary_of(config.model);
  if (request.is_submission())
    return data::load_submission(config.data, request.split == "submission_mismatched", vocabulary,
                                 &inputs.data);
  const auto splits =
      data::load(config.data, config.seed, model::image_form(config.model), vocabulary,
                 data::Wanted::only(request.split), &inputs.data, &unread);
  std::vector<data::NamedSplit> known = {
      {"train", splits.train}, {"validation", splits.validation}, {"test", splits.test}};
  known.insert(known.end(), splits.more_tests.begin(), splits.more_tests.end());
  const auto found = std::ranges::find(known, request.split, &data::NamedSplit::name);
  if (found == known.end())
    throw UsageError("--split " + request.split + " is unknown", "",
                     "train, validation, test or submission");
  if (found->split.size() == 0)
    throw ConfigError("the " + request.split + " split is empty", "",
                      "give data." + request.split + "_size another value");
  return found->split;
}

/// collective over `world`
std::vector<io::CorruptionRow> corruptions_of(const Request& request, const train::Network& network,
                                              const comm::Group& world) {
  if (!request.tests_corruptions()) return {};
  return score_corruptions(
      request.config,
      [&](const data::Split& split) {
        return train::evaluate(network, split, world, request.config.data.name);
      },
      world);
}

void print_corruptions(const std::vector<io::CorruptionRow>& rows) {
  for (const auto& row : rows)
    fmt::print("{:<18} severity {}: accuracy {:.4f}, loss {:.4f}\n", row.corruption, row.severity,
               row.metric, row.loss);
  for (const auto& [name, mean] : corruption_means(rows)) fmt::print("{} {:.4f}\n", name, mean);
}

/// What the prediction file says of itself.
std::map<std::string, std::string> facts_of(const Request& request, const Inputs& inputs,
                                            const std::vector<io::CorruptionRow>& corruptions) {
  std::map<std::string, std::string> facts = {{"data", request.config.data.name},
                                              {"split", request.split},
                                              {"model", request.config.model.name},
                                              {"weights", request.weights.string()},
                                              {"config_json", config::config_json(request.config)},
                                              {"software", version_line()}};
  for (const auto& [name, mean] : corruption_means(corruptions))
    facts[name] = fmt::format("{}", mean);
  auto with_weights = request.config;
  with_weights.model.weights = request.weights.string();
  const auto rows = rows_of(inputs, with_weights);
  for (const std::string role : {"weights", "data", "vocabulary"})
    if (const auto digest = digest_of(rows, role); !digest.empty())
      facts[role + "_sha256"] = digest;
  return facts;
}

void write_files(const Request& request, const Inputs& inputs, const data::Split& split,
                 const Answers& answers, const std::vector<io::CorruptionRow>& corruptions) {
  if (!std::ranges::all_of(answers.logits, [](float x) { return std::isfinite(x); }))
    throw NotFiniteError("a logit is NaN or infinite",
                         "weights of " + request.weights.string() + " overflow",
                         "the training diverged, or train.precision is too narrow");
  const auto& config = request.config;
  const auto table = prediction_table({.facts = facts_of(request, inputs, corruptions),
                                       .has_labels = !request.is_submission(),
                                       .save_inputs = request.save_inputs},
                                      split, answers);
  if (request.is_submission())
    io::write_atomically(fs::path(request.out).replace_extension(".tsv"),
                         submission_text(split, answers));
  io::write_predictions(request.out, table);
  print_corruptions(corruptions);
  fmt::print("{}: {} samples of {} ({}), logits [{}], features [{}]\n",
             escaped(request.out.string()), split.size(), config.data.name, request.split,
             answers.outputs, answers.width);
}

void check_target(const Request& request) {
  const auto parent = fs::absolute(request.out).parent_path();
  if (!fs::is_directory(parent))
    throw IoError("cannot write " + request.out.string(), parent.string() + " is not a folder",
                  "make it first");
  if (request.is_submission() && request.out.extension() == ".tsv")
    throw UsageError("--out " + request.out.string() + " is the name of the submission",
                     "the HDF5 file needs another", "--out FILE.h5");
}

ExitCode predict_on_ranks(const Request& request, const comm::Group& world) {
  agree_on(request.config, world);
  Inputs inputs(io::DigestCache::Trust::remembered);
  std::optional<data::Split> split;
  std::vector<data::UnreadPictures> unread;
  std::unique_ptr<const model::Model> model;
  comm::all_or_none(world, [&] {
    check_target(request);
    split = load_split(request, inputs, unread);
    collect_small_inputs(request.config, inputs);
    model = model::make_model(request.config.model, split->dataset->shape());
    if (request.tests_corruptions()) check_corruptions(request.config, &inputs.corruptions);
  });
  read_pictures(std::move(unread), inputs.data, world);
  agree_on_inputs(inputs, request.config, world);
  const auto place = take_place(request.config, world);
  model::Weights weights(model->layout(), place.torch_device);
  const auto source = weights_source(request.config, request.weights, *split);
  for (const auto& note :
       load_initial_weights(source, *model, request.config.seed, world, weights, &inputs.weights))
    log_info(note);

  const train::Network network{*model, weights,
                               train::precision_of(request.config.train.precision)};
  const auto answers = answers_of(network, *split, world);
  const auto corruptions = corruptions_of(request, network, world);
  comm::all_or_none(world, [&] {
    if (world.is_root()) write_files(request, inputs, *split, answers, corruptions);
  });
  return ExitCode::done;
}

}  // namespace

ExitCode predict(const Words& words) {
  config::RunConfig defaults;
  const auto settings = config::settings(defaults);
  const auto line = config::parse_command_line(words, kFlags, config::keys(settings));
  if (config::print_help_if_asked(line,
                                  "[mpirun -np R | srun --mpi=pmix] stockpot predict CONFIG|RUN "
                                  "--out FILE [--section.key=value ...]",
                                  kFlags, settings))
    return ExitCode::done;
  const auto request = read_request(line);
  return with_ranks([&](const comm::Group& world) { return predict_on_ranks(request, world); });
}

}  // namespace stockpot::jobs
