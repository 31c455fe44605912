// SPDX-License-Identifier: Apache-2.0
#include "data/load.hpp"

#include "core/error.hpp"
#include "data/image/load_images.hpp"
#include "data/official_check.hpp"
#include "data/text/own_texts.hpp"
#include "data/text/text_dataset.hpp"

namespace stockpot::data {
namespace {

WordPiece load_tokenizer(const GlueTask& task, const std::filesystem::path& vocabulary) {
  if (vocabulary.empty())
    throw ConfigError("data.name " + std::string(task.name) + " needs a vocabulary",
                      "random weights have none beside them", "--model.vocab=<vocab.txt>");
  return WordPiece::load(vocabulary);
}

std::filesystem::path test_file(const GlueTask& task, const config::DataConfig& config,
                                const std::filesystem::path& folder) {
  if (!config.test_file.empty()) return config.test_file;
  return task.own ? own_test_file(folder) : folder / glue_file_name(task, GluePart::test);
}

/// What all of a set is loaded for.
struct Request {
  const config::DataConfig& config;
  std::uint64_t seed;
  const Wanted& wanted;
  OfficialCheck& official;
  io::InputDigests* digests;
  std::vector<UnreadPictures>* unread;
};

Splits load_texts(const GlueTask& task, const std::filesystem::path& vocabulary,
                  const Request& request) {
  const auto& [config, seed, wanted, official, _, unread] = request;
  const auto folder = folder_of(config);
  const auto tokenizer = load_tokenizer(task, vocabulary);
  const auto read = [&](const std::filesystem::path& path) -> std::shared_ptr<const Dataset> {
    const auto length = request.config.max_length;
    return request.wanted.contents ? load_glue(path, task, true, tokenizer, length, request.digests)
                                   : outline_glue(path, task, tokenizer, length, request.digests);
  };
  OfficialSets sets;
  if (wanted.any_of_training(config)) {
    sets.train = read(folder / glue_file_name(task, GluePart::train));
    official.count(Part::train, sets.train->size());
  }
  if (wanted.official_test(config)) {
    sets.test = read(test_file(task, config, folder));
    official.count(Part::test, sets.test->size());
  }
  auto splits = choose_splits(sets, config, seed);
  if (task.mismatched && wanted.more && config.test_from_train == 0)
    splits.more_tests.push_back(
        {"mismatched", choose_test(read(folder / glue_file_name(task, GluePart::test_mismatched)),
                                   config, seed)});
  return splits;
}

Splits load_any(const ImageForm& form, const std::filesystem::path& vocabulary,
                const Request& request) {
  const auto& [config, seed, wanted, official, digests, unread] = request;
  if (const auto* task = find_glue_task(config.name)) return load_texts(*task, vocabulary, request);
  if (config.name == "tsv")
    return load_texts(own_texts(config, folder_of(config)), vocabulary, request);
  if (const auto* source = find_image_source(config.name))
    return load_images(*source, folder_of(config), config, seed, form, wanted, official, digests,
                       unread);
  throw ConfigError("data.name " + config.name + " is not known", "",
                    "image sets: " + image_source_names());
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
            const std::filesystem::path& vocabulary, const Wanted& wanted,
            io::InputDigests* digests, std::vector<UnreadPictures>* unread) {
  if (config.test_from_train > 0 && !config.test_file.empty())
    throw ConfigError("data.test_from_train and data.test_file are both set",
                      "there is one test set", "leave one of them out");
  OfficialCheck official(config);
  auto splits = load_any(form, vocabulary, {config, seed, wanted, official, digests, unread});
  if (digests != nullptr) official.files(folder_of(config), *digests);
  official.require();
  splits.unofficial = official.differences();
  return splits;
}

bool has_picture_files(const config::DataConfig& config) {
  const auto* source = find_image_source(config.name);
  return source != nullptr && source->list != nullptr;
}

std::vector<std::string> label_words(const config::DataConfig& config) {
  if (config.name == "tsv") return own_texts(config, folder_of(config)).labels;
  if (const auto* task = find_glue_task(config.name))
    return task->regression()    ? std::vector<std::string>{"score"}
           : task->words.empty() ? task->labels
                                 : task->words;
  throw ConfigError("data.name " + config.name + " has no texts");
}

Split load_submission(const config::DataConfig& config, bool mismatched,
                      const std::filesystem::path& vocabulary, io::InputDigests* digests) {
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
      load_glue(path, *task, false, load_tokenizer(*task, vocabulary), config.max_length, digests));
}

}  // namespace stockpot::data
