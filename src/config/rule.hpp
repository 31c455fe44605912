// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace stockpot::config {

/// What values a setting may take, in words and as a check. The functions below make every rule
/// that the field lists use.
struct Rule {
  std::string
      words;  ///< completes "is not ..." and stands in the help; empty: everything is allowed
  std::function<bool(double)> allows_number;          ///< empty: every finite number
  std::function<bool(std::string_view)> allows_text;  ///< empty: every text
  std::vector<std::string> choices;  ///< of one_of: what the nearest valid value is searched in
  bool is_path = false;              ///< another spelling of the same place is the same value
  bool is_fraction = false;          ///< a percentage is guessed to mean a hundredth
};

/// Every value of the setting's type.
Rule any();

/// A file or folder; empty, or a word that another rule of the setting knows, where it says so.
Rule path();

/// One of a few words; "" among them means that the setting may stay empty.
Rule one_of(std::initializer_list<const char*> choices);

Rule at_least(double low);
Rule above(double low);
Rule between(double low, double high);

/// A fraction; `interval` is "[0,1)", "(0,1]" or "(0,1)": a round bracket leaves its end out.
Rule in_unit_interval(std::string_view interval);

/// Numbers from `low` to `high` in one value (number_list.hpp); none of them is allowed too.
Rule numbers(double low, double high);

/// A list of fractions between 0 and 1, both excluded, that increases: one or more, separated by
/// spaces (number_list.hpp reads it).
Rule increasing_fractions();

/// A fraction in [0,1), or `word`.
Rule fraction_or(const char* word);

/// Part of a file name: letters, digits, '.', '_', '-', not starting with '.' or '-'; 1 to 100 of
/// them.
Rule file_name();

}  // namespace stockpot::config
