// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace stockpot::config {

/// A setting as somebody wrote it.
struct Assignment {
  std::string key;
  std::string value;
  std::string where;  ///< what stands before the key in a message: `configs/isp.ini:3: `, or `--`
                      ///< on the command line
};

/// What one file or the command line assigns, in its order.
using Source = std::vector<Assignment>;

/// Read ini files in the order of their precedence, lowest first.
///
/// `[isp]` and `rate = 0.1` make `isp.rate`; `#` starts a comment. `include = FILE` above the first
/// section reads another file, relative to the one that names it, before that one; a file that was
/// read already is not included again, so several files may share a base. problems  gets a line for
/// each: file that cannot be read, line that is no assignment, key that is set twice in one file
std::vector<Source> read_ini_files(const std::vector<std::string>& files,
                                   std::vector<std::string>& problems);

}  // namespace stockpot::config
