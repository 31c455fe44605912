// SPDX-License-Identifier: Apache-2.0
#include "core/error.hpp"

#include "core/escape.hpp"

namespace stockpot {
namespace {

std::string sentence(const ProblemText& problem, std::string_view why,
                     std::string_view suggestion) {
  std::string text = problem.text();
  if (!why.empty()) text.append(" (").append(escaped(why)).append(")");
  if (!suggestion.empty()) text.append("; ").append(escaped(suggestion));
  return text;
}

}  // namespace

ProblemText::ProblemText(std::string_view words, const std::vector<std::string>& lines)
    : text_(escaped(words)) {
  for (const auto& line : lines) text_.append("\n  ").append(escaped(line));
}

Error::Error(ExitCode code, const ProblemText& problem, std::string_view why,
             std::string_view suggestion)
    : Error(code, sentence(problem, why, suggestion)) {}

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
