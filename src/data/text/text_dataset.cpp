// SPDX-License-Identifier: Apache-2.0
#include "data/text/text_dataset.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "data/outline.hpp"

namespace stockpot::data {

PairLengths truncate_longest_first(std::int64_t first, std::int64_t second, std::int64_t room) {
  if (first + second <= room) return {first, second};
  const std::int64_t shorter = std::min({first, second, room / 2});
  const std::int64_t longer = room - shorter;
  return first > second ? PairLengths{longer, shorter} : PairLengths{shorter, longer};
}

TextDataset::TextDataset(const GlueFile& file, const GlueTask& task, const WordPiece& tokenizer,
                         std::int64_t max_length)
    : class_names_(task.labels), regression_(task.regression()) {
  shape_ = {.classes = static_cast<std::int64_t>(class_names_.size()),
            .vocabulary = tokenizer.size(),
            .tokens = max_length};
  if (max_length < 3)
    throw ConfigError(fmt::format("data.max_length is {}", max_length),
                      "[CLS] and two [SEP] need 3 tokens");
  std::vector<std::int32_t> first, second;
  for (const GlueExample& example : file.examples) {
    first.clear();
    second.clear();
    tokenizer.append_ids(example.first, first);
    tokenizer.append_ids(example.second, second);
    append(first, second, !task.second.empty(), tokenizer, max_length);
    labels_.push_back(example.label);
    targets_.push_back(example.target);
  }
}

void TextDataset::append(std::span<const std::int32_t> first, std::span<const std::int32_t> second,
                         bool pair, const WordPiece& tokenizer, std::int64_t max_length) {
  const auto size_of = [](std::span<const std::int32_t> ids) {
    return static_cast<std::int64_t>(ids.size());
  };
  const PairLengths kept =
      truncate_longest_first(size_of(first), size_of(second), max_length - (pair ? 3 : 2));
  const auto begin = static_cast<std::int64_t>(ids_.size());
  ids_.push_back(tokenizer.begin_id());
  ids_.insert(ids_.end(), first.begin(), first.begin() + kept.first);
  ids_.push_back(tokenizer.end_id());
  type_begins_.push_back(static_cast<std::int64_t>(ids_.size()) - begin);
  if (pair) {
    ids_.insert(ids_.end(), second.begin(), second.begin() + kept.second);
    ids_.push_back(tokenizer.end_id());
  }
  begins_.push_back(begin);
  lengths_.push_back(static_cast<std::int64_t>(ids_.size()) - begin);
}

std::size_t TextDataset::checked(std::int64_t index) const {
  expect(index >= 0 && index < size(), "a sample beyond the data set");
  return static_cast<std::size_t>(index);
}

void TextDataset::fill(std::span<const std::int64_t> indices, const Augmentation&,
                       Batch& batch) const {
  batch.size = static_cast<std::int64_t>(indices.size());
  batch.pixels.clear();
  batch.lengths.clear();
  batch.labels.clear();
  batch.targets.clear();
  batch.tokens = 0;
  for (const std::int64_t index : indices) {
    const std::size_t i = checked(index);
    batch.lengths.push_back(lengths_[i]);
    batch.tokens = std::max(batch.tokens, lengths_[i]);
    if (regression_)
      batch.targets.push_back(targets_[i]);
    else
      batch.labels.push_back(labels_[i]);
  }
  const auto places = static_cast<std::size_t>(batch.size * batch.tokens);
  batch.token_ids.assign(places, 0);
  batch.token_types.assign(places, 0);
  for (std::size_t row = 0; row < indices.size(); ++row) {
    const std::size_t i = checked(indices[row]);
    const auto start = static_cast<std::ptrdiff_t>(row) * batch.tokens;
    std::copy_n(ids_.begin() + begins_[i], lengths_[i], batch.token_ids.begin() + start);
    std::fill(batch.token_types.begin() + start + type_begins_[i],
              batch.token_types.begin() + start + lengths_[i], 1);
  }
}

std::shared_ptr<const TextDataset> load_glue(const std::filesystem::path& path,
                                             const GlueTask& task, bool labelled,
                                             const WordPiece& tokenizer, std::int64_t max_length,
                                             io::InputDigests* digests) {
  return std::make_shared<TextDataset>(read_glue(path, task, labelled, digests), task, tokenizer,
                                       max_length);
}

std::shared_ptr<const Dataset> outline_glue(const std::filesystem::path& path, const GlueTask& task,
                                            const WordPiece& tokenizer, std::int64_t max_length,
                                            io::InputDigests* digests) {
  const auto samples =
      static_cast<std::int64_t>(read_glue(path, task, true, digests).examples.size());
  return outline(samples,
                 {.classes = static_cast<std::int64_t>(task.labels.size()),
                  .vocabulary = tokenizer.size(),
                  .tokens = max_length},
                 task.labels, max_length * static_cast<std::int64_t>(sizeof(std::int32_t)));
}

}  // namespace stockpot::data
