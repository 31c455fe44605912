// SPDX-License-Identifier: Apache-2.0
#include "energy/rapl.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace stockpot::energy {
namespace {

namespace fs = std::filesystem;

template <typename Value>
std::optional<Value> value_in(const fs::path& file) {
  std::ifstream stream(file);
  Value value{};
  if (stream >> value) return value;
  return std::nullopt;
}

/// One zone, with what its counter lost each time it began at 0 again.
class Zone {
 public:
  explicit Zone(const fs::path& folder)
      : counter_(folder / "energy_uj"),
        range_(value_in<std::uint64_t>(folder / "max_energy_range_uj").value_or(0)) {}

  bool readable() const { return range_ > 0 && value_in<std::uint64_t>(counter_).has_value(); }

  double joules() {
    const auto now = value_in<std::uint64_t>(counter_);
    if (!now) return std::numeric_limits<double>::quiet_NaN();
    if (*now < last_) lost_ += range_;
    last_ = *now;
    return 1e-6 * static_cast<double>(lost_ + *now);
  }

 private:
  fs::path counter_;
  std::uint64_t range_, last_ = 0, lost_ = 0;
};

bool is_counted(const std::string& name) { return name.starts_with("package-") || name == "dram"; }

}  // namespace

std::vector<Counter> rapl_counters(const fs::path& powercap) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator zones(powercap, error), end; !error && zones != end;
       zones.increment(error))
    // intel-rapl:0 and its parts intel-rapl:0:1; on AMD too. intel-rapl-mmio counts the same again.
    if (zones->path().filename().string().starts_with("intel-rapl:"))
      folders.push_back(zones->path());
  std::ranges::sort(folders);
  std::vector<Counter> counters;
  for (const auto& folder : folders) {
    const auto name = value_in<std::string>(folder / "name").value_or("");
    if (!is_counted(name)) continue;
    Zone zone(folder);
    if (!zone.readable()) return {};
    counters.push_back({name, [zone]() mutable { return zone.joules(); }});
  }
  return counters;
}

}  // namespace stockpot::energy
