// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace stockpot {

/// What the process says to the shell (result_format.md, "Exit codes").
enum class ExitCode : int {
  done = 0,
  usage = 64,
  bad_input = 65,
  internal = 70,
  owned_elsewhere = 73,
  input_output = 74,
  requeue = 75,
  hang = 76,
  not_finite = 77,
  bad_configuration = 78,
  replicas_disagree = 79,
};

/// What an error says first: a text, or a text and lines below it. Each is one line whatever names
/// of files stand in it: control characters are escaped.
class ProblemText {
 public:
  template <std::convertible_to<std::string_view> Words>
  ProblemText(const Words& words)  // NOLINT(*-explicit-constructor)
      : ProblemText(words, {}) {}
  ProblemText(std::string_view words, const std::vector<std::string>& lines);

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// Base of every error that stockpot throws on purpose.
///
/// The text reads `problem (why); suggestion`, with the parts that are empty left out.
///
/// Example:
///     const DataError error("train.tsv:7: no label", "it has 2 columns of 4", "fetch it again");
///     EXPECT_STREQ(error.what(), "train.tsv:7: no label (it has 2 columns of 4); fetch it again");
///     EXPECT_EQ(error.exit_code(), ExitCode::bad_input);
class Error : public std::runtime_error {
 public:
  ExitCode exit_code() const noexcept { return exit_code_; }

 protected:
  Error(ExitCode code, const ProblemText& problem, std::string_view why,
        std::string_view suggestion);
  /// An error by its whole text, which another error made.
  Error(ExitCode code, const std::string& text) : std::runtime_error(text), exit_code_(code) {}

 private:
  ExitCode exit_code_;
};

/// A flag or subcommand that the program does not know; exit 64.
struct UsageError : Error {
  explicit UsageError(const ProblemText& problem, std::string_view why = {},
                      std::string_view suggestion = {})
      : Error(ExitCode::usage, problem, why, suggestion) {}
};

/// A setting the user can mend; exit 78.
struct ConfigError : Error {
  explicit ConfigError(const ProblemText& problem, std::string_view why = {},
                       std::string_view suggestion = {})
      : Error(ExitCode::bad_configuration, problem, why, suggestion) {}
};

/// A data, weights or checkpoint file whose content is wrong; exit 65. `problem` names file and
/// offset or line.
struct DataError : Error {
  explicit DataError(const ProblemText& problem, std::string_view why = {},
                     std::string_view suggestion = {})
      : Error(ExitCode::bad_input, problem, why, suggestion) {}
};

/// The operating system refused to read or write; exit 74. `problem` names the path, `why` the
/// errno text.
struct IoError : Error {
  explicit IoError(const ProblemText& problem, std::string_view why = {},
                   std::string_view suggestion = {})
      : Error(ExitCode::input_output, problem, why, suggestion) {}
};

/// Another process works on the same run; exit 73.
struct OwnedError : Error {
  explicit OwnedError(const ProblemText& problem, std::string_view why = {},
                      std::string_view suggestion = {})
      : Error(ExitCode::owned_elsewhere, problem, why, suggestion) {}
};

/// MPI, NCCL or CUDA failed; exit 70.
struct CommError : Error {
  explicit CommError(const ProblemText& problem, std::string_view why = {},
                     std::string_view suggestion = {})
      : Error(ExitCode::internal, problem, why, suggestion) {}
};

/// A loss, gradient or weight is NaN or infinite; exit 77.
struct NotFiniteError : Error {
  explicit NotFiniteError(const ProblemText& problem, std::string_view why = {},
                          std::string_view suggestion = {})
      : Error(ExitCode::not_finite, problem, why, suggestion) {}
};

/// Ranks that must hold equal values do not; exit 79.
struct ReplicaError : Error {
  explicit ReplicaError(const ProblemText& problem, std::string_view why = {},
                        std::string_view suggestion = {})
      : Error(ExitCode::replicas_disagree, problem, why, suggestion) {}
};

/// A mistake of ours: a broken precondition or invariant; exit 70.
struct LogicError : Error {
  explicit LogicError(const ProblemText& problem, std::string_view why = {},
                      std::string_view suggestion = {})
      : Error(ExitCode::internal, problem, why, suggestion) {}
};

/// An error that every rank throws at the same point with the same text: it is printed once and all
/// ranks leave in good order. Any other error of a run of several ranks ends the job by MPI_Abort.
struct AgreedError : Error {
  AgreedError(ExitCode code, const std::string& text) : Error(code, text) {}
};

/// A value that a failed expectation shows: a number or a text.
struct Operand {
  template <std::integral Number>
  Operand(Number number) : text(std::to_string(number)) {}  // NOLINT(*-explicit-constructor)
  Operand(double number) : text(std::to_string(number)) {}  // NOLINT(*-explicit-constructor)
  Operand(std::string_view words) : text(words) {}          // NOLINT(*-explicit-constructor)
  std::string text;
};

/// Throw a LogicError: `what: operand, operand`.
[[noreturn]] void fail_expectation(std::string_view what, std::initializer_list<Operand> operands);

/// Throw LogicError with `what` and the values that do not fit, unless `holds`:
/// `expect(a == b, "masks of different sizes were combined", a, b)`.
template <typename... Operands>
void expect(bool holds, std::string_view what, const Operands&... operands) {
  if (!holds) [[unlikely]]
    fail_expectation(what, {Operand(operands)...});
}

}  // namespace stockpot
