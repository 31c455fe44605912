// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace stockpot::model {

/// Prompts of one class, one per template of the data set, with `name` in the place of {}.
/// source: prompts of openai/CLIP (MIT licence), methods.md 5.4; SVHN has MNIST's, as in PAINT and
/// the ISP code; a set without templates of its own has "a photo of a {}."
std::vector<std::string> class_prompts(std::string_view data_name, std::string_view name);

}  // namespace stockpot::model
