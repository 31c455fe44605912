#pragma once
#include <string>
#include <vector>

namespace stockpot::jobs {

/// `stockpot inspect FILE`: print what a result, a safetensors file or folder, or a run folder holds, re-counted from its bits.
///
/// arguments  what stands behind `inspect`
/// returns    0
/// throws     UsageError, DataError
int inspect(const std::vector<std::string>& arguments);

}  // namespace stockpot::jobs
