// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/ini.hpp"

namespace stockpot::config {

/// A flag of one subcommand, such as `--run-dir DIR`.
struct Flag {
  std::string name;   ///< without the dashes
  std::string value;  ///< what follows it, as the help names it; empty: nothing follows
  std::string help;
};

/// The words after a subcommand, sorted out.
struct CommandLine {
  std::vector<std::string> files;            ///< words that belong to no flag
  std::map<std::string, std::string> flags;  ///< name -> value
  Source settings;                           ///< `--section.key=value`, checked by load()

  bool has(const std::string& flag) const { return flags.contains(flag); }

  /// Value of `--flag`, if it was given.
  std::optional<std::string> value(const std::string& flag) const;
};

/// `flags` and those that every subcommand understands, where it does not describe them itself:
/// --help (-h), --help-all, --version (-V).
std::vector<Flag> with_common_flags(std::vector<Flag> flags);

/// Sort out the words of a command line: `--flag`, `--flag VALUE`, `--flag=VALUE`, settings in the
/// same forms, files, and the common flags. No prefix is guessed. Of a flag or setting that is
/// given twice the later one holds.
///
/// setting_keys  the settings this subcommand takes; if there are any, an unknown word with a dot
///               is left for load() to refuse
/// throws        UsageError on an unknown flag (with the nearest) or a missing value
CommandLine parse_command_line(const std::vector<std::string>& words,
                               const std::vector<Flag>& flags,
                               const std::vector<std::string>& setting_keys = {});

}  // namespace stockpot::config
