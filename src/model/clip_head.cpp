// SPDX-License-Identifier: Apache-2.0
// Prompts are encoded shortest first, in batches no wider than their longest prompt: attention is
// causal, so what stands behind the end token never matters and need not be computed.
#include "model/clip_head.hpp"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <span>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "data/text/byte_pair.hpp"
#include "io/cache_folder.hpp"
#include "model/clip_prompts.hpp"
#include "model/head_cache.hpp"
#include "model/weights_file.hpp"

namespace stockpot::model {
namespace {

constexpr std::size_t kPromptsPerBatch = 64;

struct Prompt {
  std::int64_t class_id;
  std::vector<std::int32_t> ids;
};

at::Tensor normalised(const at::Tensor& rows) { return rows / rows.norm(2, {-1}, true); }

/// Rows [begin, end) of `prompts` as one tensor, padded behind with 0, which is never a highest id.
at::Tensor token_ids(std::span<const Prompt> prompts) {
  const auto longest = std::ssize(prompts.back().ids);
  auto ids = at::zeros({std::ssize(prompts), longest}, at::kLong);
  auto* row = ids.data_ptr<std::int64_t>();
  for (const auto& prompt : prompts) {
    std::ranges::copy(prompt.ids, row);
    row += longest;
  }
  return ids;
}

/// Hash of all that the head is made from: weights, sizes, and the prompts' tokens (templates,
/// class names, vocabulary). Threads are in it because the last bits of a matrix product may depend
/// on them.
std::uint64_t key_of(const ClipShape& shape, const Weights& weights, const Prompts& prompts) {
  const auto& tower = shape.text;
  std::vector<std::int64_t> numbers = {tower.width,
                                       tower.depth,
                                       tower.heads,
                                       tower.mlp_width,
                                       std::bit_cast<std::int64_t>(tower.layer_norm_eps),
                                       static_cast<std::int64_t>(tower.activation),
                                       shape.context,
                                       shape.projection,
                                       at::get_num_threads()};
  for (const auto& of_class : prompts) {
    numbers.push_back(-1);  // no token: a new class
    for (const auto& ids : of_class) {
      numbers.push_back(-2);  // a new prompt
      numbers.insert(numbers.end(), ids.begin(), ids.end());
    }
  }
  return hash_bytes(std::as_bytes(std::span(numbers)), hash_bytes(std::as_bytes(weights.host())));
}

}  // namespace

at::Tensor class_prompt_head(const ClipText& tower, const Weights& weights, std::int64_t context,
                             Prompts by_class) {
  const at::NoGradGuard no_grad;
  std::vector<Prompt> prompts;
  for (std::size_t c = 0; c < by_class.size(); ++c)
    for (auto& ids : by_class[c]) {
      const auto limit = static_cast<std::size_t>(context);
      if (ids.size() > limit) {
        ids[limit - 1] = ids.back();
        ids.resize(limit);
      }
      prompts.push_back({static_cast<std::int64_t>(c), std::move(ids)});
    }
  std::ranges::stable_sort(prompts, {}, [](const Prompt& prompt) { return prompt.ids.size(); });

  at::Tensor sums;
  for (std::size_t begin = 0; begin < prompts.size(); begin += kPromptsPerBatch) {
    const auto batch = std::span<const Prompt>(prompts).subspan(
        begin, std::min(kPromptsPerBatch, prompts.size() - begin));
    const auto features = normalised(tower.features(weights, token_ids(batch)));
    if (!sums.defined()) sums = at::zeros({std::ssize(by_class), features.size(1)}, at::kFloat);
    for (std::size_t i = 0; i < batch.size(); ++i)
      sums.select(0, batch[i].class_id).add_(features.select(0, static_cast<std::int64_t>(i)));
  }
  return tower.scale(weights) * normalised(sums);
}

namespace {

/// throws as class_prompt_head does, but for what stands in the weights
Prompts prompts_of(const ClipShape& shape, const WeightsSource& source) {
  if (source.class_names.empty())
    throw ConfigError("the classes of data.name " + source.data_name + " have no names",
                      "CLIP's head is made of them", "model.name = vit_b_32 has a head of its own");
  const auto tokenizer = data::BytePair::load(source.vocabulary);
  if (tokenizer.size() > shape.vocabulary)
    throw DataError(
        source.vocabulary.string() + " is not the vocabulary of " + source.weights.string(),
        fmt::format("{} tokens, the model knows {}", tokenizer.size(), shape.vocabulary));
  Prompts prompts;
  for (const auto& name : source.class_names) {
    auto& of_class = prompts.emplace_back();
    for (const auto& text : class_prompts(source.data_name, name)) {
      auto& ids = of_class.emplace_back(1, tokenizer.begin_id());
      tokenizer.append_ids(text, ids);
      ids.push_back(tokenizer.end_id());
    }
  }
  return prompts;
}

}  // namespace

void check_class_prompt_head(const ClipShape& shape, const WeightsSource& source) {
  prompts_of(shape, source);
  const ClipText tower(shape);
  check_weights(source.weights, tower.file_names(), *tower.layout());
}

at::Tensor class_prompt_head(const ClipShape& shape, const WeightsSource& source) {
  auto prompts = prompts_of(shape, source);
  const ClipText tower(shape);
  Weights weights(tower.layout(), at::kCPU);
  load_weights(source.weights, tower.file_names(), weights);
  const auto classes = std::ssize(prompts);
  return HeadCache(io::cache_folder())
      .get(key_of(shape, weights, prompts), {classes, shape.projection},
           [&] { return class_prompt_head(tower, weights, shape.context, std::move(prompts)); });
}

}  // namespace stockpot::model
