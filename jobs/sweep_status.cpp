// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <vector>

#include "config/command_line.hpp"
#include "config/help.hpp"
#include "core/escape.hpp"
#include "jobs/sweep_commands.hpp"
#include "jobs/sweep_queue.hpp"
#include "jobs/sweep_words.hpp"
#include "sweep/point_state.hpp"

namespace stockpot::jobs {
namespace {

constexpr const char* kUsage = "stockpot sweep status DIR";
constexpr std::size_t kLongestBar = 40;
constexpr std::size_t kLongestFailure = 120;
constexpr std::int64_t kListed = 200;  // points without --all

const std::vector<config::Flag> kFlags = {
    {"all", "", "list complete and pending points too, and more than 200"},
};

/// A point as status shows it.
struct Shown {
  std::string label;   ///< complete, running, queued, held, begun, failed or pending
  std::string detail;  ///< one line
};

/// In the order in which they are counted.
constexpr std::array kLabels{"complete", "running", "queued", "held", "begun", "failed", "pending"};

std::string progress_of(const sweep::Point& point, const sweep::PointState& state) {
  return fmt::format("step {} of {}, last line {:.0f} s ago", state.step, point.steps,
                     state.quiet_s);
}

/// queued  null: Slurm does not know the point, or there is no Slurm
Shown show(const sweep::Point& point, const sweep::PointState& state,
           const sweep::QueuedPoint* queued) {
  if (state.stage == sweep::Stage::complete)
    return {"complete", fmt::format("test {:.4f}", state.test)};
  if (queued != nullptr) {
    if (queued->state == "RUNNING") return {"running", progress_of(point, state)};
    if (queued->is_held())
      return {"held", escaped(queued->reason) + "; `scontrol release` lets it go on"};
    return {"queued", escaped(queued->reason)};
  }
  if (state.stage == sweep::Stage::failed)
    return {"failed", escaped(state.failure.substr(0, kLongestFailure))};
  if (state.stage == sweep::Stage::begun) return {"begun", progress_of(point, state)};
  return {"pending", ""};
}

std::vector<Shown> show_all(const sweep::SweepFolder& folder,
                            const std::vector<sweep::Point>& points) {
  const auto queue = ask_queue(folder).value_or(std::vector<sweep::QueuedPoint>());
  std::map<std::int64_t, const sweep::QueuedPoint*> queued;
  for (const auto& point : queue) queued[point.point] = &point;
  std::vector<Shown> shown;
  shown.reserve(points.size());
  for (const auto& point : points) {
    const auto found = queued.find(point.number);
    shown.push_back(show(point, sweep::look_at(folder, point),
                         found == queued.end() ? nullptr : found->second));
  }
  return shown;
}

std::size_t count_of(const std::vector<Shown>& all, std::string_view label) {
  return static_cast<std::size_t>(std::ranges::count(all, label, &Shown::label));
}

std::string bar(std::size_t complete, std::size_t failed, std::size_t all) {
  const auto part = [&](std::size_t count) { return kLongestBar * count / all; };
  return std::string(part(complete), '#') + std::string(part(failed), '!') +
         std::string(kLongestBar - part(complete) - part(failed), '.');
}

}  // namespace

ExitCode show_sweep(const Words& words) {
  const auto line = config::parse_command_line(words, kFlags);
  if (config::print_help_if_asked(line, kUsage, kFlags)) return ExitCode::done;
  const auto folder = sweep_of(line, kUsage);
  const auto points = folder.read();
  const auto shown = show_all(folder, points);
  std::int64_t listed = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& [label, detail] = shown[i];
    const bool is_news = label != "complete" && label != "pending" && label != "queued";
    if (!line.has("all") && (!is_news || listed++ >= kListed)) continue;
    fmt::print("{:>5}  {:<8}  {}  {}\n", points[i].number, label, text_of(points[i].settings),
               detail);
  }
  std::string counts;
  for (const char* label : kLabels)
    if (const auto count = count_of(shown, label); count > 0)
      counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, label);
  fmt::print("{} points  [{}]  {}\n", points.size(),
             bar(count_of(shown, "complete"), count_of(shown, "failed"), points.size()), counts);
  return ExitCode::done;
}

}  // namespace stockpot::jobs
