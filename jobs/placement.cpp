#include "jobs/placement.hpp"

#include <ATen/Parallel.h>

#include <algorithm>

#include "config/render.hpp"
#include "core/error.hpp"

namespace stockpot::jobs {
namespace {

std::uint64_t hash_of(const std::string& text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return hash;
}

/// Threads of this rank: as asked, else its share of the node's cores; one where bits must not depend on them.
int threads_per_rank(const config::DistConfig& dist, const comm::Communicator& world) {
  if (dist.threads > 0) return static_cast<int>(dist.threads);
  if (dist.reduction == "fixed") return 1;
  return std::max(1, at::get_num_threads() / world.node_local().size());
}

}  // namespace

void agree_on(const config::RunConfig& config, const comm::Communicator& world) {
  if (!world.same_on_all_ranks(hash_of(config::to_ini(config)))) throw AgreedError(ExitCode::bad_configuration, "the ranks were given different settings");
}

Placement take_place(const config::RunConfig& config, const comm::Communicator& world) {
  const int threads = threads_per_rank(config.dist, world);
  at::set_num_threads(threads);
  const auto device = comm::choose_device(config.device, world);
  return {device, device.cuda ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index)) : at::Device(at::kCPU), threads};
}

}  // namespace stockpot::jobs
