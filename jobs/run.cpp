// SPDX-License-Identifier: Apache-2.0
// stockpot run: config -> data, model, plan -> weights -> prune and train (prune/pipeline.cpp) ->
// evaluate once on test -> files.
#include <cstdio>
#include <filesystem>

#include "comm/all_or_none.hpp"
#include "comm/mpi_session.hpp"
#include "config/command_line.hpp"
#include "config/help.hpp"
#include "config/load.hpp"
#include "config/render.hpp"
#include "core/log.hpp"
#include "core/provenance.hpp"
#include "jobs/initial_weights.hpp"
#include "jobs/job.hpp"
#include "jobs/outcome.hpp"
#include "jobs/placement.hpp"
#include "jobs/run_folder.hpp"
#include "jobs/setup.hpp"
#include "prune/pipeline.hpp"

namespace stockpot::jobs {
namespace {

const std::vector<config::Flag> kFlags = {
    {"run-dir", "DIR", "folder of this run; default: <run_root>/<name>-<run id>"},
    {"check", "", "find every problem now, start nothing; under 2 seconds"},
    {"dry-run", "",
     "print the plan: rounds, steps, sparsity ladder, FLOPs, memory; without data.dir: for the "
     "official sizes of the data set"},
    {"print-config", "", "print the resolved settings; they feed back to the same run id"},
    {"force", "", "run again although the folder holds a complete result"},
    {"help", "", "the most used settings"},
    {"help-all", "", "every setting"},
    {"version", "", "version and commit"},
};

std::int64_t look_ahead_steps_of_rank_0(const Setup& setup, int ranks) {
  if (!setup.method.denoise) return 0;
  const std::int64_t denoisers = (setup.config.isp.denoisers + ranks - 1) / ranks;
  return denoisers * setup.config.isp.look_ahead_steps *
         static_cast<std::int64_t>(setup.plan.cuts.size());
}

ExitCode run_on_ranks(const config::RunConfig& config, const std::filesystem::path& folder,
                      bool force, const Words& words, const comm::Group& world) {
  agree_on(config, world);
  std::optional<Setup> setup;
  comm::all_or_none(world, [&] { setup.emplace(make_setup(config)); });
  const auto run_folder = open_run_folder(folder, config, force, world);
  if (run_folder.complete) {
    log_info("already complete: " + (folder / "result.h5").string() + " (--force runs it again)");
    return ExitCode::done;
  }

  const auto place = take_place(config, world);
  const auto reducer = comm::make_gradient_reducer(config.dist.backend, place.device, world);

  io::RunResult result;
  CostLedger ledger;
  Progress progress(config.name,
                    setup->plan.total_steps() + look_ahead_steps_of_rank_0(*setup, world.size()),
                    world.is_root());
  train::Journal journal(result, run_folder.metrics(), progress);
  const train::Context context{
      config, world, *reducer, *setup->model, setup->splits, place.torch_device, ledger, journal};

  for (const auto& note : setup->plan.notes) journal.happened(note);
  train::TrainState state = [&] {
    model::Arena arena(setup->model->layout(), place.torch_device);
    const auto source = weights_source(config, config.model.weights, setup->splits.train);
    for (const auto& note : load_initial_weights(source, *setup->model, config.seed, world, arena))
      journal.happened(note);
    return train::fresh_state(
        std::move(arena), mask::Mask::all(setup->budget.prunable), config.train,
        {config.train.lr, config.train.warmup_steps, setup->budget.total_steps});
  }();

  const auto validation = prune::run_pipeline(context, setup->method, setup->plan, state);
  auto test = train::evaluate(context, state.arena, state.mask, setup->splits.test);
  for (const auto& [name, split] : setup->splits.more_tests) {
    const auto more = train::evaluate(context, state.arena, state.mask, split);
    test.scores.extra[name + "_" + more.scores.primary_name] = more.scores.primary;
  }

  fill_outcome(result,
               {context, *setup, state, validation, test, place.device, place.threads, words});
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
  if (config::print_help_if_asked(
          line, "[mpirun -np R | srun --mpi=pmix] stockpot run CONFIG... [--section.key=value ...]",
          kFlags, settings))
    return ExitCode::done;
  if (line.has("version")) {
    std::puts(version_line().c_str());
    return ExitCode::done;
  }
  const auto config = config::load(line.files, line.settings);
  const std::filesystem::path folder =
      line.value("run-dir").value_or(config::run_folder(config).string());
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
    std::fputs(
        describe(config.data.dir.empty() ? imagine_setup(config) : make_setup(config), folder)
            .c_str(),
        stdout);
    return ExitCode::done;
  }
  return with_ranks([&](const comm::Group& world) {
    return run_on_ranks(config, folder, line.has("force"), words, world);
  });
}

}  // namespace stockpot::jobs
