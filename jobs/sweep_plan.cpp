// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <limits>
#include <map>
#include <sstream>

#include "config/command_line.hpp"
#include "config/help.hpp"
#include "config/load.hpp"
#include "config/render.hpp"
#include "core/escape.hpp"
#include "core/log.hpp"
#include "jobs/run_folder.hpp"
#include "jobs/sweep_checker.hpp"
#include "jobs/sweep_commands.hpp"
#include "jobs/sweep_words.hpp"
#include "sweep/grid.hpp"
#include "sweep/plan.hpp"

namespace stockpot::jobs {
namespace {

constexpr const char* kUsage =
    "stockpot sweep plan CONFIG... --out DIR [--section.key=VALUES ...]\n"
    "       VALUES: a list a,b,c; its members may be ranges first:last[:step] of numbers, both "
    "ends "
    "in them";
constexpr std::int64_t kMostPoints = 20'000;  // without --yes
constexpr std::size_t kMostProblems = 20;     // that are printed

const std::vector<config::Flag> kFlags = {
    {"out", "DIR", "folder of the sweep"},
    {"zip", "'KEY KEY ...; ...'",
     "settings whose values go in step, the first with the first, instead of all combinations"},
    {"exclude", "'KEY=VALUES KEY=VALUES ...; ...'", "combinations that are left out"},
    {"yes", "", "plan more than 20,000 points"},
};

std::vector<std::vector<std::string>> zips_of(const std::string& text) {
  std::vector<std::vector<std::string>> zips;
  std::istringstream all(text);
  for (std::string one; std::getline(all, one, ';');) {
    auto keys = words_in(one);
    if (!keys.empty()) zips.push_back(std::move(keys));
  }
  return zips;
}

sweep::Grid grid_of(const config::CommandLine& line) {
  sweep::Grid grid{.axes = {},
                   .zips = zips_of(line.value("zip").value_or("")),
                   .exclusions = sweep::conditions_of(line.value("exclude").value_or(""))};
  for (const auto& [key, value, where] : line.settings)
    grid.axes.push_back({key, sweep::values_of(value)});
  return grid;
}

/// Settings of a point that are not the same in all.
std::vector<std::pair<std::string, std::string>> varied(const sweep::Grid& grid,
                                                        const config::Source& point) {
  std::vector<std::pair<std::string, std::string>> settings;
  for (const auto& [key, value, where] : point) {
    const auto axis = std::ranges::find(grid.axes, key, &sweep::Axis::key);
    if (axis->values.size() > 1) settings.emplace_back(key, value);
  }
  return settings;
}

/// The points of a sweep as they are planned, one after the other.
class Planner {
 public:
  Planner(const config::CommandLine& line, const std::filesystem::path& folder)
      : line_(line), grid_(grid_of(line)), folder_(folder) {}

  void plan_all() {
    const auto most = line_.has("yes") ? std::numeric_limits<std::int32_t>::max() : kMostPoints;
    for (const auto& point : sweep::points_of(grid_, most)) plan(point);
    if (!problems_.empty()) raise();
  }

  const std::vector<sweep::Point>& points() const { return points_; }
  const std::vector<std::string>& inis() const { return inis_; }
  std::int64_t repeated() const { return repeated_; }

 private:
  void plan(const config::Source& settings) {
    const auto own = varied(grid_, settings);
    try {
      auto config = config::load(line_.files, settings);
      config.run_root = folder_.runs().string();
      add(config, settings, own);
    } catch (const Error& error) {
      ++bad_points_;
      code_ = std::min(code_, error.exit_code());
      std::string text = error.what();
      const auto [known, is_new] = problems_.try_emplace(std::move(text), text_of(own));
      if (is_new) order_.push_back(&known->first);
    }
  }

  void add(const config::RunConfig& config, const config::Source& settings,
           const std::vector<std::pair<std::string, std::string>>& own) {
    auto id = config::run_id(config);
    if (!ids_.insert({id, points_.size()}).second) {
      ++repeated_;
      return;
    }
    const auto run = std::filesystem::path("runs") / fmt::format("{}-{}", config.name, id);
    const auto setup = checker_.setup_of(config, settings, folder_.path() / run);
    const auto forecast = setup.foreseen();
    const auto steps = forecast.cursor.step + forecast.look_ahead_steps + forecast.member_steps;
    points_.push_back({.number = std::ssize(points_),
                       .run_id = std::move(id),
                       .folder = run.string(),
                       .settings = own,
                       .steps = steps,
                       .bytes = bytes_to_write(setup).all()});
    inis_.push_back(config::to_ini(config));
  }

  /// All different problems, with the first point that has each.
  [[noreturn]] void raise() const {
    std::vector<std::string> lines;
    for (const auto* text : order_) {
      if (lines.size() == kMostProblems) {
        lines.push_back(fmt::format("and {} others", order_.size() - kMostProblems));
        break;
      }
      const auto& where = problems_.at(*text);
      lines.push_back((where.empty() ? "" : where + ": ") + *text);
    }
    const ProblemText problem(
        fmt::format("{} of {} points would not start, nothing was planned", bad_points_,
                    bad_points_ + std::ssize(points_) + repeated_),
        lines);
    if (code_ == ExitCode::bad_input) throw DataError(problem);
    throw ConfigError(problem);
  }

  const config::CommandLine& line_;
  sweep::Grid grid_;
  sweep::SweepFolder folder_;
  SweepChecker checker_;
  std::vector<sweep::Point> points_;
  std::vector<std::string> inis_;
  std::map<std::string, std::size_t> ids_;
  std::int64_t repeated_ = 0, bad_points_ = 0;
  std::map<std::string, std::string> problems_;
  std::vector<const std::string*> order_;
  ExitCode code_ = ExitCode::bad_configuration;
};

void print_plan(const Planner& planner, const sweep::SweepFolder& folder) {
  std::int64_t steps = 0, complete = 0;
  std::uint64_t bytes = 0;
  for (const auto& point : planner.points()) {
    steps += point.steps;
    bytes += point.bytes;
    std::error_code ignored;
    complete += std::filesystem::exists(folder.run_of(point) / "result.h5", ignored) ? 1 : 0;
  }
  fmt::print("points {}", planner.points().size());
  if (planner.repeated() > 0)
    fmt::print(", {} more are the same runs as others of them", planner.repeated());
  if (complete > 0) fmt::print(", {} have a result already", complete);
  fmt::print("\nsteps  {} of the optimizer, look-aheads included\n", steps);
  fmt::print("disk   at most {:.1f} MiB, checkpoints included\n",
             static_cast<double>(bytes) / 1048576.0);
  fmt::print("folder {}\n", escaped(folder.path().string()));
}

}  // namespace

ExitCode plan_sweep(const Words& words) {
  config::RunConfig defaults;
  const auto settings = config::settings(defaults);
  const auto line = config::parse_command_line(words, kFlags, config::keys(settings));
  if (config::print_help_if_asked(line, kUsage, kFlags, settings)) return ExitCode::done;
  if (line.files.empty() || !line.has("out"))
    throw UsageError("sweep plan needs a CONFIG and --out DIR", "",
                     std::string("usage: ") + kUsage);
  const auto folder = sweep_at(*line.value("out"));
  Planner planner(line, folder.path());
  planner.plan_all();
  folder.plan(planner.points(), planner.inis());
  print_plan(planner, folder);
  return ExitCode::done;
}

}  // namespace stockpot::jobs
