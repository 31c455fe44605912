// SPDX-License-Identifier: Apache-2.0
#include "jobs/placement.hpp"

#include <ATen/Parallel.h>

#include <algorithm>

#include "comm/all_or_none.hpp"
#include "config/render.hpp"
#include "core/error.hpp"

namespace stockpot::jobs {
namespace {

/// Threads of this rank: as asked, else its share of the node's cores; one where bits must not
/// depend on them.
int threads_per_rank(const config::DistConfig& dist, const comm::Group& world) {
  if (dist.threads > 0) return static_cast<int>(dist.threads);
  if (dist.reduction == "fixed") return 1;
  return std::max(1, at::get_num_threads() / world.node_local().size());
}

}  // namespace

void agree_on(const config::RunConfig& config, const comm::Group& world) {
  const auto settings = config::to_ini(config);
  comm::all_or_none(world, [&, of_rank_0 = world.broadcast(settings)] {
    if (settings != of_rank_0)
      throw ConfigError("this rank was given other settings than rank 0", "",
                        "start all ranks with the same files and flags");
  });
}

Placement take_place(const config::RunConfig& config, const comm::Group& world) {
  const int threads = threads_per_rank(config.dist, world);
  at::set_num_threads(threads);
  const auto device = comm::choose_device(config.device, world);
  return {device,
          device.cuda ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index))
                      : at::Device(at::kCPU),
          threads};
}

}  // namespace stockpot::jobs
