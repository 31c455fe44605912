#include "jobs/job.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <thread>

#include "bench/benchmark.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "io/atomic_file.hpp"

namespace stockpot::jobs {
namespace {

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
    throw UsageError(std::string(flag) + " " + text, "it takes a number above 0");
  return number;
}

const bench::Benchmark& named(const std::string& id) {
  const auto& all = bench::catalogue();
  const auto found = std::ranges::find(all, id, &bench::Benchmark::id);
  if (found == all.end()) throw UsageError("there is no benchmark " + id, {}, "stockpot bench --list names them");
  return *found;
}

Request parsed(const std::vector<std::string>& arguments) {
  Request request;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string flag = arguments[i];
    if (!flag.starts_with("--")) {
      request.chosen.push_back(&named(flag));
      continue;
    }
    if (flag == "--list") {
      request.list = true;
      continue;
    }
    if (flag != "--json" && flag != "--scale" && flag != "--threads" && flag != "--rounds") throw UsageError("bench does not know " + flag);
    if (++i == arguments.size()) throw UsageError(flag + " needs a value");
    if (flag == "--json") request.json = arguments[i];
    if (flag == "--scale") request.setting.scale = number_above_zero<double>(flag, arguments[i]);
    if (flag == "--threads") request.setting.threads = number_above_zero<int>(flag, arguments[i]);
    if (flag == "--rounds") request.setting.rounds = number_above_zero<int>(flag, arguments[i]);
  }
  if (request.chosen.empty())
    for (const auto& benchmark : bench::catalogue()) request.chosen.push_back(&benchmark);
  return request;
}

std::string text_of(const bench::Goal& goal) {
  return (goal.kind == bench::Goal::Kind::at_least ? ">= " : "<= ") + nlohmann::json(goal.ratio).dump();
}

nlohmann::json measured(const bench::Benchmark& benchmark, const bench::Setting& setting) {
  const bench::Timings timings = benchmark.run(setting);
  const bench::Ratios ratios = bench::ratios_of(timings, benchmark.goal.kind);
  return {{"id", benchmark.id}, {"what", benchmark.what}, {"median", ratios.median}, {"least", ratios.least}, {"most", ratios.most},
          {"goal", text_of(benchmark.goal)}, {"verdict", bench::verdict(ratios, benchmark.goal)}, {"ours_s", timings.ours_s}, {"peer_s", timings.peer_s},
          {"scale", setting.scale}, {"threads", setting.threads}, {"ranks", setting.ranks == nullptr ? 1 : setting.ranks->size()}};
}

void print(const nlohmann::json& row) {
  const auto text = [&](const char* key) { return row[key].get<std::string>(); };
  std::printf("%-20s %8.3f  [%.3f .. %.3f]  goal %s  %s\n", text("id").c_str(), row["median"].get<double>(), row["least"].get<double>(),
              row["most"].get<double>(), text("goal").c_str(), text("verdict").c_str());
  std::fflush(stdout);
}

void write_json(const std::string& path, const nlohmann::json& report) {
  const std::string text = report.dump(2) + "\n";
  io::AtomicFile file(path, text.size());
  file.append(std::as_bytes(std::span(text)));
  file.commit();
}

/// ranks  null where MPI was not started
ExitCode run_all(const Request& request, const comm::Communicator* ranks) {
  const bool speaks = ranks == nullptr || ranks->is_root();
  bench::Setting setting = request.setting;
  setting.ranks = ranks;
  if (setting.threads == 0) {
    const int sharers = ranks == nullptr ? 1 : ranks->node_local().size();
    setting.threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / sharers);
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
  if (speaks && !request.json.empty()) write_json(request.json, report);
  return ExitCode::done;
}

}  // namespace

ExitCode bench(const Words& arguments) {
  const Request request = parsed(arguments);
  if (request.list) {
    for (const auto& benchmark : bench::catalogue())
      std::printf("%-20s %s (goal %s)\n", std::string(benchmark.id).c_str(), std::string(benchmark.what).c_str(), text_of(benchmark.goal).c_str());
    return ExitCode::done;
  }
  if (std::ranges::none_of(request.chosen, &bench::Benchmark::on_ranks)) return run_all(request, nullptr);
  return with_ranks([&](const comm::Communicator& world) { return run_all(request, &world); });
}

}  // namespace stockpot::jobs
