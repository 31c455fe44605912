// SPDX-License-Identifier: Apache-2.0
#include "sweep/point_state.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "io/result_file.hpp"

namespace stockpot::sweep {
namespace {

namespace fs = std::filesystem;

constexpr std::streamoff kTail = 8192;  // bytes that hold the last line of any metrics

/// Step of the last whole line of a metrics file; 0: none says.
std::int64_t last_step(const fs::path& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const std::streamoff size = file.tellg();
  if (size <= 0) return 0;
  file.seekg(std::max<std::streamoff>(0, size - kTail));
  std::int64_t step = 0;
  for (std::string line; std::getline(file, line) && !file.eof();) {
    const auto read = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (read.is_object() && read.contains("step") && read["step"].is_number_integer())
      step = read["step"].get<std::int64_t>();
  }
  return step;
}

PointState begun(const fs::path& metrics) {
  PointState state{.stage = Stage::begun, .step = last_step(metrics), .failure = ""};
  std::error_code vanished;
  const auto written = fs::last_write_time(metrics, vanished);
  if (!vanished)
    state.quiet_s =
        std::chrono::duration<double>(fs::file_time_type::clock::now() - written).count();
  return state;
}

PointState ended(const fs::path& result, const Point& point) {
  try {
    const auto read = io::read_result(result);
    if (read.status != "complete") return {.stage = Stage::failed, .failure = read.failure};
    if (read.run_id != point.run_id)
      return {.stage = Stage::failed, .failure = "its folder holds the result of other settings"};
    return {.stage = Stage::complete, .test = read.test, .failure = ""};
  } catch (const Error& error) {
    return {.stage = Stage::failed, .failure = error.what()};
  }
}

}  // namespace

PointState look_at(const SweepFolder& folder, const Point& point) {
  const auto run = folder.run_of(point);
  std::error_code ignored;
  if (fs::exists(run / "result.h5", ignored)) return ended(run / "result.h5", point);
  if (fs::exists(run / "metrics.jsonl", ignored)) return begun(run / "metrics.jsonl");
  return {};
}

}  // namespace stockpot::sweep
