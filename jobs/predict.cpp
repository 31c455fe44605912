// SPDX-License-Identifier: Apache-2.0
// stockpot predict: settings or a run -> one split -> network -> forward passes dealt to the ranks
// -> rows gathered by bits -> HDF5, submission.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include "comm/all_or_none.hpp"
#include "config/command_line.hpp"
#include "config/help.hpp"
#include "config/load.hpp"
#include "config/render.hpp"
#include "core/log.hpp"
#include "core/provenance.hpp"
#include "data/load.hpp"
#include "data/text/glue.hpp"
#include "io/atomic_file.hpp"
#include "io/prediction_file.hpp"
#include "jobs/initial_weights.hpp"
#include "jobs/job.hpp"
#include "jobs/placement.hpp"
#include "jobs/saved_run.hpp"
#include "jobs/setup.hpp"
#include "train/forward_batches.hpp"

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
  if (line.files.size() == 1 && fs::is_directory(line.files[0])) {
    auto run = open_saved_run(line.files[0], line.settings);
    request.config = std::move(run.config);
    request.weights = std::move(run.weights);
  } else {
    request.config = config::load(line.files, line.settings);
    request.weights = request.config.model.weights;
  }
  return request;
}

data::Split load_split(const Request& request) {
  const auto& config = request.config;
  const auto vocabulary = vocabulary_of(config.model);
  if (request.is_submission())
    return data::load_submission(config.data, request.split == "submission_mismatched", vocabulary);
  const auto splits =
      data::load(config.data, config.seed, model::image_form(config.model), vocabulary);
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

/// What the network said about all samples, in the split's order.
struct Answers {
  std::int64_t outputs = 0, width = 0;  ///< K, F
  std::vector<float> logits, features;  ///< [N, K], [N, F]
};

/// Rows that every rank filled in part, the rest being 0, made whole on all ranks. By their bits,
/// so that even -0 stays what it is.
void gather(std::vector<float>& rows, const comm::Group& world) {
  std::vector<std::uint64_t> words((rows.size() + 1) / 2);
  std::memcpy(words.data(), rows.data(), rows.size() * sizeof(float));
  world.unite(std::span(words));
  std::memcpy(rows.data(), words.data(), rows.size() * sizeof(float));
}

void put_rows(const at::Tensor& tensor, std::span<const std::int64_t> positions,
              std::vector<float>& rows) {
  const auto host = tensor.to(at::kCPU, at::kFloat).contiguous();
  const auto width = host.size(1);
  const float* row = host.const_data_ptr<float>();
  for (std::size_t i = 0; i < positions.size(); ++i, row += width)
    std::copy_n(row, width, rows.begin() + positions[i] * width);
}

Answers ask(const train::Network& network, const data::Split& split, const comm::Group& world) {
  Answers answers;
  const auto rows_of = [&](std::int64_t width) {
    return static_cast<std::size_t>(split.size() * width);
  };
  train::forward_batches(network, split, world, [&](const train::BatchOutput& output) {
    answers.outputs = output.logits.size(1);
    answers.width = output.features.size(1);
    answers.logits.resize(rows_of(answers.outputs));
    answers.features.resize(rows_of(answers.width));
    put_rows(output.logits, output.positions, answers.logits);
    put_rows(output.features, output.positions, answers.features);
  });
  for (auto* size : {&answers.outputs, &answers.width})
    *size = world.max(static_cast<int>(*size));  // a rank may have had no batch
  answers.logits.resize(rows_of(answers.outputs));
  answers.features.resize(rows_of(answers.width));
  gather(answers.logits, world);
  gather(answers.features, world);
  return answers;
}

/// Samples as the model sees them, a few at a time.
template <typename Visit>
void for_each_sample(const data::Split& split, Visit visit) {
  constexpr std::size_t kSamples = 64;
  data::Batch batch;
  const std::span<const std::int64_t> all = split.indices;
  for (std::size_t begin = 0; begin < all.size(); begin += kSamples) {
    split.dataset->fill(all.subspan(begin, std::min(kSamples, all.size() - begin)), {}, batch);
    for (std::int64_t i = 0; i < batch.size; ++i) visit(batch, i);
  }
}

io::PredictionColumn label_column(const data::Split& split) {
  if (split.dataset->shape().classes > 0) {
    std::vector<std::int64_t> labels;
    for (const auto index : split.indices) labels.push_back(split.dataset->label(index));
    return {"label", {}, std::move(labels), "1", "true class, from 0"};
  }
  std::vector<float> targets;
  for_each_sample(split, [&](const data::Batch& batch, std::int64_t i) {
    targets.push_back(batch.targets[static_cast<std::size_t>(i)]);
  });
  return {"label", {}, std::move(targets), "1", "true number"};
}

void add_texts(const data::Split& split, std::vector<io::PredictionColumn>& columns) {
  std::vector<std::int64_t> lengths, ids, types;
  for (const auto index : split.indices)
    lengths.push_back(split.dataset->lengths()[static_cast<std::size_t>(index)]);
  const auto longest = std::ranges::max(lengths);
  for_each_sample(split, [&](const data::Batch& batch, std::int64_t i) {
    const auto append = [&](const std::vector<std::int64_t>& from, std::vector<std::int64_t>& to) {
      const auto begin = from.begin() + i * batch.tokens;
      to.insert(to.end(), begin, begin + batch.tokens);
      to.resize(to.size() + static_cast<std::size_t>(longest - batch.tokens), 0);
    };
    append(batch.token_ids, ids);
    append(batch.token_types, types);
  });
  columns.push_back(
      {"token_ids", {longest}, std::move(ids), "1", "tokens as the model saw them, padded with 0"});
  columns.push_back(
      {"token_types", {longest}, std::move(types), "1", "1 for the tokens of a second sentence"});
  columns.push_back({"length", {}, std::move(lengths), "token", "tokens that count"});
}

void add_pixels(const data::Split& split, std::vector<io::PredictionColumn>& columns) {
  const auto shape = split.dataset->shape();
  const auto size = shape.channels * shape.height * shape.width;
  std::vector<float> pixels;
  pixels.reserve(static_cast<std::size_t>(split.size() * size));
  for_each_sample(split, [&](const data::Batch& batch, std::int64_t i) {
    pixels.insert(pixels.end(), batch.pixels.begin() + i * size,
                  batch.pixels.begin() + (i + 1) * size);
  });
  columns.push_back({"pixels",
                     {shape.channels, shape.height, shape.width},
                     std::move(pixels),
                     "1",
                     "pixels as the model saw them, normalised"});
}

io::PredictionTable make_table(const Request& request, const data::Split& split,
                               const Answers& answers) {
  const auto& config = request.config;
  io::PredictionTable table{.facts = {{"data", config.data.name},
                                      {"split", request.split},
                                      {"model", config.model.name},
                                      {"weights", request.weights.string()},
                                      {"config_json", config::config_json(config)},
                                      {"software", version_line()}},
                            .class_names = split.dataset->class_names(),
                            .samples = split.size(),
                            .columns = {{"index",
                                         {},
                                         split.indices,
                                         "1",
                                         "position of the sample in the official file, from 0"}}};
  if (!request.is_submission()) table.columns.push_back(label_column(split));
  table.columns.push_back({"logits",
                           {answers.outputs},
                           answers.logits,
                           "1",
                           "what the head says: a number per class, or the predicted number"});
  table.columns.push_back(
      {"features", {answers.width}, answers.features, "1", "what the head sees"});
  if (request.save_inputs)
    (split.dataset->lengths().empty() ? add_pixels : add_texts)(split, table.columns);
  return table;
}

/// The file that GLUE's owners score: index<TAB>prediction, by the names of labels. Scores are cut
/// to [0, 5], the range of the task. source: gluebenchmark.com, FAQ
std::string submission_text(const data::Split& split, const Answers& answers) {
  const auto& names = split.dataset->class_names();
  std::string text = "index\tprediction\n";
  for (std::size_t i = 0; i < split.indices.size(); ++i) {
    const auto row = std::span(answers.logits)
                         .subspan(i * static_cast<std::size_t>(answers.outputs),
                                  static_cast<std::size_t>(answers.outputs));
    char score[32];
    std::snprintf(score, sizeof score, "%.4f", static_cast<double>(std::clamp(row[0], 0.0F, 5.0F)));
    const auto best = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
    text += std::to_string(split.indices[i]) + "\t" + (names.empty() ? score : names[best]) + "\n";
  }
  return text;
}

void write_files(const Request& request, const data::Split& split, const Answers& answers) {
  if (!std::ranges::all_of(answers.logits, [](float x) { return std::isfinite(x); }))
    throw NotFiniteError("a logit is NaN or infinite",
                         "weights of " + request.weights.string() + " overflow",
                         "the training diverged, or train.precision is too narrow");
  const auto table = make_table(request, split, answers);
  if (request.is_submission())
    io::write_atomically(fs::path(request.out).replace_extension(".tsv"),
                         submission_text(split, answers));
  io::write_predictions(request.out, table);
  std::printf("%s: %lld samples of %s (%s), logits [%lld], features [%lld]\n", request.out.c_str(),
              static_cast<long long>(split.size()), request.config.data.name.c_str(),
              request.split.c_str(), static_cast<long long>(answers.outputs),
              static_cast<long long>(answers.width));
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
  std::optional<data::Split> split;
  std::unique_ptr<const model::Model> model;
  comm::all_or_none(world, [&] {
    check_target(request);
    split = load_split(request);
    model = model::make_model(request.config.model, split->dataset->shape());
  });
  const auto place = take_place(request.config, world);
  model::Weights weights(model->layout(), place.torch_device);
  const auto source = weights_source(request.config, request.weights, *split);
  for (const auto& note : load_initial_weights(source, *model, request.config.seed, world, weights))
    log_info(note);

  const auto answers =
      ask({*model, weights, train::precision_of(request.config.train.precision)}, *split, world);
  comm::all_or_none(world, [&] {
    if (world.is_root()) write_files(request, *split, answers);
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
