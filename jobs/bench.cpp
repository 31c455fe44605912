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
#include "io/atomic_file.hpp"

namespace stockpot::jobs {
namespace {

struct Request {
  std::vector<const bench::Benchmark*> chosen;
  bench::Setting setting{.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))};
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

std::string_view sign(const bench::Goal& goal) { return goal.kind == bench::Goal::Kind::at_least ? ">=" : "<="; }

nlohmann::json run_one(const bench::Benchmark& benchmark, const bench::Setting& setting) {
  const bench::Timings timings = benchmark.run(setting);
  const bench::Ratios ratios = bench::ratios_of(timings, benchmark.goal.kind);
  const std::string_view verdict = bench::verdict(ratios, benchmark.goal);
  std::printf("%-20s %8.2f  [%.2f .. %.2f]  goal %s %g  %s\n", std::string(benchmark.id).c_str(), ratios.median, ratios.least, ratios.most,
              std::string(sign(benchmark.goal)).c_str(), benchmark.goal.ratio, std::string(verdict).c_str());
  std::fflush(stdout);
  return {{"id", benchmark.id}, {"what", benchmark.what}, {"median", ratios.median}, {"least", ratios.least}, {"most", ratios.most},
          {"goal", std::string(sign(benchmark.goal)) + " " + nlohmann::json(benchmark.goal.ratio).dump()}, {"verdict", verdict},
          {"ours_s", timings.ours_s}, {"peer_s", timings.peer_s}, {"scale", setting.scale}, {"threads", setting.threads}};
}

}  // namespace

ExitCode bench(const Words& arguments) {
  const Request request = parsed(arguments);
  if (request.list) {
    for (const auto& benchmark : bench::catalogue())
      std::printf("%-20s %s (goal %s %g)\n", std::string(benchmark.id).c_str(), std::string(benchmark.what).c_str(),
                  std::string(sign(benchmark.goal)).c_str(), benchmark.goal.ratio);
    return ExitCode::done;
  }
  nlohmann::json report = nlohmann::json::array();
  for (const auto* benchmark : request.chosen) report.push_back(run_one(*benchmark, request.setting));
  if (!request.json.empty()) {
    const std::string text = report.dump(2) + "\n";
    io::AtomicFile file(request.json, text.size());
    file.append(std::as_bytes(std::span(text)));
    file.commit();
  }
  return ExitCode::done;
}

}  // namespace stockpot::jobs
