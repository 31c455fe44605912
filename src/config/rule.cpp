// SPDX-License-Identifier: Apache-2.0
#include "config/rule.hpp"

#include <algorithm>

#include "config/number.hpp"
#include "config/number_list.hpp"

namespace stockpot::config {
namespace {

Rule number_rule(std::string words, std::function<bool(double)> allows) {
  Rule rule;
  rule.words = std::move(words);
  rule.allows_number = std::move(allows);
  return rule;
}

bool is_file_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= 100 && text[0] != '.' && text[0] != '-' &&
         std::ranges::all_of(text, allowed);
}

}  // namespace

Rule any() { return {}; }

Rule path() {
  Rule rule;
  rule.is_path = true;
  return rule;
}

Rule one_of(std::initializer_list<const char*> choices) {
  Rule rule;
  rule.choices.assign(choices.begin(), choices.end());
  bool may_be_empty = false;
  for (const std::string& choice : rule.choices) {
    may_be_empty |= choice.empty();
    if (!choice.empty()) rule.words += (rule.words.empty() ? "one of " : ", ") + choice;
  }
  if (may_be_empty) rule.words += ", or empty";
  rule.allows_text = [valid = rule.choices](std::string_view text) {
    return std::ranges::find(valid, text) != valid.end();
  };
  return rule;
}

Rule at_least(double low) {
  return number_rule("at least " + number_text(low), [low](double value) { return value >= low; });
}

Rule above(double low) {
  return number_rule("above " + number_text(low), [low](double value) { return value > low; });
}

Rule between(double low, double high) {
  return number_rule("between " + number_text(low) + " and " + number_text(high),
                     [low, high](double value) { return value >= low && value <= high; });
}

Rule in_unit_interval(std::string_view interval) {
  const bool with_0 = interval.front() == '[', with_1 = interval.back() == ']';
  Rule rule = number_rule("in " + std::string(interval), [=](double value) {
    return (value > 0 || (with_0 && value == 0)) && (value < 1 || (with_1 && value == 1));
  });
  rule.is_fraction = true;
  return rule;
}

Rule numbers(double low, double high) {
  Rule rule;
  rule.words = "numbers from " + number_text(low) + " to " + number_text(high) +
               ", separated by blanks, or first:step:last";
  rule.allows_text = [low, high](std::string_view text) {
    const auto numbers = number_list(text);
    return numbers && std::ranges::all_of(
                          *numbers, [=](double number) { return number >= low && number <= high; });
  };
  return rule;
}

Rule increasing_fractions() {
  Rule rule;
  rule.words = "a list of fractions in (0,1) that increases, separated by spaces";
  rule.allows_text = [](std::string_view text) {
    const auto values = number_list(text).value_or(std::vector<double>{});
    return !values.empty() && values.front() > 0 && values.back() < 1 &&
           std::ranges::adjacent_find(values, std::ranges::greater_equal{}) == values.end();
  };
  return rule;
}

Rule fraction_or(const char* word) {
  Rule rule;
  rule.words = std::string("in [0,1), or ") + word;
  rule.choices = {word};
  rule.allows_text = [word = std::string(word)](std::string_view text) {
    const auto values = number_list(text).value_or(std::vector<double>{});
    return text == word || (values.size() == 1 && values.front() >= 0 && values.front() < 1);
  };
  return rule;
}

Rule file_name() {
  Rule rule;
  rule.words = "a file name of letters, digits, '.', '_', '-'";
  rule.allows_text = is_file_name;
  return rule;
}

}  // namespace stockpot::config
