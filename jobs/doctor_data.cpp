// SPDX-License-Identifier: Apache-2.0
// stockpot doctor --data: a line for each official file and for each part that was read; the
// verdict is the exit code.
#include "jobs/doctor_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "config/command_line.hpp"
#include "config/load.hpp"
#include "config/setting.hpp"
#include "core/escape.hpp"
#include "data/check_files.hpp"
#include "data/image/image_source.hpp"
#include "data/load.hpp"

namespace stockpot::jobs {
namespace {

namespace fs = std::filesystem;
using State = data::FoundFile::State;

const char* word_for(State state) {
  switch (state) {
    case State::official:
      return "official";
    case State::there:
      return "there";
    case State::different:
      return "DIFFERS";
    case State::absent:
      return "absent";
    case State::unreadable:
      return "DAMAGED";
  }
  return "";
}

void print(const data::FoundSet& set) {
  fmt::print("{} in {}\n", set.name, escaped(set.folder.string()));
  for (const auto& file : set.files) {
    const char* word = file.state == State::absent && file.needed ? "ABSENT" : word_for(file.state);
    fmt::print("  {:<8} {:<32}", word, escaped(file.path.lexically_relative(set.folder).string()));
    if (file.bytes > 0) fmt::print(" {:>11} bytes", file.bytes);
    fmt::print("{}{}\n", file.note.empty() ? "" : "  ", escaped(file.note));
  }
  for (const auto& part : set.parts)
    fmt::print("  {:<8} {:<32} {}\n", part.good ? "reads" : "BAD", escaped(part.name),
               escaped(part.text));
  const auto* source = data::find_image_source(set.name);
  if (set.good())
    std::puts("  complete");
  else
    fmt::print("  not complete; get it from {}\n",
               source != nullptr ? source->origin : "its owners (docs/data.md)");
}

/// The sets that the words are about: those of the folders, or the one that a run with these
/// settings would read.
std::vector<data::FoundSet> find_sets(const config::CommandLine& line) {
  std::vector<std::string> configs;
  std::vector<data::FoundSet> sets;
  for (const std::string& word : line.files) {
    std::error_code ignored;
    if (!fs::is_directory(word, ignored)) {
      configs.push_back(word);
      continue;
    }
    auto found = data::check_folder(word);
    if (found.empty())
      throw DataError(word + " holds no official file of any data set", "nor do its subfolders",
                      "docs/data.md names the files");
    sets.insert(sets.end(), std::make_move_iterator(found.begin()),
                std::make_move_iterator(found.end()));
  }
  if (!configs.empty() || !line.settings.empty()) {
    const auto config = config::load(configs, line.settings);
    const auto* set = data::find_official_set(config.data.name);
    if (set == nullptr)
      throw UsageError("doctor --data knows official data sets only",
                       "data.name " + config.data.name + " is your own",
                       "stockpot run ... --check reads it");
    sets.push_back(data::check_files(*set, data::folder_of(config.data)));
  }
  if (sets.empty())
    throw UsageError(
        "doctor --data needs to know where to look", "",
        "name folders, or a task and its folder: configs/tasks/mnist.ini --data.dir=FOLDER");
  return sets;
}

}  // namespace

ExitCode doctor_data(const config::CommandLine& line) {
  const auto sets = find_sets(line);
  std::ranges::for_each(sets, print);
  return std::ranges::all_of(sets, &data::FoundSet::good) ? ExitCode::done : ExitCode::bad_input;
}

}  // namespace stockpot::jobs
