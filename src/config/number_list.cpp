// SPDX-License-Identifier: Apache-2.0
#include "config/number_list.hpp"

#include <charconv>
#include <cmath>

namespace stockpot::config {
namespace {

constexpr double kMostSteps = 10'000;

std::optional<double> number(std::string_view word) {
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(value)) return {};
  return value;
}

/// The part of `text` before `separator`, which is taken off with it.
std::string_view take_word(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

/// Multiples of the step are rounded to 12 decimals: 3 * 0.1 is 0.3.
bool add_range(std::string_view word, std::vector<double>& numbers) {
  const auto first = number(take_word(word, ':')), step = number(take_word(word, ':')),
             last = number(word);
  if (!first || !step || !last || *step <= 0 || *last < *first) return false;
  const double steps = std::floor((*last - *first) / *step + 1e-9);
  if (steps > kMostSteps) return false;
  for (int i = 0; i <= static_cast<int>(steps); ++i)
    numbers.push_back(std::round((*first + i * *step) * 1e12) / 1e12);
  return true;
}

}  // namespace

std::optional<std::vector<double>> number_list(std::string_view text) {
  std::vector<double> numbers;
  while (!text.empty()) {
    const auto word = take_word(text, ' ');
    if (word.empty()) continue;
    if (word.find(':') != std::string_view::npos) {
      if (!add_range(word, numbers)) return {};
    } else if (const auto value = number(word)) {
      numbers.push_back(*value);
    } else {
      return {};
    }
  }
  return numbers;
}

}  // namespace stockpot::config
