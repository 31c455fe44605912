// SPDX-License-Identifier: Apache-2.0
#include "config/ini.hpp"

#include <fmt/format.h>

#include <boost/program_options/parsers.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>

namespace stockpot::config {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

// Boost's parser knows no line numbers and stops at the first error, so it is given one line at a
// time, below its section's header.

std::string without_comment(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const std::size_t first = line.find_first_not_of(" \t\r");
  return first == std::string_view::npos
             ? ""
             : std::string(line.substr(first, line.find_last_not_of(" \t\r") - first + 1));
}

bool is_section(const std::string& line) {
  return line.size() > 2 && line.front() == '[' && line.back() == ']';
}

/// One assignment below the header `section`, or nothing where `line` is none.
std::optional<po::option> parse_line(const std::string& section, const std::string& line) try {
  if (line == "[]") return std::nullopt;  // Boost reads past the end of an empty section name
  std::istringstream text(section + "\n" + line);
  const po::options_description anything;
  return po::parse_config_file(text, anything, /*allow_unregistered=*/true).options.at(0);
} catch (const po::error&) {
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(std::vector<std::string>& problems) : problems_(problems) {}

  void read(const fs::path& file) {
    std::ifstream stream(file);
    if (!stream || fs::is_directory(file)) {
      problems_.push_back(file.string() + ": cannot be read (" +
                          std::strerror(stream ? EISDIR : errno) + ")");
      return;
    }
    read_.insert(fs::weakly_canonical(file));
    Source source;
    std::map<std::string, int> line_of;  // key -> where it was set first
    std::string section, text;
    for (int number = 1; std::getline(stream, text); ++number) {
      if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);  // byte-order mark
      const std::string where = fmt::format("{}:{}: ", file.string(), number);
      if (text.find('\0') != std::string::npos) {
        problems_.push_back(where + "a byte 0 (this is no text, so no file of settings)");
        break;
      }
      const std::string line = without_comment(text);
      if (line.empty()) continue;
      if (is_section(line)) {
        section = line;
      } else if (const auto option = parse_line(section, line); !option) {
        problems_.push_back(where + "'" + line +
                            "' is not understood (a line is [section], key = value or # comment)");
      } else if (option->string_key == "include") {
        include(file.parent_path() / option->value.at(0),
                where);  // its source comes to lie before this one
      } else if (const auto [first, is_new] = line_of.emplace(option->string_key, number);
                 !is_new) {
        problems_.push_back(fmt::format("{}{} is set twice (first in line {})", where,
                                        option->string_key, first->second));
      } else {
        source.push_back({option->string_key, option->value.at(0), where});
      }
    }
    sources_.push_back(std::move(source));
  }

  std::vector<Source> sources() && { return std::move(sources_); }

 private:
  void include(const fs::path& file, const std::string& where) {
    if (!fs::is_regular_file(file)) {
      problems_.push_back(where + "include " + file.string() + " is not a file");
    } else if (!read_.contains(fs::weakly_canonical(file))) {
      read(file);
    }
  }

  std::vector<std::string>& problems_;
  std::vector<Source> sources_;
  std::set<fs::path> read_;
};

}  // namespace

std::vector<Source> read_ini_files(const std::vector<std::string>& files,
                                   std::vector<std::string>& problems) {
  Reader reader(problems);
  for (const std::string& file : files) reader.read(file);
  return std::move(reader).sources();
}

}  // namespace stockpot::config
