// SPDX-License-Identifier: Apache-2.0
#include "jobs/prediction_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stockpot::jobs {
namespace {

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

}  // namespace

io::PredictionTable prediction_table(const PredictionFacts& facts, const data::Split& split,
                                     const Answers& answers) {
  io::PredictionTable table{.facts = facts.facts,
                            .class_names = split.dataset->class_names(),
                            .samples = split.size(),
                            .columns = {{"index",
                                         {},
                                         split.indices,
                                         "1",
                                         "position of the sample in the official file, from 0"}}};
  if (facts.has_labels) table.columns.push_back(label_column(split));
  table.columns.push_back({"logits",
                           {answers.outputs},
                           answers.logits,
                           "1",
                           "what the head says: a number per class, or the predicted number"});
  table.columns.push_back(
      {"features", {answers.width}, answers.features, "1", "what the head sees"});
  if (facts.save_inputs)
    (split.dataset->lengths().empty() ? add_pixels : add_texts)(split, table.columns);
  return table;
}

std::string submission_text(const data::Split& split, const Answers& answers) {
  const auto& names = split.dataset->class_names();
  std::string text = "index\tprediction\n";
  for (std::size_t i = 0; i < split.indices.size(); ++i) {
    const auto row = std::span(answers.logits)
                         .subspan(i * static_cast<std::size_t>(answers.outputs),
                                  static_cast<std::size_t>(answers.outputs));
    const auto score = fmt::format("{:.4f}", std::clamp(row[0], 0.0F, 5.0F));
    const auto best = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
    text += fmt::format("{}\t{}\n", split.indices[i], names.empty() ? score : names[best]);
  }
  return text;
}

}  // namespace stockpot::jobs
