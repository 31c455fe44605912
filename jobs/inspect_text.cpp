// SPDX-License-Identifier: Apache-2.0
// The two files of a run folder that are text: metrics.jsonl and config.ini.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "config/load.hpp"
#include "config/render.hpp"
#include "config/run_config.hpp"
#include "config/setting.hpp"
#include "core/error.hpp"
#include "core/escape.hpp"
#include "io/input_file.hpp"
#include "jobs/inspect.hpp"

namespace stockpot::jobs {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// What the lines of a metrics file say in all.
struct Metrics {
  std::map<std::string, std::int64_t> lines;  ///< by their event
  std::int64_t step = 0;                      ///< of the last line
  json last_trained;                          ///< the last line of a training step; else null
};

void add_line(Metrics& metrics, std::string_view text, const std::string& place) {
  const auto line = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!line.is_object() || !line.contains("event") || !line["event"].is_string() ||
      !line.contains("step") || !line["step"].is_number_integer())
    throw DataError(place + " is no line of a run's metrics", "it needs an event and a step",
                    "docs/result_format.md");
  const auto event = line["event"].get<std::string>();
  ++metrics.lines[event];
  metrics.step = line["step"];
  if (event == "train") metrics.last_trained = line;
}

std::string number_in(const json& line, const char* key) {
  return line.contains(key) && line[key].is_number()
             ? fmt::format("{:.6g}", line[key].get<double>())
             : "not measured";
}

}  // namespace

void inspect_metrics(const fs::path& path) {
  const io::MappedFile file(path);
  std::string_view rest(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  Metrics metrics;
  std::int64_t number = 0;
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    add_line(metrics, rest.substr(0, end), fmt::format("{}:{}", path.string(), ++number));
    rest.remove_prefix(end + 1);
  }
  fmt::print(
      "{}: metrics of a run, {} lines{}\n", escaped(path.string()), number,
      rest.empty() ? "" : fmt::format(" and {} bytes of one that has not ended", rest.size()));
  for (const auto& [event, count] : metrics.lines)
    fmt::print("  {:<12} {:>8}\n", escaped(event), count);
  fmt::print("  last step {}\n", metrics.step);
  if (!metrics.last_trained.is_null())
    fmt::print(
        "  at step {}: loss {}, sparsity {}\n", metrics.last_trained["step"].get<std::int64_t>(),
        number_in(metrics.last_trained, "loss"), number_in(metrics.last_trained, "sparsity"));
}

void inspect_settings(const fs::path& path) {
  auto config = config::load({path.string()});
  config::RunConfig defaults;
  fmt::print("{}: settings of a run\n  run id {}, folder {}\n", escaped(path.string()),
             config::run_id(config), escaped(config::run_folder(config).string()));
  const auto standard = config::settings(defaults);
  std::size_t differ = 0;
  for (std::size_t i = 0; const auto& setting : config::settings(config)) {
    if (setting.text() == standard[i++].text()) continue;
    fmt::print("  {} = {}\n", setting.key, escaped(setting.text()));
    ++differ;
  }
  fmt::print("  {} of {} settings differ from their defaults\n", differ, standard.size());
}

}  // namespace stockpot::jobs
