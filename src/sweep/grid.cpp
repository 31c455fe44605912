// SPDX-License-Identifier: Apache-2.0
#include "sweep/grid.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "config/nearest.hpp"
#include "config/run_config.hpp"
#include "config/setting.hpp"
#include "core/error.hpp"

namespace stockpot::sweep {
namespace {

constexpr const char* kCommandLine = "--";  // where an assignment came from

/// Values of settings in the one form that each has.
class Spelling {
 public:
  /// `value` as the setting `key` spells it. throws ConfigError where it refuses it
  std::string operator()(const std::string& key, const std::string& value) {
    auto& setting = setting_of(key);
    if (const auto problem = setting.assign(value); !problem.empty())
      throw ConfigError(fmt::format("{}={} {}", key, value, problem));
    return setting.text();
  }

  config::Setting& setting_of(const std::string& key) {
    const auto found = std::ranges::find(settings_, key, &config::Setting::key);
    if (found != settings_.end()) return *found;
    const auto meant = config::nearest(key, config::keys(settings_));
    throw ConfigError(fmt::format("{} is not a setting", key), "",
                      meant.empty() ? "" : "did you mean " + meant + "?");
  }

 private:
  config::RunConfig scratch_;
  std::vector<config::Setting> settings_ = config::settings(scratch_);
};

/// Axes that advance together.
using Step = std::vector<const Axis*>;

/// Collects what is wrong, to say all of it.
class Problems {
 public:
  template <typename Work>
  void collect(const Work& work) {
    try {
      work();
    } catch (const ConfigError& error) {
      lines_.emplace_back(error.what());
    }
  }
  void raise() const {
    if (!lines_.empty()) throw ConfigError(fmt::format("{}", fmt::join(lines_, "\n")));
  }

 private:
  std::vector<std::string> lines_;
};

void check_values(const std::vector<Axis>& axes, Spelling& spelling, Problems& problems) {
  for (const auto& axis : axes)
    for (const auto& value : axis.values) problems.collect([&] { spelling(axis.key, value); });
}

void check_unique(const std::vector<Axis>& axes, Problems& problems) {
  for (std::size_t i = 0; i < axes.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (axes[i].key == axes[j].key)
        problems.collect([&] { throw ConfigError(axes[i].key + " is twice in the grid"); });
}

/// The axes of one zip. throws ConfigError
Step in_step(const std::vector<std::string>& keys, const std::vector<Axis>& axes) {
  Step step;
  for (const auto& key : keys) {
    const auto axis = std::ranges::find(axes, key, &Axis::key);
    if (axis == axes.end())
      throw ConfigError(fmt::format("{} goes in step, and has no values", key), "",
                        fmt::format("give --{}=...", key));
    step.push_back(&*axis);
    if (axis->values.size() != step.front()->values.size())
      throw ConfigError(fmt::format("{} and {} go in step, and have {} and {} values",
                                    step.front()->key, key, step.front()->values.size(),
                                    axis->values.size()));
  }
  return step;
}

/// What advances, in the order of the first axis of each.
std::vector<Step> steps_of(const Grid& grid, Problems& problems) {
  std::map<std::string, const std::vector<std::string>*> zip_of;
  for (const auto& keys : grid.zips)
    for (const auto& key : keys) {
      if (zip_of.contains(key))
        problems.collect([&] { throw ConfigError(key + " goes in step twice"); });
      zip_of[key] = &keys;
    }
  std::vector<Step> steps;
  std::vector<const std::vector<std::string>*> done;
  for (const auto& axis : grid.axes) {
    const auto zip = zip_of.find(axis.key);
    if (zip == zip_of.end()) {
      steps.push_back({&axis});
    } else if (std::ranges::find(done, zip->second) == done.end()) {
      done.push_back(zip->second);
      problems.collect([&] { steps.push_back(in_step(*zip->second, grid.axes)); });
    }
  }
  for (const auto& keys : grid.zips)
    if (std::ranges::find(done, &keys) == done.end())
      problems.collect([&] { in_step(keys, grid.axes); });
  return steps;
}

/// The conditions, each value as its setting spells it.
std::vector<Condition> spelt(const std::vector<Condition>& conditions, Spelling& spelling,
                             Problems& problems) {
  auto result = conditions;
  for (auto& condition : result)
    for (auto& [key, values] : condition)
      for (auto& value : values) problems.collect([&] { value = spelling(key, value); });
  return result;
}

bool meets(const config::Source& point, const Condition& condition, Spelling& spelling) {
  return std::ranges::all_of(condition, [&](const Axis& wanted) {
    return std::ranges::any_of(point, [&](const config::Assignment& own) {
      return own.key == wanted.key &&
             std::ranges::find(wanted.values, spelling(own.key, own.value)) != wanted.values.end();
    });
  });
}

std::int64_t combinations(const std::vector<Step>& steps, std::int64_t most) {
  std::int64_t count = 1;
  for (const auto& step : steps) {
    count *= std::ssize(step.front()->values);
    if (count > most)
      throw ConfigError(fmt::format("the grid has more than {} combinations", most), "",
                        "--yes plans them all the same; or take fewer values");
  }
  return count;
}

/// Combination number `number`, the last step fastest.
config::Source combination(const std::vector<Step>& steps, std::int64_t number) {
  std::vector<std::size_t> places(steps.size());
  for (std::size_t i = steps.size(); i-- > 0;) {
    const auto length = std::ssize(steps[i].front()->values);
    places[i] = static_cast<std::size_t>(number % length);
    number /= length;
  }
  config::Source point;
  for (std::size_t i = 0; i < steps.size(); ++i)
    for (const auto* axis : steps[i])
      point.push_back({axis->key, axis->values[places[i]], kCommandLine});
  return point;
}

}  // namespace

std::vector<Condition> conditions_of(const std::string& text) {
  std::vector<Condition> conditions;
  std::istringstream all(text);
  for (std::string one; std::getline(all, one, ';');) {
    Condition condition;
    std::istringstream words(one);
    for (std::string word; words >> word;) {
      const auto equals = word.find('=');
      if (equals == std::string::npos || equals == 0)
        throw ConfigError(fmt::format("\"{}\" is not key=value", word), "",
                          "such as --exclude \"prune.method=lth isp.denoisers=2,4; seed=3\"");
      condition.push_back({word.substr(0, equals), values_of(word.substr(equals + 1))});
    }
    if (!condition.empty()) conditions.push_back(std::move(condition));
  }
  return conditions;
}

std::vector<config::Source> points_of(const Grid& grid, std::int64_t most) {
  Spelling spelling;
  Problems problems;
  check_values(grid.axes, spelling, problems);
  check_unique(grid.axes, problems);
  const auto steps = steps_of(grid, problems);
  const auto exclusions = spelt(grid.exclusions, spelling, problems);
  problems.raise();
  std::vector<config::Source> points;
  const auto count = combinations(steps, most);
  for (std::int64_t number = 0; number < count; ++number) {
    auto point = combination(steps, number);
    const auto excludes = [&](const Condition& c) { return meets(point, c, spelling); };
    if (std::ranges::none_of(exclusions, excludes)) points.push_back(std::move(point));
  }
  if (points.empty())
    throw ConfigError("the grid has no point", "every combination is excluded", "change --exclude");
  return points;
}

}  // namespace stockpot::sweep
