// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "jobs/content.hpp"
#include "jobs/program.hpp"
#include "support/trials.hpp"

namespace stockpot::test {

/// What a run leaves that equal runs have equal.
struct Left {
  explicit Left(const std::filesystem::path& folder)
      : result(content_of(folder / "result.h5")),
        weights(sha256_of(folder / "model.safetensors")),
        metrics(read_text(folder / "metrics.jsonl")) {}
  std::string result, weights, metrics;
};

/// The first line in which two texts differ; empty: they are equal.
inline std::string difference(const std::string& a, const std::string& b) {
  std::istringstream lines_a(a), lines_b(b);
  std::string line_a, line_b;
  while (true) {
    const bool more_a = static_cast<bool>(std::getline(lines_a, line_a)),
               more_b = static_cast<bool>(std::getline(lines_b, line_b));
    if (!more_a && !more_b) return "";
    if (more_a != more_b || line_a != line_b)
      return (more_a ? line_a : "the end") + "\n" + (more_b ? line_b : "the end");
  }
}

/// Metrics without the rank on which a denoiser ran, which is of the execution.
inline std::string without_ranks(const std::string& metrics) {
  return std::regex_replace(metrics, std::regex("\"rank\":[0-9]+,"), "");
}

enum class Ranks { same, other };

inline void expect_equal(const Left& a, const Left& b, const std::string& what,
                         Ranks ranks = Ranks::same) {
  const auto metrics = ranks == Ranks::same
                           ? difference(a.metrics, b.metrics)
                           : difference(without_ranks(a.metrics), without_ranks(b.metrics));
  EXPECT_EQ(difference(a.result, b.result), "") << what;
  EXPECT_EQ(a.weights, b.weights) << what;
  EXPECT_EQ(metrics, "") << what;
}

/// Names in the folder of a complete run: nothing but its files.
inline void expect_no_litter(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  const std::vector<std::string> files{"config.ini", "metrics.jsonl", "model.safetensors",
                                       "result.h5"};
  EXPECT_EQ(names, files) << folder;
  static TrialCount count("G14", "what a run leaves in its folder after a fault and its mending");
  count.add(names == files);
}

/// Process ids of the children of `parent`.
inline std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  std::ifstream file(fmt::format("/proc/{0}/task/{0}/children", parent));
  for (pid_t child = 0; file >> child;) children.push_back(child);
  return children;
}

/// The program under a launcher, which can be asked for its ranks.
class Launched {
 public:
  /// before  words before the launcher's, such as of `env`
  Launched(const std::string& words, int ranks, std::filesystem::path log,
           const std::string& before = "")
      : log_(std::move(log)) {
    const auto command =
        fmt::format("exec {} {} -np {} {} {} > {} 2>&1 < /dev/null", before, STOCKPOT_MPIEXEC,
                    ranks, STOCKPOT_PROGRAM, words, log_.string());
    const char* const argv[] = {"sh", "-c", command.c_str(), nullptr};
    EXPECT_EQ(::posix_spawn(&launcher_, "/bin/sh", nullptr, nullptr, const_cast<char* const*>(argv),
                            environ),
              0);
  }

  /// Send `signal` to a rank when `ready` says so; false: the run ended before.
  template <typename Ready>
  bool signal_rank(std::size_t which, int signal, Ready ready) {
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

  /// Return when the launcher and all ranks, which may outlive it for a moment, are gone: how the
  /// launcher ended and what all of them said.
  Ended wait() {
    const auto is_there = [](pid_t rank) { return ::kill(rank, 0) == 0; };
    while (!has_ended() || std::ranges::any_of(ranks_, is_there))
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return {WIFEXITED(status_) ? WEXITSTATUS(status_) : -1, read_text(log_)};
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
