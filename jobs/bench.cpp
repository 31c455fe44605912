// SPDX-License-Identifier: Apache-2.0
// stockpot bench: the benchmarks that are named, or all, one line each.
#include "jobs/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>

#include "bench/benchmark.hpp"
#include "comm/cores.hpp"
#include "config/command_line.hpp"
#include "config/help.hpp"
#include "config/nearest.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "io/atomic_file.hpp"

namespace stockpot::jobs {
namespace {

const std::vector<config::Flag> kFlags = {
    {"list", "", "name the benchmarks and their goals"},
    {"threads", "N", "threads of each rank; default: the cores, shared by the ranks of a node"},
    {"rounds", "N", "how often both sides are timed; default: what suits each benchmark"},
    {"scale", "X", "size of the problem, 1 = as docs/performance.md says; small for a smoke run"},
    {"json", "FILE", "keep the seconds of every round"},
};

struct Request {
  std::vector<const bench::Benchmark*> chosen;
  bench::Setting setting{.threads = 0};  // 0: all cores, shared by the ranks
  bool list = false;
  std::string json;
};

template <typename Number>
Number number_above_zero(std::string_view flag, const std::string& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !(number > 0))
    throw UsageError("--" + std::string(flag) + " " + text, "it takes a number above 0");
  return number;
}

const bench::Benchmark& named(const std::string& id) {
  const auto& all = bench::catalogue();
  const auto found = std::ranges::find(all, id, &bench::Benchmark::id);
  if (found != all.end()) return *found;
  std::vector<std::string> ids;
  for (const auto& benchmark : all) ids.emplace_back(benchmark.id);
  const std::string meant = config::nearest(id, ids);
  throw UsageError("there is no benchmark " + id, {},
                   meant.empty()
                       ? "stockpot bench --list names them"
                       : "did you mean " + meant + "? stockpot bench --list names them all");
}

Request parsed(const config::CommandLine& line) {
  Request request;
  request.list = line.has("list");
  if (const auto text = line.value("threads"))
    request.setting.threads = number_above_zero<int>("threads", *text);
  if (const auto text = line.value("rounds"))
    request.setting.rounds = number_above_zero<int>("rounds", *text);
  if (const auto text = line.value("scale"))
    request.setting.scale = number_above_zero<double>("scale", *text);
  request.json = line.value("json").value_or("");
  for (const auto& id : line.files) request.chosen.push_back(&named(id));
  if (request.chosen.empty())
    for (const auto& benchmark : bench::catalogue()) request.chosen.push_back(&benchmark);
  return request;
}

std::string text_of(const bench::Goal& goal) {
  return (goal.kind == bench::Goal::Kind::at_least ? ">= " : "<= ") +
         nlohmann::json(goal.ratio).dump();
}

nlohmann::json measured(const bench::Benchmark& benchmark, const bench::Setting& setting) {
  const bench::Timings timings = benchmark.run(setting);
  const bench::Ratios ratios = bench::ratios_of(timings, benchmark.goal.kind);
  return {{"id", benchmark.id},
          {"what", benchmark.what},
          {"median", ratios.median},
          {"least", ratios.least},
          {"most", ratios.most},
          {"goal", text_of(benchmark.goal)},
          {"verdict", bench::verdict(ratios, benchmark.goal)},
          {"ours_s", timings.ours_s},
          {"peer_s", timings.peer_s},
          {"scale", setting.scale},
          {"threads", setting.threads},
          {"ranks", setting.ranks == nullptr ? 1 : setting.ranks->size()}};
}

void print(const nlohmann::json& row) {
  const auto text = [&](const char* key) { return row[key].get<std::string>(); };
  fmt::print("{:<20} {:>8.3f}  [{:.3f} .. {:.3f}]  goal {}  {}\n", text("id"),
             row["median"].get<double>(), row["least"].get<double>(), row["most"].get<double>(),
             text("goal"), text("verdict"));
  std::fflush(stdout);
}

/// ranks  null where MPI was not started
ExitCode run_all(const Request& request, const comm::Group* ranks) {
  const bool speaks = ranks == nullptr || ranks->is_root();
  bench::Setting setting = request.setting;
  setting.ranks = ranks;
  if (setting.threads == 0) {
    const auto share = ranks == nullptr ? comm::CoreShare{} : comm::share_of_cores(*ranks);
    setting.threads = ranks == nullptr ? static_cast<int>(std::thread::hardware_concurrency())
                                       : std::max(1, share.cores / share.sharers);
  }
  nlohmann::json report = nlohmann::json::array();
  for (const auto* benchmark : request.chosen) {
    if (!benchmark->on_ranks && ranks != nullptr && ranks->size() > 1) {
      log_info(std::string(benchmark->id) + " is for one process: left out");
      continue;
    }
    auto row = measured(*benchmark, setting);
    if (speaks) print(row);
    report.push_back(std::move(row));
  }
  if (speaks && !request.json.empty()) io::write_atomically(request.json, report.dump(2) + "\n");
  return ExitCode::done;
}

}  // namespace

ExitCode bench(const Words& words) {
  const auto line = config::parse_command_line(words, kFlags);
  if (config::print_help_if_asked(line, "stockpot bench [ID...]", kFlags)) return ExitCode::done;
  const Request request = parsed(line);
  if (request.list) {
    for (const auto& benchmark : bench::catalogue())
      fmt::print("{:<20} {} (goal {})\n", benchmark.id, benchmark.what, text_of(benchmark.goal));
    return ExitCode::done;
  }
  if (std::ranges::none_of(request.chosen, &bench::Benchmark::on_ranks))
    return run_all(request, nullptr);
  return with_ranks([&](const comm::Group& world) { return run_all(request, &world); });
}

}  // namespace stockpot::jobs
