// SPDX-License-Identifier: Apache-2.0
#include "jobs/placement.hpp"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "comm/all_or_none.hpp"
#include "comm/cores.hpp"
#include "config/render.hpp"
#include "core/error.hpp"
#include "energy/nvml.hpp"
#include "energy/rapl.hpp"

namespace stockpot::jobs {
namespace {

int choose_threads(const config::DistConfig& dist, const comm::Group& world) {
  return comm::threads_of_rank(
      {.asked = dist.threads,
       .one = dist.reduction == "fixed",
       .omp_num_threads = comm::parse_omp_num_threads(std::getenv("OMP_NUM_THREADS")),
       .share = comm::share_of_cores(world)});
}

/// Let rank 0 measure; returns the names of the counters, on every rank.
/// collective over `world`
std::string measure_energy(const comm::Device& device, const comm::Group& world) {
  auto gpus = world.gather(device.pci_bus_id);
  const bool one_machine = world.max(world.node_local().size()) == world.size();
  std::string names;
  if (world.is_root() && one_machine) {
    std::ranges::sort(gpus);
    const auto repeated = std::ranges::unique(gpus);
    gpus.erase(repeated.begin(), repeated.end());
    std::erase(gpus, "");
    auto counters = energy::rapl_counters();
    for (auto& gpu : energy::nvml_counters(gpus)) counters.push_back(std::move(gpu));
    for (const auto& counter : counters) names += (names.empty() ? "" : ", ") + counter.name;
    energy::measure(std::move(counters));
  }
  return world.broadcast(std::move(names));
}

}  // namespace

void set_gpu_arithmetic(bool repeat_bits) {
  auto& context = at::globalContext();
  context.setFloat32MatmulPrecision("highest");
  context.setAllowTF32CuBLAS(false);
  context.setAllowTF32CuDNN(false);
  context.setBenchmarkCuDNN(false);
  if (!repeat_bits) return;
  ::setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);  // read when the first handle is made
  context.setDeterministicCuDNN(true);
  context.setDeterministicAlgorithms(true, /*warn_only=*/false);
  context.setDeterministicFillUninitializedMemory(false);  // it only finds bugs, and costs passes
}

void agree_on(const config::RunConfig& config, const comm::Group& world) {
  const auto settings = config::to_ini(config);
  comm::all_or_none(world, [&, of_rank_0 = world.broadcast(settings)] {
    if (settings != of_rank_0)
      throw ConfigError("this rank was given other settings than rank 0", "",
                        "start all ranks with the same files and flags");
  });
}

Placement take_place(const config::RunConfig& config, const comm::Group& world) {
  const int threads = choose_threads(config.dist, world);
  at::set_num_threads(threads);
  auto device = comm::choose_device(config.device, world);
  auto energy_from = measure_energy(device, world);
  if (device.cuda) set_gpu_arithmetic(config.dist.reduction == "fixed");
  const auto torch_device = device.cuda
                                ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index))
                                : at::Device(at::kCPU);
  return {std::move(device), torch_device, threads, std::move(energy_from)};
}

}  // namespace stockpot::jobs
