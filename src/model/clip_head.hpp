// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>

#include "model/clip_text.hpp"
#include "model/model.hpp"

namespace stockpot::model {

/// Token ids of the prompts of each class.
using Prompts = std::vector<std::vector<std::vector<std::int32_t>>>;

/// The zero-shot head [classes, projection] fp32: per class, the text features of its prompts, each
/// normalised, their mean normalised, times exp(logit_scale).
///
/// prompts  token ids of the prompts of each class, begin and end included; a longer one than the
/// context is cut and ends with the end token source   methods.md 5.3, as in PAINT and CLIP's
/// notebook
at::Tensor class_prompt_head(const ClipText& tower, const Weights& weights, std::int64_t context,
                             Prompts prompts);

/// The same for the prompts of a data set (model/clip_prompts.hpp): reads text tower and tokenizer
/// of `source`, and forgets them. A head made before is taken from io::cache_folder(). throws
/// DataError where the weights have no text tower, or there is no vocabulary; ConfigError where the
/// classes have no names
at::Tensor class_prompt_head(const ClipShape& shape, const WeightsSource& source);

/// Throw what that would, without reading or computing much.
void check_class_prompt_head(const ClipShape& shape, const WeightsSource& source);

}  // namespace stockpot::model
