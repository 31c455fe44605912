// SPDX-License-Identifier: Apache-2.0
// Each thread looks at its own stack in a signal handler. That is no async-signal-safe work; a
// thread which it catches in the loader is passed over after a while.
#include "core/stacks.hpp"

#include <execinfo.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace stockpot {
namespace {

constexpr std::chrono::milliseconds kPatience{500};

int ask_signal() { return SIGRTMIN + 3; }  // the first ones are those of thread libraries

std::array<void*, 64> frames_{};
std::atomic<int> depth_{0};  ///< 0: not answered yet
std::atomic<pid_t> asked_{0};

pid_t own_thread() { return static_cast<pid_t>(::syscall(SYS_gettid)); }

void answer(int /*signal*/) {
  if (own_thread() != asked_.load()) return;
  depth_ = ::backtrace(frames_.data(), static_cast<int>(frames_.size()));
}

void write_text(int file, const std::string& text) {
  [[maybe_unused]] const auto ignored = ::write(file, text.data(), text.size());
}

std::string name_of(pid_t thread) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

void write_stack(int file, pid_t thread) {
  write_text(file, "thread " + std::to_string(thread) + " (" + name_of(thread) + ")\n");
  depth_ = 0;
  asked_ = thread;
  ::syscall(SYS_tgkill, ::getpid(), thread, ask_signal());
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (depth_ == 0 && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  asked_ = 0;
  if (const int depth = depth_; depth > 0)
    ::backtrace_symbols_fd(frames_.data(), depth, file);
  else
    write_text(file, "  gave no answer\n");
}

}  // namespace

void write_stacks(int file) {
  std::array<void*, 1> own{};
  ::backtrace(own.data(), 1);  // loads what it needs outside of the handler
  struct sigaction action{};
  action.sa_handler = answer;
  action.sa_flags = SA_RESTART;
  ::sigaction(ask_signal(), &action, nullptr);
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task", ignored)) {
    const auto thread = static_cast<pid_t>(std::stol(entry.path().filename().string()));
    if (thread != own_thread()) write_stack(file, thread);
  }
}

}  // namespace stockpot
