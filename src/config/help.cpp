// SPDX-License-Identifier: Apache-2.0
#include "config/help.hpp"

#include <cstdio>

#include "core/provenance.hpp"

namespace stockpot::config {
namespace {

constexpr std::size_t kColumn = 38;

std::string entry(std::string left, const std::string& right) {
  left = "  " + left;
  if (left.size() < kColumn) {
    left.resize(kColumn, ' ');
  } else {
    left += "\n" + std::string(kColumn, ' ');
  }
  return left + right + "\n";
}

std::string meaning(const Setting& setting) {
  return setting.help + (setting.rule.words.empty() ? "" : " (" + setting.rule.words + ")");
}

}  // namespace

std::string help_text(const std::string& usage, const std::vector<Flag>& flags,
                      const std::vector<Setting>& settings, bool all) {
  std::string text = "usage: " + usage + "\n\n";
  for (const Flag& flag : with_common_flags(flags))
    text += entry("--" + flag.name + (flag.value.empty() ? "" : " " + flag.value), flag.help);
  if (settings.empty()) return text;

  text +=
      "\nSettings, with their defaults. In an ini file, --isp.rate=0.1 is rate = 0.1 below "
      "[isp].\n";
  text += "Command line > later file > earlier file > default.\n\n";
  std::string section;
  for (const Setting& setting : settings) {
    if (!all && setting.level != Level::basic) continue;
    if (setting.section() != section) {
      section = setting.section();
      text += "\n[" + section + "]\n";
    }
    text += entry("--" + setting.key + "=" + setting.text(), meaning(setting));
  }
  if (!all) text += "\n--help-all shows every setting.\n";
  return text;
}

bool print_help_if_asked(const CommandLine& line, const std::string& usage,
                         const std::vector<Flag>& flags, const std::vector<Setting>& settings) {
  if (line.has("version")) {
    std::puts(version_line().c_str());
    return true;
  }
  if (!line.has("help") && !line.has("help-all")) return false;
  std::fputs(help_text(usage, flags, settings, line.has("help-all")).c_str(), stdout);
  return true;
}

}  // namespace stockpot::config
