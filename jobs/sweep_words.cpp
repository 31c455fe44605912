// SPDX-License-Identifier: Apache-2.0
#include "jobs/sweep_words.hpp"

#include <fmt/format.h>

#include <sstream>

#include "core/error.hpp"
#include "core/escape.hpp"

namespace stockpot::jobs {

sweep::SweepFolder sweep_at(const std::filesystem::path& path) {
  auto folder = std::filesystem::weakly_canonical(std::filesystem::absolute(path));
  return sweep::SweepFolder(folder.has_filename() ? folder : folder.parent_path());
}

sweep::SweepFolder sweep_of(const config::CommandLine& line, const char* usage) {
  if (line.files.size() != 1)
    throw UsageError("the command needs the folder of one sweep", "",
                     std::string("usage: ") + usage);
  return sweep_at(line.files.front());
}

std::string text_of(const std::vector<std::pair<std::string, std::string>>& settings) {
  std::string text;
  for (const auto& [key, value] : settings)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", key, escaped(value));
  return text;
}

std::vector<std::string> words_in(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

}  // namespace stockpot::jobs
