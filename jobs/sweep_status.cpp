// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <vector>

#include "config/command_line.hpp"
#include "config/help.hpp"
#include "core/escape.hpp"
#include "jobs/sweep_commands.hpp"
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

std::string settings_of(const sweep::Point& point) {
  std::string text;
  for (const auto& [key, value] : point.settings)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", key, escaped(value));
  return text;
}

std::string detail_of(const sweep::Point& point, const sweep::PointState& state) {
  switch (state.stage) {
    case sweep::Stage::pending:
      return "";
    case sweep::Stage::begun:
      return fmt::format("step {} of {}, last line {:.0f} s ago", state.step, point.steps,
                         state.quiet_s);
    case sweep::Stage::failed:
      return escaped(state.failure.substr(0, kLongestFailure));
    case sweep::Stage::complete:
      return fmt::format("test {:.4f}", state.test);
  }
  return "";
}

std::vector<sweep::PointState> states_of(const sweep::SweepFolder& folder,
                                         const std::vector<sweep::Point>& points) {
  std::vector<sweep::PointState> states;
  states.reserve(points.size());
  for (const auto& point : points) states.push_back(sweep::look_at(folder, point));
  return states;
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
  if (line.files.size() != 1)
    throw UsageError("sweep status needs the folder of one sweep", "",
                     std::string("usage: ") + kUsage);
  const sweep::SweepFolder folder(line.files.front());
  const auto points = folder.read();
  const auto states = states_of(folder, points);
  std::array<std::size_t, 4> counts{};
  std::int64_t listed = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto stage = states[i].stage;
    ++counts.at(static_cast<std::size_t>(stage));
    const bool is_news = stage == sweep::Stage::begun || stage == sweep::Stage::failed;
    if (!line.has("all") && (!is_news || listed++ >= kListed)) continue;
    fmt::print("{:>5}  {:<8}  {}  {}\n", points[i].number, sweep::name_of(stage),
               settings_of(points[i]), detail_of(points[i], states[i]));
  }
  const auto count = [&](sweep::Stage stage) { return counts.at(static_cast<std::size_t>(stage)); };
  fmt::print("{} points  [{}]  {} complete, {} begun, {} failed, {} pending\n", points.size(),
             bar(count(sweep::Stage::complete), count(sweep::Stage::failed), points.size()),
             count(sweep::Stage::complete), count(sweep::Stage::begun), count(sweep::Stage::failed),
             count(sweep::Stage::pending));
  return ExitCode::done;
}

}  // namespace stockpot::jobs
