// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "io/input_digests.hpp"
#include "model/name_table.hpp"
#include "model/weights.hpp"

namespace stockpot::model {

/// Read pretrained weights into `weights` (on the CPU) by name; F16 and BF16 are widened. Needs no
/// memory beside the weights.
///
/// path     safetensors file, or Hugging Face folder
/// table    how the file may call the tensors
/// digests  collects what the files hold; null: nobody
/// returns  names of head tensors that the file does not have, or has in another shape: they are
/// left as they were throws   DataError whose lines are *all* problems: missing, unexpected (with
/// the nearest name), standing twice, wrong shape, wrong
///          type; or, only then looked for, not finite
std::vector<std::string> load_weights(const std::filesystem::path& path, const NameTable& table,
                                      Weights& weights, io::InputDigests* digests = nullptr);

/// Find what load_weights would refuse by names, shapes and types: reads headers only.
/// returns  as load_weights does
/// throws   DataError as load_weights does
std::vector<std::string> check_weights(const std::filesystem::path& path, const NameTable& table,
                                       const Layout& layout);

/// Write every named tensor of `weights` as F32 safetensors; pruned weights are zeros. throws
/// IoError
void save_weights(const std::filesystem::path& path, const Weights& weights,
                  const std::map<std::string, std::string>& metadata);

}  // namespace stockpot::model
