// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <csignal>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "jobs/program.hpp"

namespace stockpot::test {

/// Process ids of the children of `parent`.
inline std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  std::ifstream file(fmt::format("/proc/{0}/task/{0}/children", parent));
  for (pid_t child = 0; file >> child;) children.push_back(child);
  return children;
}

/// A program under a launcher, which can be asked for its ranks. Without a launcher (0 ranks) it is
/// its own rank.
class Launched {
 public:
  /// words   of the shell: program and arguments
  /// before  words before the launcher's, such as of `env`
  Launched(const std::string& words, int ranks, std::filesystem::path log,
           const std::string& before = "")
      : log_(std::move(log)) {
    const auto launcher = ranks == 0 ? "" : fmt::format("{} -np {} ", STOCKPOT_MPIEXEC, ranks);
    const auto command =
        fmt::format("exec {} {}{} > {} 2>&1 < /dev/null", before, launcher, words, log_.string());
    const char* const argv[] = {"sh", "-c", command.c_str(), nullptr};
    EXPECT_EQ(::posix_spawn(&launcher_, "/bin/sh", nullptr, nullptr, const_cast<char* const*>(argv),
                            environ),
              0);
    if (ranks == 0) ranks_ = {launcher_};
  }

  /// Send a rank `signal` when `ready` says so; false: the run ended before.
  template <typename Ready>
  bool signal_rank(std::size_t which, int signal, Ready&& ready) {
    while (!has_ended()) {
      if (ranks_.size() <= which) ranks_ = children_of(launcher_);
      if (ranks_.size() > which && ready()) return ::kill(ranks_[which], signal) == 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }

  template <typename Ready>
  bool kill_rank(std::size_t which, Ready ready) {
    return signal_rank(which, SIGKILL, ready);
  }

  /// Process id of a rank that `signal_rank` has found.
  pid_t rank(std::size_t which) const { return ranks_.at(which); }

  /// Return when the launcher and all ranks, which may outlive it for a moment, are gone: the exit
  /// code as a shell tells it, and what all of them said.
  Ended wait() {
    const auto is_there = [this](pid_t rank) { return rank != launcher_ && ::kill(rank, 0) == 0; };
    while (!has_ended() || std::ranges::any_of(ranks_, is_there))
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return {WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_), read_text(log_)};
  }

 private:
  bool has_ended() {
    if (!ended_ && ::waitpid(launcher_, &status_, WNOHANG) == launcher_) ended_ = true;
    return ended_;
  }
  std::filesystem::path log_;
  pid_t launcher_ = -1;
  int status_ = 0;
  bool ended_ = false;
  std::vector<pid_t> ranks_;
};

}  // namespace stockpot::test
