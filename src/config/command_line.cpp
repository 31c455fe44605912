// SPDX-License-Identifier: Apache-2.0
#include "config/command_line.hpp"

#include <algorithm>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>

#include "config/nearest.hpp"
#include "core/error.hpp"

namespace stockpot::config {
namespace {

namespace po = boost::program_options;

po::option without_value(const std::string& name, const std::string& word) {
  po::option option(name, {});
  option.original_tokens = {word};
  return option;
}

/// Takes `--key=` as an empty value, which Boost refuses, and the short names of common flags.
std::vector<po::option> our_style(std::vector<std::string>& words) {
  const std::string word = words.front();
  for (const auto& [letter, flag] : {std::pair("-h", "help"), std::pair("-V", "version")}) {
    if (word != letter) continue;
    words.erase(words.begin());
    return {without_value(flag, word)};
  }
  if (!word.starts_with("--") || word.find('=') != word.size() - 1) return {};
  po::option option(word.substr(2, word.size() - 3), {""});
  option.original_tokens = {word};
  words.erase(words.begin());
  return {option};
}

std::vector<po::option> split(const std::vector<std::string>& words, const std::vector<Flag>& flags,
                              const std::vector<std::string>& setting_keys) {
  po::options_description known;
  for (const Flag& flag : flags) {
    if (flag.value.empty()) {
      known.add_options()(flag.name.c_str(), flag.help.c_str());
    } else {
      known.add_options()(flag.name.c_str(), po::value<std::string>(), flag.help.c_str());
    }
  }
  for (const std::string& key : setting_keys)
    known.add_options()(key.c_str(), po::value<std::string>(), "");
  namespace style = po::command_line_style;
  try {
    return po::command_line_parser(words)
        .options(known)
        .style(style::allow_long | style::long_allow_adjacent | style::long_allow_next)
        .extra_style_parser(our_style)
        .allow_unregistered()
        .run()
        .options;
  } catch (const po::error& error) {
    throw UsageError(error.what(), "", "see --help");
  }
}

[[noreturn]] void refuse(const std::string& word, const std::vector<Flag>& flags,
                         const std::vector<std::string>& setting_keys) {
  std::vector<std::string> candidates = setting_keys;
  for (const Flag& flag : flags) candidates.push_back(flag.name);
  const std::string meant = nearest(
      word.substr(word.find_first_not_of('-') == std::string::npos ? 0
                                                                   : word.find_first_not_of('-')),
      candidates);
  throw UsageError(word + " is not a flag of this command", "",
                   meant.empty() ? "see --help" : "did you mean --" + meant + "?");
}

}  // namespace

std::vector<Flag> with_common_flags(std::vector<Flag> flags) {
  for (const Flag& common : {Flag{"help", "", "this text; short: -h"},
                             Flag{"help-all", "", "the same with every setting there is"},
                             Flag{"version", "", "version and commit; short: -V"}})
    if (std::ranges::find(flags, common.name, &Flag::name) == flags.end()) flags.push_back(common);
  return flags;
}

std::optional<std::string> CommandLine::value(const std::string& flag) const {
  const auto found = flags.find(flag);
  return found == flags.end() ? std::nullopt : std::optional(found->second);
}

CommandLine parse_command_line(const std::vector<std::string>& words,
                               const std::vector<Flag>& own_flags,
                               const std::vector<std::string>& setting_keys) {
  const auto flags = with_common_flags(own_flags);
  const std::vector<po::option> options = split(words, flags, setting_keys);
  CommandLine line;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const std::string& name = options[i].string_key;
    if (name.empty()) {
      if (options[i].value.at(0).starts_with('-')) refuse(options[i].value[0], flags, setting_keys);
      line.files.push_back(options[i].value[0]);
      continue;
    }
    std::string value = options[i].value.empty() ? "" : options[i].value[0];
    if (value.starts_with("--") && options[i].original_tokens.size() == 2)
      throw UsageError("--" + name + " needs a value", value + " follows it");
    if (std::ranges::find(flags, name, &Flag::name) != flags.end()) {
      line.flags[name] = value;
      continue;
    }
    if (options[i].unregistered) {
      if (setting_keys.empty() || name.find('.') == std::string::npos)
        refuse("--" + name, flags, setting_keys);
      const bool value_follows =
          options[i].value.empty() && i + 1 < options.size() && options[i + 1].string_key.empty();
      if (value_follows) value = options[++i].value.at(0);
    }
    std::erase_if(line.settings, [&](const Assignment& earlier) { return earlier.key == name; });
    line.settings.push_back({name, value, "--"});
  }
  return line;
}

}  // namespace stockpot::config
