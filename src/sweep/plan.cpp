// SPDX-License-Identifier: Apache-2.0
#include "sweep/plan.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/escape.hpp"
#include "io/atomic_file.hpp"
#include "io/durable.hpp"

namespace stockpot::sweep {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kVersion = 1;

std::string line_of(const Point& point) {
  ordered_json settings = ordered_json::object();
  for (const auto& [key, value] : point.settings) settings[key] = value;
  return ordered_json{{"point", point.number}, {"run_id", point.run_id}, {"folder", point.folder},
                      {"settings", settings},  {"steps", point.steps},   {"bytes", point.bytes}}
      .dump(-1, ' ', true);
}

std::string head_line(std::size_t points) {
  return ordered_json{{"format", "stockpot-sweep"}, {"version", kVersion}, {"points", points}}
      .dump();
}

/// Whether `name` is that of a folder below, whatever somebody wrote into the file.
bool stays_below(const std::filesystem::path& name) {
  if (name.empty() || !name.is_relative()) return false;
  for (const auto& part : name)
    if (part == "..") return false;
  return true;
}

/// Whole or not: the plan that comes behind it says that it is there.
void write_plainly(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) throw IoError("cannot write " + path.string(), io::errno_text());
}

Point point_of(const std::string& line) {
  const auto read = ordered_json::parse(line);
  Point point{.number = read.at("point").get<std::int64_t>(),
              .run_id = read.at("run_id").get<std::string>(),
              .folder = read.at("folder").get<std::string>(),
              .settings = {},
              .steps = read.at("steps").get<std::int64_t>(),
              .bytes = read.at("bytes").get<std::uint64_t>()};
  for (const auto& [key, value] : read.at("settings").items())
    point.settings.emplace_back(key, value.get<std::string>());
  if (!stays_below(point.folder)) throw DataError("a folder that is not below that of the sweep");
  return point;
}

std::size_t count_in_head(const std::string& line) {
  const auto head = json::parse(line);
  if (head.at("format") != "stockpot-sweep") throw DataError("it is no plan of a sweep");
  if (head.at("version") != kVersion)
    throw DataError(fmt::format("its version is {}, this program knows {}",
                                head.at("version").dump(), kVersion));
  return head.at("points").get<std::size_t>();
}

}  // namespace

std::filesystem::path SweepFolder::ini_of(std::int64_t number) const {
  return path_ / "points" / fmt::format("{:05}.ini", number);
}

std::filesystem::path SweepFolder::log_of(std::int64_t number) const {
  return path_ / "logs" / fmt::format("{:05}.log", number);
}

bool SweepFolder::is_planned() const {
  std::error_code ignored;
  return std::filesystem::exists(points(), ignored);
}

void SweepFolder::plan(const std::vector<Point>& points,
                       const std::vector<std::string>& inis) const {
  expect(points.size() == inis.size(), "settings of another number of points", points.size(),
         inis.size());
  if (is_planned()) {
    if (read() == points) return;
    throw ConfigError(path_.string() + " holds the plan of another sweep", "",
                      "choose another --out");
  }
  for (const char* folder : {"", "points", "runs", "logs"}) io::make_folder_durably(path_ / folder);
  std::string text = head_line(points.size()) + "\n";
  for (std::size_t i = 0; i < points.size(); ++i) {
    write_plainly(ini_of(points[i].number), inis[i]);
    text += line_of(points[i]) + "\n";
  }
  io::flush_file_system(path_);
  io::write_atomically(this->points(), text);
}

std::vector<Point> SweepFolder::read() const {
  if (!is_planned())
    throw ConfigError(path_.string() + " holds no plan of a sweep", "",
                      "`stockpot sweep plan CONFIG --out " + path_.string() + " ...` makes one");
  std::ifstream file(points());
  std::vector<Point> all;
  std::size_t count = 0, number = 0;
  for (std::string line; std::getline(file, line); ++number) {
    try {
      if (number == 0)
        count = count_in_head(line);
      else
        all.push_back(point_of(line));
      if (number > 0 && all.back().number != static_cast<std::int64_t>(number) - 1)
        throw DataError("points are not in order");
    } catch (const json::exception& error) {
      throw DataError(
          fmt::format("{}:{}: {}", points().string(), number + 1, escaped(error.what())));
    } catch (const DataError& error) {
      throw DataError(fmt::format("{}:{}: {}", points().string(), number + 1, error.what()));
    }
  }
  if (number == 0 || all.size() != count)
    throw DataError(fmt::format("{} has {} points of {}", points().string(), all.size(), count), "",
                    "make the plan again in another folder");
  return all;
}

}  // namespace stockpot::sweep
