// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "config/check.hpp"
#include "config/nearest.hpp"
#include "config/setting.hpp"
#include "core/error.hpp"

namespace stockpot::config {
namespace {

/// Who had the last word on a setting.
struct Origin {
  std::size_t source;
  std::string where;
};
using Origins = std::map<std::string, Origin>;

std::string shown(const std::string& value) { return value.empty() ? "''" : value; }

/// What to say where no setting is near: whether there is the section at all.
std::string unknown(const std::string& key, const std::vector<Setting>& settings) {
  const auto dot = key.find('.');
  std::vector<std::string> sections;
  for (const Setting& setting : settings)
    if (!setting.section().empty() && (sections.empty() || sections.back() != setting.section()))
      sections.push_back(setting.section());
  if (dot == std::string::npos || std::ranges::find(sections, key.substr(0, dot)) != sections.end())
    return "; --help-all lists all";
  return fmt::format("; there is no section [{}], there are {}", key.substr(0, dot),
                     fmt::join(sections, ", "));
}

void apply(const Assignment& assignment, std::size_t source, const std::vector<Setting>& settings,
           Origins& origins, std::vector<std::string>& problems) {
  const auto& [key, value, where] = assignment;
  const auto setting = std::ranges::find(settings, key, &Setting::key);
  if (setting == settings.end()) {
    const std::string meant = nearest(key, keys(settings));
    const std::string dashes = where == "--" ? where : "";
    problems.push_back(
        where + key + " is not a setting" +
        (meant.empty() ? unknown(key, settings) : "; did you mean " + dashes + meant + "?"));
  } else if (const std::string wrong = setting->assign(value); !wrong.empty()) {
    problems.push_back(where + key + " " + shown(value) + " " + wrong);
  } else {
    origins[key] = {source, where};
  }
}

/// A budget in epochs that was set over one in steps would silently change nothing.
void check_budget(const TrainConfig& train, const Origins& origins,
                  std::vector<std::string>& problems) {
  const auto epochs = origins.find("train.epochs"), steps = origins.find("train.steps");
  if (train.steps == 0 || epochs == origins.end() || steps == origins.end() ||
      epochs->second.source <= steps->second.source)
    return;
  problems.push_back(fmt::format(
      "{}train.epochs has no effect ({}train.steps {} decides); set train.steps to 0 as well",
      epochs->second.where, steps->second.where, train.steps));
}

}  // namespace

RunConfig load(const std::vector<std::string>& files, const Source& command_line, Use use) {
  std::vector<std::string> problems;
  std::vector<Source> sources = read_ini_files(files, problems);
  sources.push_back(command_line);

  RunConfig config;
  const std::vector<Setting> all = settings(config);
  Origins origins;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    for (const Assignment& assignment : sources[i]) apply(assignment, i, all, origins, problems);
  }
  check_budget(config.train, origins, problems);
  for (const auto& [key, text] : check(config, use)) {
    const auto origin = origins.find(key);
    problems.push_back((origin == origins.end() ? "" : origin->second.where) + key + " " + text);
  }

  if (problems.empty()) return config;
  if (problems.size() == 1) throw ConfigError(problems.front());
  constexpr std::size_t kMostNamed = 20;
  const auto count = problems.size();
  if (count > kMostNamed) problems.resize(kMostNamed);
  throw ConfigError({fmt::format("{} settings are wrong{}", count,
                                 count > kMostNamed ? "; the first 20 are" : ":"),
                     problems});
}

}  // namespace stockpot::config
