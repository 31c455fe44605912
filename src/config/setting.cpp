// SPDX-License-Identifier: Apache-2.0
#include "config/setting.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "config/nearest.hpp"
#include "config/number.hpp"

namespace stockpot::config {
namespace {

std::string text_of(bool value) { return value ? "true" : "false"; }
std::string text_of(std::int64_t value) { return std::to_string(value); }
std::string text_of(std::uint64_t value) { return std::to_string(value); }
std::string text_of(double value) { return number_text(value); }
std::string text_of(const std::string& value) { return value; }

constexpr const char* kind(const std::int64_t&) { return "a whole number"; }
constexpr const char* kind(const std::uint64_t&) { return "a whole number of 0 to 2^64-1"; }
constexpr const char* kind(const double&) { return "a finite number"; }
constexpr const char* kind(const bool&) { return "true or false"; }
constexpr const char* kind(const std::string&) {
  return "free of '#', control characters and outer spaces";
}

template <typename Number>
bool read(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  return std::isfinite(static_cast<double>(value));
}

bool read(std::string_view text, bool& value) {
  value = text == "true" || text == "yes" || text == "on" || text == "1";
  return value || text == "false" || text == "no" || text == "off" || text == "0";
}

bool read(std::string_view text, std::string& value) {
  value = text;
  const auto breaks_ini = [](char c) { return c == '#' || static_cast<unsigned char>(c) < ' '; };
  return std::ranges::none_of(text, breaks_ini) &&
         (text.empty() || (text.front() != ' ' && text.back() != ' '));
}

bool allows(const Rule& rule, const std::string& value) {
  return !rule.allows_text || rule.allows_text(value);
}

template <typename Number>
bool allows(const Rule& rule, Number value) {
  return !rule.allows_number || rule.allows_number(static_cast<double>(value));
}

std::string guess(const Rule& rule, const std::string& value) {
  return nearest(value, rule.choices);
}

template <typename Number>
std::string guess(const Rule& rule, Number value) {
  const double hundredth = static_cast<double>(value) / 100;
  return rule.is_fraction && hundredth > 0.01 && allows(rule, hundredth) ? number_text(hundredth)
                                                                         : "";
}

}  // namespace

std::string Setting::section() const {
  return key.substr(0, key.find('.') == std::string::npos ? 0 : key.find('.'));
}

std::string Setting::name() const { return key.substr(key.find('.') + 1); }

std::string Setting::text() const {
  return std::visit([](const auto* member) { return text_of(*member); }, value);
}

std::string Setting::assign(std::string_view text) const {
  return std::visit(
      [&](auto* member) -> std::string {
        auto candidate = *member;
        if (!read(text, candidate))
          return std::string("is not ") + kind(candidate) + " (" + help + ")";
        if (!allows(rule, candidate)) {
          const std::string meant = guess(rule, candidate);
          return "is not " + rule.words + " (" + help + ")" +
                 (meant.empty() ? "" : "; did you mean " + meant + "?");
        }
        *member = std::move(candidate);
        return "";
      },
      value);
}

std::vector<std::string> keys(const std::vector<Setting>& settings) {
  std::vector<std::string> all;
  for (const Setting& setting : settings) all.push_back(setting.key);
  return all;
}

}  // namespace stockpot::config
