// SPDX-License-Identifier: Apache-2.0
#include "jobs/dry_run.hpp"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/escape.hpp"
#include "core/stopwatch.hpp"
#include "data/load.hpp"

namespace stockpot::jobs {
namespace {

double mebibytes(double bytes) { return bytes / 1048576.0; }

double tera(std::int64_t flops) { return static_cast<double>(flops) * 1e-12; }

Work total_of(const CostLedger& ledger) {
  Work total;
  for (const auto& row : ledger.rows())
    total += {row.steps, row.samples, row.flops_executed, row.flops_theoretical};
  return total;
}

std::string head_of(const Setup& setup) {
  const auto& [config, method] = std::tie(setup.config, setup.method);
  const auto& layout = *setup.model->layout();
  std::string text = fmt::format(
      "method {}: schedule {}, score {}, {}, rewind {}, scope {}\n", method.name, method.schedule,
      method.score,
      method.denoise ? fmt::format("denoised by {}", config.isp.union_rule) : "not denoised",
      name_of(method.rewind), name_of(method.scope));
  if (setup.soup.name != "none") text += fmt::format("soup   {}\n", setup.soup.name);
  text +=
      fmt::format("data   {}: {} training, {} validation, {} test samples; {} steps per epoch\n",
                  config.data.name, setup.splits.train.size(), setup.splits.validation.size(),
                  setup.splits.test.size(), setup.budget.steps_per_epoch);
  text += fmt::format("model  {}: {} parameters, {} of them prunable\n", config.model.name,
                      layout.total(), layout.prunable());
  for (const auto& note : setup.plan.notes) text += "note   " + escaped(note) + "\n";
  return text;
}

/// One line per action, as each will have ended.
std::string actions_of(const Setup& setup, engine::Forecast& forecast) {
  const auto prunable = static_cast<double>(setup.budget.prunable);
  std::string text = fmt::format("\n{:>6}  {:>8}  {:>12}  {:>8}  {:>10}  {}\n", "action", "at step",
                                 "kept", "sparsity", "TFLOP", "what");
  Work before;
  forecast.run(*setup.plan.program, [&](const engine::Action& action, const engine::Forecast& now) {
    const auto after = total_of(now.ledger);
    text += fmt::format("{:>6}  {:>8}  {:>12}  {:>8.4f}  {:>10.4g}  {}\n", now.cursor.action - 1,
                        now.cursor.step, now.cursor.kept,
                        1.0 - static_cast<double>(now.cursor.kept) / prunable,
                        tera(after.flops_executed - before.flops_executed), action.describe());
    before = after;
  });
  return text;
}

/// Floating-point operations per second of a matrix product with this process's threads: what a
/// step is nearest to.
double measured_rate() {
  constexpr std::int64_t kSide = 768;
  const at::NoGradGuard no_grad;
  const auto a = at::ones({kSide, kSide});
  double best_s = 1e9;
  for (int i = 0; i < 5; ++i) {
    const Stopwatch watch;
    at::matmul(a, a);
    best_s = std::min(best_s, watch.elapsed_s());
  }
  return 2.0 * kSide * kSide * kSide / best_s;
}

/// Bytes per rank of the arrays that have one number per weight.
double array_bytes(const Setup& setup) {
  const auto& [config, layout] = std::tie(setup.config, *setup.model->layout());
  const auto weights = static_cast<double>(layout.total()),
             gradients = static_cast<double>(layout.tracked()),
             moments = 2.0 * static_cast<double>(layout.trained());
  double numbers = weights + gradients + moments;
  if (setup.soup.trains_members()) numbers *= 2;          // a member's own
  if (setup.soup.name != "none") numbers += 2 * weights;  // a candidate and a trial
  if (setup.method.denoise && config.isp.denoisers > 0) {
    numbers *= 2;  // a look-ahead's own
    if (config.isp.union_rule == "mean") numbers += 2.0 * static_cast<double>(layout.prunable());
  }
  if (setup.method.rewind != prune::RewindTo::keep) numbers += weights;
  if (config.train.select == "validation") numbers += weights;
  if (config.dist.reduction == "fixed") numbers += 3.0 * gradients;
  return 4.0 * numbers;
}

bool is_imagined(const Setup& setup) { return setup.config.data.dir.empty(); }

std::string duration(double seconds) {
  const auto s = static_cast<std::int64_t>(seconds + 0.5);
  return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

}  // namespace

std::string describe(const Setup& setup, const std::filesystem::path& folder) {
  auto forecast = setup.forecast();
  std::string text = head_of(setup) + actions_of(setup, forecast);
  const auto total = total_of(forecast.ledger);
  const double rate = measured_rate();
  text += fmt::format("\nsteps  {} of the main network, {} of look-ahead{}\n", forecast.cursor.step,
                      forecast.look_ahead_steps,
                      forecast.members == 0 ? ""
                                            : fmt::format(", {} of {} soup members",
                                                          forecast.member_steps, forecast.members));
  text += fmt::format(
      "flops  {:.3g} executed, {:.3g} theoretical (pruned weights skipped), validation included, "
      "test not\n",
      static_cast<double>(total.flops_executed), static_cast<double>(total.flops_theoretical));
  text += fmt::format(
      "time   {} at best on one rank like this one ({:.0f} GFLOP/s in a matrix product, {} "
      "threads)\n",
      duration(static_cast<double>(total.flops_executed) / rate), rate * 1e-9,
      at::get_num_threads());
  text += fmt::format(
      "memory at most {:.1f} MiB per rank for weights, gradients, moments and their copies, "
      "{}{:.1f} MiB for the data{}; activations come on top\n",
      mebibytes(array_bytes(setup)), is_imagined(setup) ? "at most " : "",
      mebibytes(static_cast<double>(data::resident_bytes(setup.splits))),
      data::has_picture_files(setup.config.data) ? ", which the ranks of a node share" : "");
  text += "folder " + escaped(folder.string()) + "\n";
  return text;
}

}  // namespace stockpot::jobs
