// SPDX-License-Identifier: Apache-2.0
#include "core/error.hpp"

namespace stockpot {
namespace {

std::string sentence(std::string_view problem, std::string_view why, std::string_view suggestion) {
  std::string text(problem);
  if (!why.empty()) text.append(" (").append(why).append(")");
  if (!suggestion.empty()) text.append("; ").append(suggestion);
  return text;
}

}  // namespace

Error::Error(ExitCode code, std::string_view problem, std::string_view why,
             std::string_view suggestion)
    : std::runtime_error(sentence(problem, why, suggestion)), exit_code_(code) {}

void fail_expectation(std::string_view what, std::initializer_list<Operand> operands) {
  std::string text(what);
  const char* separator = ": ";
  for (const auto& operand : operands) {
    text.append(separator).append(operand.text);
    separator = ", ";
  }
  throw LogicError(text);
}

}  // namespace stockpot
