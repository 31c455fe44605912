// SPDX-License-Identifier: Apache-2.0
// stockpot run: config -> data, model, program -> weights -> the engine executes the program ->
// evaluate once on test -> files.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "checkpoint/attempts.hpp"
#include "checkpoint/checkpoints.hpp"
#include "comm/all_or_none.hpp"
#include "comm/mpi_session.hpp"
#include "comm/watchdog.hpp"
#include "config/command_line.hpp"
#include "config/duration.hpp"
#include "config/help.hpp"
#include "config/render.hpp"
#include "core/escape.hpp"
#include "core/log.hpp"
#include "core/stop_requests.hpp"
#include "engine/engine.hpp"
#include "jobs/attempt.hpp"
#include "jobs/corruptions.hpp"
#include "jobs/dry_run.hpp"
#include "jobs/initial_weights.hpp"
#include "jobs/job.hpp"
#include "jobs/launch.hpp"
#include "jobs/outcome.hpp"
#include "jobs/placement.hpp"
#include "jobs/problems.hpp"
#include "jobs/run_folder.hpp"
#include "jobs/run_request.hpp"
#include "jobs/setup.hpp"
#include "jobs/shared_pictures.hpp"
#include "jobs/watched.hpp"
#include "prune/method_table.hpp"
#include "soup/ensemble.hpp"
#include "soup/finished_members.hpp"
#include "soup/recipe.hpp"

