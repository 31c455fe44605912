// stockpot run: config -> data, model, plan -> weights -> prune and train (prune/pipeline.cpp) -> evaluate once on test -> files.
#include <ATen/Parallel.h>

#include <cstdio>
#include <filesystem>

#include "comm/all_or_none.hpp"
#include "comm/device.hpp"
#include "comm/mpi_session.hpp"
#include "config/command_line.hpp"
#include "config/help.hpp"
#include "config/load.hpp"
#include "config/render.hpp"
#include "core/log.hpp"
#include "core/provenance.hpp"
#include "jobs/job.hpp"
#include "jobs/outcome.hpp"
#include "jobs/run_folder.hpp"
#include "jobs/setup.hpp"
#include "model/weights.hpp"
#include "prune/pipeline.hpp"

namespace stockpot::jobs {
namespace {

const std::vector<config::Flag> kFlags = {
    {"run-dir", "DIR", "folder of this run; default: <run_root>/<name>-<run id>"},
    {"check", "", "find every problem now, start nothing; under 2 seconds"},
    {"dry-run", "", "print the plan: rounds, steps, sparsity ladder, FLOPs, memory"},
    {"print-config", "", "print the resolved settings; they feed back to the same run id"},
    {"force", "", "run again although the folder holds a complete result"},
    {"help", "", "the most used settings"},
    {"help-all", "", "every setting"},
    {"version", "", "version and commit"},
};

/// Threads of this rank: as asked, else its share of the node's cores; one where bits must not depend on them.
int threads_per_rank(const config::DistConfig& dist, const comm::Communicator& world) {
  if (dist.threads > 0) return static_cast<int>(dist.threads);
  if (dist.reduction == "fixed") return 1;
  return std::max(1, at::get_num_threads() / world.node_local().size());
}

/// Initial weights: pretrained ones, read by rank 0 and sent to all, those made from them (CLIP's head), and random ones by the seed for the rest.
void load_initial_weights(const train::Context& context, model::Arena& arena) {
  const auto& [path, seed] = std::tie(context.config.model.weights, context.config.seed);
  auto host = arena.device().is_cpu() ? arena : model::Arena(arena.shared_layout(), at::kCPU);  // a copy shares the memory
  if (path == "random") {
    model::initialise(host, seed);
  } else {
    std::vector<std::string> fresh;
    comm::all_or_none(context.comm, [&] {
      if (!context.comm.is_root()) return;
      fresh = model::load_weights(path, context.model.file_names(), host);
      const model::WeightsSource source{path, vocabulary_of(context.config.model), context.config.data.name, context.splits.train.dataset->class_names()};
      std::erase_if(fresh, [&](const auto& name) { return context.model.derive(source, name, host); });
      model::initialise(host, seed, fresh);
    });
    context.comm.broadcast(host.host_weights());
    for (const auto& name : fresh) context.journal.happened(name + " is not in " + path + " in this shape: it starts at random");
  }
  if (!arena.device().is_cpu()) arena.weights().copy_(host.weights());
}

std::int64_t look_ahead_steps_of_rank_0(const Setup& setup, int ranks) {
  if (!setup.method.denoise) return 0;
  const std::int64_t denoisers = (setup.config.isp.denoisers + ranks - 1) / ranks;
  return denoisers * setup.config.isp.look_ahead_steps * static_cast<std::int64_t>(setup.plan.cuts.size());
}

ExitCode run_on_ranks(const config::RunConfig& config, const std::filesystem::path& folder, bool force, const Words& words, const comm::Communicator& world) {
  const auto settings = config::to_ini(config);
  comm::all_or_none(world, [&, of_rank_0 = world.broadcast(settings)] {
    if (settings != of_rank_0) throw ConfigError("this rank was given other settings than rank 0", "", "start all ranks with the same files and flags");
  });
  std::optional<Setup> setup;
  comm::all_or_none(world, [&] { setup.emplace(make_setup(config)); });
  const auto run_folder = open_run_folder(folder, config, force, world);
  if (run_folder.complete) {
    log_info("already complete: " + (folder / "result.h5").string() + " (--force runs it again)");
    return ExitCode::done;
  }

  const int threads = threads_per_rank(config.dist, world);
  at::set_num_threads(threads);
  const auto device = comm::choose_device(config.device, world);
  const auto reducer = comm::make_gradient_reducer(config.dist.backend, device, world);
  const at::Device torch_device = device.cuda ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index)) : at::Device(at::kCPU);

  io::RunResult result;
  CostLedger ledger;
  Progress progress(config.name, setup->plan.total_steps() + look_ahead_steps_of_rank_0(*setup, world.size()), world.is_root());
  train::Journal journal(result, run_folder.metrics(), progress);
  const train::Context context{config, world, *reducer, *setup->model, setup->splits, torch_device, ledger, journal};

  for (const auto& note : setup->plan.notes) journal.happened(note);
  train::TrainState state = [&] {
    model::Arena arena(setup->model->layout(), torch_device);
    load_initial_weights(context, arena);
    train::Optimizer optimizer(arena, config.train);
    return train::TrainState{std::move(arena), std::move(optimizer), mask::Mask::all(setup->budget.prunable), {config.train.lr, config.train.warmup_steps, setup->budget.total_steps}};
  }();

  const auto validation = prune::run_pipeline(context, setup->method, setup->plan, state);
  auto test = train::evaluate(context, state.arena, state.mask, setup->splits.test);
  for (const auto& [name, split] : setup->splits.more_tests) {
    const auto more = train::evaluate(context, state.arena, state.mask, split);
    test.scores.extra[name + "_" + more.scores.primary_name] = more.scores.primary;
  }

  fill_outcome(result, {context, *setup, state, validation, test, device, threads, words});
  comm::all_or_none(world, [&] {
    if (world.is_root()) run_folder.finish(result, state.arena);
  });
  if (world.is_root()) std::puts(summary(result).c_str());
  return ExitCode::done;
}

}  // namespace

ExitCode run(const Words& words) {
  config::RunConfig defaults;
  const auto settings = config::settings(defaults);
  const auto line = config::parse_command_line(words, kFlags, config::keys(settings));
  if (line.has("help") || line.has("help-all")) {
    std::fputs(config::help_text("[mpirun -np R | srun --mpi=pmix] stockpot run CONFIG... [--section.key=value ...]", kFlags, settings, line.has("help-all")).c_str(), stdout);
    return ExitCode::done;
  }
  if (line.has("version")) {
    std::puts(version_line().c_str());
    return ExitCode::done;
  }
  const auto config = config::load(line.files, line.settings);
  const std::filesystem::path folder = line.value("run-dir").value_or(config::run_folder(config).string());
  if (line.has("print-config")) {
    std::fputs(config::to_ini(config).c_str(), stdout);
    return ExitCode::done;
  }
  if (line.has("check")) {
    const auto problems = find_problems(config, folder);
    if (problems.empty()) std::puts("no problem found");
    for (const auto& problem : problems) log_here("stockpot: " + problem.text);
    return problems.empty() ? ExitCode::done : problems.front().code;
  }
  if (line.has("dry-run")) {
    std::fputs(describe(make_setup(config), folder).c_str(), stdout);
    return ExitCode::done;
  }
  return with_ranks([&](const comm::Communicator& world) { return run_on_ranks(config, folder, line.has("force"), words, world); });
}

}  // namespace stockpot::jobs
