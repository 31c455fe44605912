// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <vector>

#include "energy/energy_meter.hpp"

namespace stockpot::energy {

/// Where Linux shows the energy counters of processors.
inline constexpr const char* kPowercap = "/sys/class/powercap";

/// Counters of the processors and memory of this machine that this process may read: the zones
/// `package-N` and, which they do not hold, their `dram`. (`core` and `uncore` are parts of a
/// package; `psys` holds packages.) Empty where there is none, or where one of them cannot be
/// read: since 2020 Linux shows them to root alone unless an administrator allows it.
///
/// A counter that passes its range begins at 0 again; that is put right as long as it is read once
/// per range (2^38 uJ on most machines: 15 minutes at 300 W).
/// source: Linux, Documentation/power/powercap/powercap.rst; CVE-2020-8694
std::vector<Counter> rapl_counters(const std::filesystem::path& powercap = kPowercap);

}  // namespace stockpot::energy
