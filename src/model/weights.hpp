#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "model/arena.hpp"

namespace stockpot::model {

/// Read pretrained weights into `arena` (on the CPU) by name.
///
/// path     safetensors file, or Hugging Face folder
/// returns  names of head tensors that the file does not have, or has in another shape: they keep their initial values
/// throws   DataError whose lines are *all* problems: missing, unexpected (with the nearest name), wrong shape, wrong type, not finite
std::vector<std::string> load_weights(const std::filesystem::path& path, Arena& arena);

/// Write every named tensor of `arena` as F32 safetensors; pruned weights are zeros. throws IoError
void save_weights(const std::filesystem::path& path, const Arena& arena, const std::map<std::string, std::string>& metadata);

}  // namespace stockpot::model
