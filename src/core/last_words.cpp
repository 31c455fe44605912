// SPDX-License-Identifier: Apache-2.0
// The handler may interrupt anything, so it only loads a pointer, writes and raises, all of which
// are safe in a signal handler. source: signal-safety(7)
#include "core/last_words.hpp"

#include <unistd.h>

#include <atomic>

#include "core/escape.hpp"
#include "core/log.hpp"

namespace stockpot {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM};

std::atomic<const std::string*> prepared_{nullptr};
static_assert(std::atomic<const std::string*>::is_always_lock_free);

/// SA_RESETHAND has put the default back, which acts when this returns.
void speak(int signal) {
  if (const std::string* line = prepared_.exchange(nullptr)) {
    [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, line->data(), line->size());
  }
  ::raise(signal);
}

}  // namespace

LastWords::LastWords(bool speaks) : speaks_(speaks) {
  if (!speaks_) return;
  struct sigaction action{};
  action.sa_handler = speak;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (int i = 0; const int signal : kSignals) {
    ::sigaction(signal, nullptr, &before_[i]);
    if (before_[i++].sa_handler == SIG_DFL) ::sigaction(signal, &action, nullptr);
  }
}

LastWords::~LastWords() {
  if (!speaks_) return;
  for (int i = 0; const int signal : kSignals) ::sigaction(signal, &before_[i++], nullptr);
  prepared_ = nullptr;
}

void LastWords::prepare(std::string_view line) {
  if (!speaks_) return;
  const std::string begin = ::isatty(STDERR_FILENO) == 1 ? std::string(kClearBar) : "";
  lines_.push_back(begin + "stockpot: interrupted; " + escaped(line) + "\n");
  prepared_ = &lines_.back();
}

}  // namespace stockpot
