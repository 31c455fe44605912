// SPDX-License-Identifier: Apache-2.0
#include "config/number.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

namespace stockpot::config {

std::string number_text(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::vector<double> read_numbers(std::string_view list) {
  std::vector<double> numbers;
  const char *at = list.data(), *const end = at + list.size();
  while (at != end) {
    if (*at == ' ') {
      ++at;
      continue;
    }
    double number = 0;
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error != std::errc() || !std::isfinite(number) || (rest != end && *rest != ' ')) return {};
    numbers.push_back(number);
    at = rest;
  }
  return numbers;
}

}  // namespace stockpot::config
