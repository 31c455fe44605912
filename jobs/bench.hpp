#pragma once
#include <string>
#include <vector>

namespace stockpot::jobs {

/// `stockpot bench [ID ...] [--list] [--json FILE] [--scale X] [--threads N] [--rounds N]`: run the named benchmarks (default: all)
/// and print one line each: the median ratio, its smallest and largest, the goal, and whether it was met.
///
/// Returns 0 when every benchmark ran and its outputs agreed, whether or not a goal was met (the machine may be busy).
int bench(const std::vector<std::string>& arguments);

}  // namespace stockpot::jobs
