// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <csignal>
#include <deque>
#include <string>
#include <string_view>

namespace stockpot {

/// While it lives, SIGINT and SIGTERM write one prepared line to stderr before they end this
/// process as they always do. One at a time; a signal that was ignored stays ignored.
class LastWords {
 public:
  /// speaks  false: nothing is done, neither now nor later (ranks other than 0)
  explicit LastWords(bool speaks);
  ~LastWords();
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;

  /// From now on the line is `stockpot: interrupted; <line>`.
  void prepare(std::string_view line);

 private:
  bool speaks_;
  std::deque<std::string> lines_;  ///< all there were: a handler may be reading an earlier one
  struct sigaction before_[2]{};
};

}  // namespace stockpot