namespace stockpot::jobs {
namespace {

const std::vector<config::Flag> kFlags = {
    {"run-dir", "DIR", "folder of this run; default: <run_root>/<name>-<run id>"},
    {"check", "",
     "find every problem that files show by name, header and size; starts nothing, under 2 "
     "seconds"},
    {"dry-run", "",
     "print the plan: rounds, steps, sparsity ladder, FLOPs, memory; without data.dir: for the "
     "official sizes of the data set"},
    {"print-config", "", "print the resolved settings; they feed back to the same run id"},
    {"force", "",
     "run again although the folder holds a complete result; start over although it holds "
     "checkpoints"},
    {"max-time", "TIME",
     "save a checkpoint and exit 75 at this age of the process: seconds or [D-]HH:MM:SS"},
    {"got-further", "",
     "say whether the last two attempts of an unfinished run left a newer checkpoint (exit 0), or "
     "another one would end alike (75)"},
    {"verify", "", "hash every input file anew, whatever is remembered of it"},
    {"help", "", "the most used settings"},
    {"help-all", "", "every setting"},
    {"help-methods", "", "methods, scores, schedules and union rules, with their sources"},
};

/// Optimizer steps that rank 0 will take, its share of the look-aheads included.
std::int64_t steps_of_rank_0(const Setup& setup, int ranks) {
  const auto forecast = setup.foreseen();
  const auto denoisers = std::max<std::int64_t>(1, setup.config.isp.denoisers);
  const auto members = std::max<std::int64_t>(1, forecast.members);
  return forecast.cursor.step +
         forecast.look_ahead_steps / denoisers * ((denoisers + ranks - 1) / ranks) +
         forecast.member_steps / members * ((members + ranks - 1) / ranks);
}

/// Those of them that an earlier attempt has done, as near as a bar of progress needs it.
std::int64_t steps_done_by_rank_0(const Attempt& attempt, const Setup& setup, int ranks) {
  if (!attempt.run.from) return 0;
  const auto& from = *attempt.run.from;
  const auto at_once = std::clamp<std::int64_t>(setup.config.isp.denoisers, 1, ranks);
  return from.step + (from.steps - from.step) / at_once;
}

/// First line of a run, before MPI and data: where it goes, and what is about to be read.
void announce(const config::RunConfig& config, const std::filesystem::path& folder) {
  const int ranks = launched_ranks();
  const auto& dir = config.data.dir;
  log_info(fmt::format("{}: {} on {} rank{}; reads {}{}, {}", folder.string(), config.prune.method,
                       ranks, ranks == 1 ? "" : "s", config.data.name,
                       dir.empty() ? "" : " in " + dir,
                       config.model.weights == "random" ? "random weights" : config.model.weights));
}

/// Second line: how much there is to do.
void announce_steps(const Setup& setup) {
  const auto forecast = setup.foreseen();
  const auto members = forecast.members == 0 ? ""
                                             : fmt::format(", {} of {} soup members",
                                                           forecast.member_steps, forecast.members);
  log_info(fmt::format("{} steps of the main network, {} of look-ahead{}; {} training samples",
                       forecast.cursor.step, forecast.look_ahead_steps, members,
                       setup.splits.train.size()));
}

/// What an interruption leaves of a run that has begun.
std::string what_is_left(const RunFolder& folder) {
  const auto path = folder.path.string();
  if (folder.replaces)
    return path + " keeps its earlier result; the same command with --force begins again";
  return path + " keeps config.ini, metrics.jsonl and its checkpoints, no result; `stockpot run " +
         path + "` goes on from the newest one, or begins again where there is none";
}

/// What follows from stopping at a checkpoint.
std::string how_to_go_on(const RunFolder& folder) {
  return fmt::format(
      "a checkpoint is saved at the end of the step, then `stockpot run {}` goes on "
      "from it (exit 75)",
      folder.path.string());
}

/// Last line of a run on stdout: where its files lie.
void print_folder(const std::filesystem::path& folder, const comm::Group& world) {
  if (world.is_root())
    fmt::print("result {}\nfolder {}\n", escaped((folder / "result.h5").string()),
               escaped(folder.string()));
}

/// What a run begins with.
struct Beginning {
  engine::RunState state;
  std::vector<std::string> notes;  ///< what there is to say about it
};

/// collective over `world`
Beginning begin(Setup& setup, const at::Device& device, const comm::Group& world) {
  const auto& config = setup.config;
  model::Weights weights(setup.model->layout(), device);
  const auto source = weights_source(config, config.model.weights, setup.splits.train);
  auto notes = setup.plan.notes;
  for (auto& note : load_initial_weights(source, *setup.model, config.seed, world, weights,
                                         &setup.inputs.weights))
    notes.push_back(std::move(note));
  comm::all_or_none(world, [&] {
    if (world.is_root()) collect_members(config.soup, setup.inputs);
  });
  return {engine::fresh_state(std::move(weights), setup.plan.line, config.train), std::move(notes)};
}

/// Scores on the test split and on the further ones, looked at once.
/// collective over the engine's group
train::Evaluation test(const Setup& setup, engine::Engine& engine, engine::RunState& state) {
  auto test = engine.evaluate(state, setup.splits.test);
  for (const auto& [name, split] : setup.splits.more_tests) {
    const auto more = engine.evaluate(state, split);
    test.scores.extra[name + "_" + more.scores.primary_name] = more.scores.primary;
  }
  return test;
}

/// Scores of the members' mean logits beside those of the soup.
/// collective over the engine's group
void test_ensemble(const Setup& setup, engine::Engine& engine, engine::RunState& state,
                   train::Scores& scores) {
  if (state.records.soup_members.empty()) return;
  const auto files = soup::member_files(setup.config.soup, engine.folder());
  const auto ensemble =
      soup::evaluate_ensemble(engine, state, files, state.records.soup_members, setup.splits.test);
  scores.extra["ensemble_" + ensemble.scores.primary_name] = ensemble.scores.primary;
}

/// The result of a run at the end of its program: the final weights are tested, on corrupted test
/// sets too where there are any. Nothing is chosen by that.
/// collective over the engine's group, which is `world`
io::RunResult tested_result(const Setup& setup, engine::Engine& engine, engine::RunState& state,
                            const Provenance& provenance, const comm::Group& world) {
  auto scores = test(setup, engine, state);
  if (setup.config.soup.ensemble) test_ensemble(setup, engine, state, scores.scores);
  auto corruptions = score_corruptions(
      setup.config, [&](const data::Split& split) { return engine.evaluate(state, split); }, world);
  scores.scores.extra.merge(corruption_means(corruptions));
  auto result = make_result(setup, state, scores, provenance, world);
  result.corruptions = std::move(corruptions);
  return result;
}

/// A run failed, on every rank: what was being saved when it did is still worth going on from.
/// collective over the group of `checkpoints`
void keep_last_save(checkpoint::Checkpoints& checkpoints) {
  try {
    checkpoints.finish();
  } catch (const AgreedError& error) {
    log_info(error.what());  // what ended the run is told after this
  }
}

/// Execute the program of a run. false: it was stopped, as asked, and its state is saved.
/// collective over the engine's group
bool execute(engine::Engine& engine, const engine::Program& program, engine::RunState& state,
             checkpoint::Checkpoints* checkpoints, comm::Watchdog& dog) {
  try {
    const comm::Watchdog::At at(dog, comm::Stage::step);
    engine.run(program, state);
  } catch (const AgreedError& error) {
    if (checkpoints == nullptr) throw;
    const comm::Watchdog::At at(dog, comm::Stage::save);
    if (error.exit_code() == ExitCode::requeue) {
      checkpoints->save(state);
      return false;
    }
    keep_last_save(*checkpoints);
    throw;
  }
  if (checkpoints != nullptr) checkpoints->finish();
  return true;
}

/// Do the work of a run. If it fails, `note` is told why, on the one rank that knows: rank 0 where
/// all ranks agree, else the one whose error it is.
template <typename Work, typename Note>
auto noting_failure(const Work& work, const Note& note, const comm::Group& world) {
  try {
    return work();
  } catch (const AgreedError& error) {
    if (world.is_root()) note(error.what());
    throw;
  } catch (const std::exception& error) {
    note(error.what());
    throw;
  }
}

/// What watches over a run, or asks it to end early.
struct Guards {
  StopRequests& requests;
  comm::Watchdog& dog;
};

/// Work the program of a run off and test what it ends with; a failure is noted in the folder.
/// Empty: it was stopped, as asked, and goes on from its checkpoint.
/// collective over `world`
std::optional<io::RunResult> work_in(const RunFolder& run_folder, const Setup& setup,
                                     const Attempt& attempt, Beginning& beginning,
                                     const Placement& place, const Words& words, Guards guards,
                                     const comm::Group& world) {
  auto& [state, notes] = beginning;
  const auto reducer = comm::make_gradient_reducer(setup.config.dist.backend, place.device, world);
  Progress progress(setup.config.name, steps_of_rank_0(setup, world.size()), world.is_root());
  engine::Journal journal(run_folder.metrics(), progress);
  const train::Task task{setup.config, *setup.model, setup.splits, world};
  std::optional<checkpoint::Checkpoints> checkpoints;
  if (!run_folder.replaces)  // a forced run begins again in any case
    checkpoints.emplace(io::CheckpointStore(run_folder.path), setup.config.checkpoint, attempt.run,
                        world);
  std::optional<StopRequests::Taker> taker;
  if (checkpoints)
    taker.emplace(guards.requests, [&] { checkpoints->request_stop(); }, how_to_go_on(run_folder));
  Watched watched(guards.dog, checkpoints ? &*checkpoints : nullptr);
  engine::Engine engine(task, *reducer, journal, &watched);
  engine.keep_files_in(run_folder.path);
  if (!attempt.run.from)
    for (const auto& note : notes) journal.happened(state, note);

  auto provenance = provenance_of({world, place, *reducer, words, attempt.all});
  for (auto& fact : input_provenance(setup.inputs)) provenance.push_back(std::move(fact));
  const auto result = noting_failure(
      [&]() -> std::optional<io::RunResult> {
        progress.start(steps_done_by_rank_0(attempt, setup, world.size()));
        if (!execute(engine, *setup.plan.program, state, checkpoints ? &*checkpoints : nullptr,
                     guards.dog)) {
          taker->others_were_asked();
          return std::nullopt;
        }
        taker.reset();
        return tested_result(setup, engine, state, provenance, world);
      },
      [&](const std::string& failure) {
        run_folder.fail(make_failed_result(setup, state, failure, provenance));
      },
      world);
  if (!result)
    log_info(fmt::format("stopped, as asked; `stockpot run {}` goes on from checkpoint {}",
                         run_folder.path.string(), checkpoints->newest()));
  return result;
}

/// Answer --got-further.
ExitCode say_whether_it_got_further(const std::filesystem::path& folder) {
  const bool further = checkpoint::got_further(io::CheckpointStore(folder));
  std::puts(escaped(further ? folder.string() + ": another attempt may get further"
                            : folder.string() + ": the last two attempts left no newer checkpoint; "
                                                "give an attempt more time")
                .c_str());
  return further ? ExitCode::done : ExitCode::requeue;
}

/// What the command line says beside the settings.
struct Options {
  bool force = false;
  io::DigestCache::Trust trust = io::DigestCache::Trust::remembered;
};

ExitCode run_on_ranks(const config::RunConfig& config, const std::filesystem::path& folder,
                      const Options& options, const Words& words, StopRequests& requests,
                      const comm::Group& world) {
  comm::Watchdog dog(config.watchdog.hang_s, world);
  agree_on(config, world);
  std::optional<Setup> setup;
  comm::all_or_none(world, [&] {
    setup.emplace(make_setup(config, options.trust));
    check_corruptions(config, &setup->inputs.corruptions);
  });
  read_pictures(std::exchange(setup->unread, {}), setup->inputs.data, world);
  agree_on_inputs(setup->inputs, config, world);
  const auto say_complete = [&] {
    if (world.is_root()) tidy_complete_folder(folder);
    log_info("already complete: " + (folder / "result.h5").string() + " (--force runs it again)");
    print_folder(folder, world);
    return ExitCode::done;
  };
  if (!options.force && holds_this_run(folder, *setup, world)) return say_complete();
  announce_steps(*setup);
  const auto place = take_place(config, world);
  auto beginning = begin(*setup, place.torch_device, world);

  const auto run_folder = open_run_folder(folder, *setup, options.force, world);
  if (run_folder.complete) return say_complete();  // by another process, meanwhile
  const auto attempt = begin_attempt(*setup, run_folder, beginning.state, world);
  requests.prepare(what_is_left(run_folder));
  dog.write_into(run_folder.path / "logs");
  const auto result =
      work_in(run_folder, *setup, attempt, beginning, place, words, {requests, dog}, world);
  if (!result) return ExitCode::requeue;
  comm::all_or_none(world, [&] {
    if (world.is_root()) run_folder.finish(*result, beginning.state.weights);
    const bool keep = config.soup.keep_members || config.checkpoint.keep_after;
    if (world.is_root() && !keep) run_folder.remove_members();  // checkpoints refer to them
    if (world.is_root() && !config.checkpoint.keep_after) run_folder.remove_checkpoints();
  });
  requests.prepare("the result is whole: " + (folder / "result.h5").string());
  if (world.is_root()) std::puts(summary(*result).c_str());
  print_folder(folder, world);
  return ExitCode::done;
}

}  // namespace

ExitCode run(const Words& words) {
  config::RunConfig defaults;
  const auto settings = config::settings(defaults);
  const auto line = config::parse_command_line(words, kFlags, config::keys(settings));
  if (config::print_help_if_asked(line, kRunUsage, kFlags, settings)) return ExitCode::done;
  if (line.has("help-methods")) {
    std::fputs((prune::method_table() + soup::soup_table()).c_str(), stdout);
    return ExitCode::done;
  }
  const auto [config, folder] = read_run_request(line);
  std::optional<double> max_time_s;
  if (const auto time = line.value("max-time")) max_time_s = config::duration_s(*time);
  if (line.has("print-config")) {
    std::fputs(config::to_ini(config).c_str(), stdout);
    return ExitCode::done;
  }
  if (line.has("check")) {
    const auto [problems, not_read] = find_problems(config, folder, line.has("force"));
    for (const auto& problem : problems) log_here("stockpot: " + problem.text);
    if (problems.empty()) std::puts("no problem found");
    std::puts(not_read.c_str());
    return problems.empty() ? ExitCode::done : problems.front().code;
  }
  if (line.has("got-further")) return say_whether_it_got_further(folder);
  if (line.has("dry-run")) {
    auto setup = config.data.dir.empty() ? imagine_setup(config) : make_setup(config);
    setup.read_pictures();
    std::fputs(describe(setup, folder).c_str(), stdout);
    return ExitCode::done;
  }
  const Options options{line.has("force"), line.has("verify") ? io::DigestCache::Trust::read_again
                                                              : io::DigestCache::Trust::remembered};
  const bool is_first = launched_rank() == 0;
  StopRequests requests(is_first, is_first ? max_time_s : std::nullopt);
  requests.prepare("nothing was written yet; the same command begins again");
  if (is_first) announce(config, folder);
  return with_ranks([&](const comm::Group& world) {
    return run_on_ranks(config, folder, options, words, requests, world);
  });
}

}  // namespace stockpot::jobs
