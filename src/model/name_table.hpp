// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace stockpot::model {

/// How the tensors of a model may be called in files that others wrote. The model's own names are
/// always understood.
struct NameTable {
  std::string prefix;  ///< of the model's names, which files may leave out
  std::vector<std::pair<std::string, std::string>>
      endings;  ///< (a file's, the model's), such as .gamma for .weight
  std::vector<std::string>
      ignored;  ///< file names the model has no use for; a * at either end stands for anything
};

}  // namespace stockpot::model
