// SPDX-License-Identifier: Apache-2.0
#include "sweep/axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "core/error.hpp"

namespace stockpot::sweep {
namespace {

constexpr std::size_t kMostDigits = 15;  // behind the point and in all
constexpr std::int64_t kMostNumbers = 100'000;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

/// A decimal number without an exponent: `units` of 10^-decimals.
struct Decimal {
  std::int64_t units = 0;
  std::size_t decimals = 0;
};

/// Empty where `text` is no such number.
std::optional<Decimal> decimal(std::string_view text) {
  std::string digits(text);
  const auto point = digits.find('.');
  Decimal number;
  if (point != std::string::npos) {
    number.decimals = digits.size() - point - 1;
    digits.erase(point, 1);
    if (number.decimals == 0) return std::nullopt;
  }
  const auto* begin = digits.data();
  const auto* end = begin + digits.size();
  const auto parsed = std::from_chars(begin, end, number.units);
  if (digits.size() > kMostDigits + 1 || parsed.ec != std::errc() || parsed.ptr != end)
    return std::nullopt;
  return number;
}

std::int64_t in_units(const Decimal& number, std::size_t decimals) {
  auto units = number.units;
  for (auto d = number.decimals; d < decimals; ++d) units *= 10;
  return units;
}

std::string written(std::int64_t units, std::size_t decimals) {
  auto digits = fmt::format("{:0{}}", std::abs(units), decimals + 1);
  if (decimals > 0) digits.insert(digits.size() - decimals, 1, '.');
  return (units < 0 ? "-" : "") + digits;
}

[[noreturn]] void refuse(std::string_view member, const std::string& why,
                         const std::string& suggestion) {
  throw ConfigError(fmt::format("\"{}\" is not a range of numbers", member), why, suggestion);
}

/// The numbers of a range; empty where `member` is none, but a value.
std::optional<std::vector<std::string>> range(std::string_view member) {
  const auto parts = split(member, ':');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  std::vector<Decimal> numbers;
  for (const auto part : parts) {
    const auto number = decimal(trimmed(part));
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  std::size_t decimals = 0;
  for (const auto& number : numbers) decimals = std::max(decimals, number.decimals);
  for (const auto& number : numbers)
    if (fmt::format("{}", std::abs(number.units)).size() + decimals - number.decimals > kMostDigits)
      refuse(member, "it has too many digits", "write the values as a list");
  const auto first = in_units(numbers[0], decimals), last = in_units(numbers[1], decimals);
  const auto step =
      numbers.size() == 3 ? in_units(numbers[2], decimals) : in_units({1, 0}, decimals);
  if (step == 0) refuse(member, "its step is 0", "write first:last:step, such as 0.1:0.9:0.2");
  if ((last - first) % step != 0 || (last - first) / step < 0)
    refuse(member,
           fmt::format("steps of {} from {} do not meet {}", written(step, decimals),
                       written(first, decimals), written(last, decimals)),
           "both ends belong to a range");
  if ((last - first) / step >= kMostNumbers) refuse(member, "it is too long", "take larger steps");
  std::vector<std::string> values;
  for (std::int64_t i = 0; i <= (last - first) / step; ++i)
    values.push_back(written(first + i * step, decimals));
  return values;
}

}  // namespace

std::vector<std::string> values_of(std::string_view text) {
  std::vector<std::string> values;
  const auto members = split(text, ',');
  if (members.size() == 1 && !range(members[0])) return {std::string(text)};
  for (const auto part : members) {
    const auto member = trimmed(part);
    if (member.empty())
      throw ConfigError(fmt::format("the list \"{}\" has an empty member", text), "",
                        "remove the comma that is too many");
    if (auto numbers = range(member))
      values.insert(values.end(), numbers->begin(), numbers->end());
    else
      values.emplace_back(member);
  }
  return values;
}

}  // namespace stockpot::sweep
