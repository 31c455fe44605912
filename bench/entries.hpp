#pragma once
#include "bench/benchmark.hpp"

namespace stockpot::bench {

Timings select_vs_kthvalue(const Setting& setting);
Timings select_vs_read(const Setting& setting);
Timings adamw_vs_torch(const Setting& setting);

}  // namespace stockpot::bench
