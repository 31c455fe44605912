// SPDX-License-Identifier: Apache-2.0
// The handler may interrupt anything, so it only writes lines that were made before and raises,
// both of which are safe in a signal handler. source: signal-safety(7)
#include "core/crash_report.hpp"

#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>
#include <iterator>
#include <string>
#include <vector>

#include "core/log.hpp"
#include "core/provenance.hpp"

namespace stockpot {
namespace {

struct Crash {
  int signal;
  const char* name;
  struct sigaction before{};
  std::string line = {};
};

std::array<Crash, 5> crashes_{{{SIGSEGV, "SIGSEGV"},
                               {SIGBUS, "SIGBUS"},
                               {SIGFPE, "SIGFPE"},
                               {SIGILL, "SIGILL"},
                               {SIGABRT, "SIGABRT"}}};

void speak(int signal) {
  for (const auto& crash : crashes_) {
    if (crash.signal != signal) continue;
    [[maybe_unused]] const auto ignored =
        ::write(STDERR_FILENO, crash.line.data(), crash.line.size());
    ::sigaction(signal, &crash.before, nullptr);
  }
  ::raise(signal);  // acts when this returns: as before us
}

/// What std::terminate is about; the handler of SIGABRT ends the process then.
[[noreturn]] void say_what_nobody_caught() {
  std::string what = "terminated";
  try {
    if (const auto error = std::current_exception()) std::rethrow_exception(error);
  } catch (const std::exception& error) {
    what = std::string("nobody caught: ") + error.what();
  } catch (...) {
    what = "nobody caught what was thrown";
  }
  log_here("stockpot: on " + host_name() + ": " + what);
  std::abort();
}

/// A stack of its own, for a crash by the end of the stack.
void use_own_stack() {
  static std::vector<char> memory(1 << 16);
  stack_t stack{};
  stack.ss_sp = memory.data();
  stack.ss_size = memory.size();
  ::sigaltstack(&stack, nullptr);
}

}  // namespace

void report_crashes() {
  use_own_stack();
  struct sigaction action{};
  action.sa_handler = speak;
  action.sa_flags = SA_ONSTACK;
  for (auto& crash : crashes_) {
    crash.line = rank_label() + "stockpot: on " + host_name() + ": crashed by " + crash.name + "\n";
    ::sigaction(crash.signal, &action, &crash.before);
  }
  std::set_terminate(say_what_nobody_caught);
}

}  // namespace stockpot
