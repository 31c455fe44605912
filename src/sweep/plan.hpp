// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace stockpot::sweep {

/// One run of a sweep: a line of points.jsonl.
struct Point {
  std::int64_t number = 0;  ///< from 0, its place in the file
  std::string run_id;
  std::string folder;  ///< of its run, below that of the sweep
  std::vector<std::pair<std::string, std::string>> settings;  ///< of the axes: key and value
  std::int64_t steps = 0;   ///< optimizer steps, look-aheads included
  std::uint64_t bytes = 0;  ///< at most so many lie in its folder at once

  friend bool operator==(const Point&, const Point&) = default;
};

/// The files of a sweep: `points.jsonl`, the plan; `points/<number>.ini`, the settings of each
/// point; `runs/`, their folders; `logs/<number>.log`, what they say.
class SweepFolder {
 public:
  explicit SweepFolder(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path points() const { return path_ / "points.jsonl"; }
  std::filesystem::path runs() const { return path_ / "runs"; }
  std::filesystem::path ini_of(std::int64_t number) const;
  std::filesystem::path log_of(std::int64_t number) const;
  std::filesystem::path run_of(const Point& point) const { return path_ / point.folder; }

  bool is_planned() const;

  /// Put down a plan: the settings of all points first, points.jsonl last, whose presence means
  /// that the plan is whole. The same plan again changes nothing.
  /// inis    of the points, in their order
  /// throws  ConfigError where another plan is there; IoError
  void plan(const std::vector<Point>& points, const std::vector<std::string>& inis) const;

  /// The plan. throws ConfigError where there is none; DataError naming file and line
  std::vector<Point> read() const;

 private:
  std::filesystem::path path_;
};

}  // namespace stockpot::sweep
