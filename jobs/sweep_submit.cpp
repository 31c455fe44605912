// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "config/command_line.hpp"
#include "config/help.hpp"
#include "core/escape.hpp"
#include "jobs/child.hpp"
#include "jobs/slurm_facts.hpp"
#include "jobs/sweep_commands.hpp"
#include "jobs/sweep_queue.hpp"
#include "jobs/sweep_words.hpp"
#include "sweep/point_state.hpp"

namespace stockpot::jobs {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSubmitUsage = "stockpot sweep submit DIR [--sbatch='OPTIONS'] [--at-once N]";
constexpr const char* kCancelUsage = "stockpot sweep cancel DIR";
constexpr const char* kScript = "slurm/sweep.sbatch";

const std::vector<config::Flag> kSubmitFlags = {
    {"sbatch", "OPTIONS", "what sbatch is told beside: --sbatch='--ntasks=4 --time=1:00:00'"},
    {"at-once", "N", "points that may run at the same time"},
    {"failed", "", "submit only those that failed (`sweep rerun-failed`)"},
};

/// sbatch reads %-patterns in the name of a log.
std::string without_patterns(const std::string& path) {
  std::string text;
  for (const char c : path) text += c == '%' ? "%%" : std::string(1, c);
  return text;
}

[[noreturn]] void refuse(const std::string& what, const Said& said) {
  throw ConfigError(what, said.text.substr(0, said.text.find('\n')),
                    "`stockpot doctor` shows what Slurm says about itself");
}

/// Numbers of the points that are to be submitted.
std::vector<std::int64_t> wanted_points(const sweep::SweepFolder& folder, bool only_failed,
                                        const std::vector<sweep::QueuedPoint>& queue) {
  std::set<std::int64_t> queued;
  for (const auto& point : queue) queued.insert(point.point);
  std::vector<std::int64_t> wanted;
  for (const auto& point : folder.read()) {
    if (queued.contains(point.number)) continue;
    const auto stage = sweep::look_at(folder, point).stage;
    if (stage == sweep::Stage::complete) continue;
    if (!only_failed || stage == sweep::Stage::failed) wanted.push_back(point.number);
  }
  return wanted;
}

/// Hands the points of a sweep to Slurm.
class Submitter {
 public:
  Submitter(const config::CommandLine& line, sweep::SweepFolder folder)
      : line_(line), folder_(std::move(folder)) {}

  /// Ask Slurm whether it would take a chunk. throws ConfigError
  void test(const sweep::ArrayChunk& chunk) const {
    const auto said = ask_child(words_of(chunk, {"sbatch", "--test-only"}));
    if (said.code != 0) refuse("Slurm would not take the jobs of this sweep", said);
  }

  /// throws ConfigError, DataError
  std::string submit(const sweep::ArrayChunk& chunk) const {
    const auto said = ask_child(words_of(chunk, {"sbatch", "--parsable"}));
    if (said.code != 0) refuse("Slurm did not take the jobs of this sweep", said);
    return sweep::job_number_in(said.text);
  }

 private:
  std::vector<std::string> words_of(const sweep::ArrayChunk& chunk,
                                    std::vector<std::string> words) const {
    for (auto& word : words_in(line_.value("sbatch").value_or("")))
      words.push_back(std::move(word));
    const auto at_once = line_.value("at-once");
    words.insert(words.end(), {"--job-name=" + sweep::job_name_of(folder_.path(), chunk),
                               "--array=" + chunk.indices + (at_once ? "%" + *at_once : ""),
                               "--output=" + without_patterns((folder_.path() / "logs").string()) +
                                   "/slurm-%A_%a.log",
                               kScript, folder_.path().string(), fmt::format("{}", chunk.first)});
    return words;
  }

  const config::CommandLine& line_;
  sweep::SweepFolder folder_;
};

}  // namespace

ExitCode submit_sweep(const Words& words) {
  const auto line = config::parse_command_line(words, kSubmitFlags);
  if (config::print_help_if_asked(line, kSubmitUsage, kSubmitFlags)) return ExitCode::done;
  const auto folder = sweep_of(line, kSubmitUsage);
  if (std::error_code ignored; !fs::exists(kScript, ignored))
    throw ConfigError(std::string(kScript) + " is not here", "",
                      "submit from the folder of the repository");
  const auto queue = ask_queue(folder);
  if (!queue)
    throw ConfigError("Slurm does not answer", "squeue failed or is not there",
                      "`stockpot sweep run " + line.files.front() + "` does without Slurm");
  const auto wanted = wanted_points(folder, line.has("failed"), *queue);
  if (wanted.empty()) {
    fmt::print("nothing to submit: {} points wait or run, the others are done\n", queue->size());
    return ExitCode::done;
  }
  const auto config = slurm_says({"scontrol", "show", "config"}, kPatience_s);
  const auto chunks = sweep::chunks_of(wanted, sweep::max_array_size_in(config.value_or("")));
  const Submitter submitter(line, folder);
  submitter.test(chunks.front());
  for (const auto& chunk : chunks)
    fmt::print("job {}: {} points, {} to {}\n", submitter.submit(chunk), chunk.count, chunk.first,
               chunk.indices);
  fmt::print("`stockpot sweep status {}` shows how far they are\n", escaped(line.files.front()));
  return ExitCode::done;
}

ExitCode rerun_failed(const Words& words) {
  auto with_flag = words;
  with_flag.emplace_back("--failed");
  return submit_sweep(with_flag);
}

ExitCode cancel_sweep(const Words& words) {
  const auto line = config::parse_command_line(words, {});
  if (config::print_help_if_asked(line, kCancelUsage, {})) return ExitCode::done;
  const auto folder = sweep_of(line, kCancelUsage);
  folder.read();
  const auto queue = ask_queue(folder);
  if (!queue) throw ConfigError("Slurm does not answer", "squeue failed or is not there", "");
  std::set<std::string> jobs;
  for (const auto& point : *queue) jobs.insert(point.job);
  for (const auto& job : jobs) {
    const auto said = ask_child({"timeout", "20", "scancel", "--name=" + job});
    if (said.code != 0) refuse("Slurm did not cancel " + job, said);
  }
  fmt::print("{} points were cancelled\n", queue->size());
  return ExitCode::done;
}

}  // namespace stockpot::jobs
