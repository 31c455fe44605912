// SPDX-License-Identifier: Apache-2.0
#include "config/duration.hpp"

#include <regex>

#include "core/error.hpp"

namespace stockpot::config {
namespace {

constexpr double kMinute_s = 60, kHour_s = 3600, kDay_s = 86400;

double number(const std::ssub_match& digits) { return digits.matched ? std::stod(digits) : 0; }

}  // namespace

double duration_s(const std::string& text) {
  static const std::regex kClock("(?:([0-9]{1,4})-)?([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])");
  static const std::regex kPlain("([0-9]{1,9})");
  double s = 0;
  std::smatch part;
  if (std::regex_match(text, part, kClock))
    s = number(part[1]) * kDay_s + number(part[2]) * kHour_s + number(part[3]) * kMinute_s +
        number(part[4]);
  else if (std::regex_match(text, part, kPlain))
    s = number(part[1]);
  if (s <= 0)
    throw UsageError("'" + text + "' is no duration", "it must be above 0",
                     "write 3600, 1:00:00 or 2-12:00:00 (seconds, HH:MM:SS, D-HH:MM:SS)");
  return s;
}

}  // namespace stockpot::config
