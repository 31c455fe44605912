// SPDX-License-Identifier: Apache-2.0
#include "data/load.hpp"

#include "core/error.hpp"
#include "data/text/text_dataset.hpp"

namespace stockpot::data {
namespace {

WordPiece load_tokenizer(const GlueTask& task, const std::filesystem::path& vocabulary) {
  if (vocabulary.empty())
    throw ConfigError("data.name " + std::string(task.name) + " needs a vocabulary",
                      "random weights have none beside them", "--model.vocab=<vocab.txt>");
  return WordPiece::load(vocabulary);
}

Splits load_texts(const GlueTask& task, const config::DataConfig& config, std::uint64_t seed,
                  const std::filesystem::path& vocabulary) {
  const auto folder = folder_of(config);
  const auto tokenizer = load_tokenizer(task, vocabulary);
  auto splits = choose_splits(
      load_glue_sets(folder, task, config.test_file, tokenizer, config.max_length), config, seed);
  if (task.mismatched) {
    auto more = load_glue(folder / glue_file_name(task, GluePart::test_mismatched), task, true,
                          tokenizer, config.max_length);
    splits.more_tests.push_back({"mismatched", choose_test(std::move(more), config, seed)});
  }
  return splits;
}

}  // namespace

std::filesystem::path folder_of(const config::DataConfig& config) {
  if (!config.dir.empty()) return config.dir;
  const auto* source = find_image_source(config.name);
  if (source != nullptr && !source->default_dir.empty()) return source->default_dir;
  throw ConfigError(
      "data.dir is empty", config.name + " has no usual place",
      "--data.dir=<folder>; " +
          std::string(source != nullptr ? source->origin : "it holds train.tsv and dev.tsv"));
}

Splits load(const config::DataConfig& config, std::uint64_t seed, const ImageForm& form,
            const std::filesystem::path& vocabulary) {
  if (const auto* task = find_glue_task(config.name))
    return load_texts(*task, config, seed, vocabulary);
  if (const auto* source = find_image_source(config.name))
    return choose_splits(load_images(*source, folder_of(config), config.augment, form), config,
                         seed);
  throw ConfigError("data.name " + config.name + " is not known", "",
                    "image sets: " + image_source_names());
}

Split load_submission(const config::DataConfig& config, bool mismatched,
                      const std::filesystem::path& vocabulary) {
  const auto* task = find_glue_task(config.name);
  if (task == nullptr)
    throw ConfigError("data.name " + config.name + " has no submission set",
                      "only the tasks of GLUE have one");
  if (mismatched && !task->mismatched)
    throw ConfigError("data.name " + config.name + " has no mismatched submission set",
                      "only mnli has one");
  const auto part = mismatched ? GluePart::submission_mismatched : GluePart::submission;
  const auto path = folder_of(config) / glue_file_name(*task, part);
  return all_of(
      load_glue(path, *task, false, load_tokenizer(*task, vocabulary), config.max_length));
}

}  // namespace stockpot::data
