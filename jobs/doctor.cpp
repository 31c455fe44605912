// SPDX-License-Identifier: Apache-2.0
// stockpot doctor: what a bug report needs. Under mpirun or srun it also shows how the ranks
// landed. With --data: doctor_data.cpp.
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "comm/device.hpp"
#include "comm/mpi_session.hpp"
#include "config/help.hpp"
#include "config/run_config.hpp"
#include "config/setting.hpp"
#include "core/escape.hpp"
#include "core/provenance.hpp"
#include "io/result_file.hpp"
#include "jobs/doctor_data.hpp"
#include "model/versions.hpp"

namespace stockpot::jobs {
namespace {

const std::vector<config::Flag> kFlags = {
    {"data", "",
     "check data sets instead: files, sizes, checksums, content. Words: folders, or CONFIG... and "
     "settings as of a run; exit code 65 if not all is well"},
};

void print(const Provenance& facts) {
  for (const auto& [key, value] : facts)
    if (!value.empty()) fmt::print("  {:<22} {}\n", key, escaped(value));
}

/// A collective whose answer is known: rank r contributes bit r and the number r + 1.
bool collectives_work(const comm::Group& world) {
  const auto ranks = static_cast<std::size_t>(world.size());
  std::vector<std::uint64_t> bits((ranks + 63) / 64, 0);
  const auto rank = static_cast<std::size_t>(world.rank());
  bits[rank / 64] = std::uint64_t{1} << (rank % 64);
  world.unite(bits);
  std::vector<std::int64_t> sum = {world.rank() + 1};
  world.sum(std::span(sum));
  bool right = sum[0] == static_cast<std::int64_t>(ranks * (ranks + 1) / 2);
  for (std::size_t r = 0; r < ranks; ++r) right = right && (bits[r / 64] >> (r % 64) & 1);
  return world.max(right ? 0 : 1) == 0;
}

ExitCode examine(const comm::Group& world, const Words& words) {
  const auto device = comm::choose_device("auto", world);
  const auto places =
      world.gather(fmt::format("{}, {}, {} threads of {}", host_name(), device.name,
                               at::get_num_threads(), std::thread::hardware_concurrency()));
  const bool right = collectives_work(world);
  if (!world.is_root()) return right ? ExitCode::done : ExitCode::internal;
  std::puts("program");
  print(process_provenance(words));
  std::puts("libraries");
  print(comm::MpiSession::provenance());
  print(io::hdf5_provenance());
  print(model::torch_provenance());
  print(comm::cuda_provenance());
  fmt::print("ranks ({})\n", world.size());
  for (std::size_t r = 0; r < places.size(); ++r)
    fmt::print("  rank {:<17} {}\n", r, escaped(places[r]));
  std::puts("environment");
  for (const char* name :
       {"OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "SLURM_JOB_ID", "SLURM_JOB_NODELIST",
        "SLURM_STEP_NUM_TASKS", "SLURM_CPUS_PER_TASK", "SLURM_JOB_PARTITION"})
    if (const char* value = std::getenv(name)) fmt::print("  {:<22} {}\n", name, escaped(value));
  fmt::print("collectives              {}\n",
             right ? "right" : "WRONG: the known-answer test failed");
  return right ? ExitCode::done : ExitCode::internal;
}

}  // namespace

ExitCode doctor(const Words& words) {
  config::RunConfig defaults;
  const auto line =
      config::parse_command_line(words, kFlags, config::keys(config::settings(defaults)));
  if (config::print_help_if_asked(
          line,
          "[mpirun -np R | srun --mpi=pmix] stockpot doctor\n       stockpot doctor --data "
          "FOLDER... | CONFIG... [--data.name=NAME] [--data.dir=FOLDER]",
          kFlags))
    return ExitCode::done;
  if (line.has("data")) return doctor_data(line);
  if (!words.empty())
    throw UsageError("doctor takes no argument '" + words[0] + "'", "",
                     "doctor --data checks data sets");
  return with_ranks([&](const comm::Group& world) { return examine(world, words); });
}

}  // namespace stockpot::jobs
