// SPDX-License-Identifier: Apache-2.0
#include "engine/replicas.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <vector>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/provenance.hpp"

namespace stockpot::engine {
namespace {

/// hash_bytes by words of 8 bytes in four lanes, so that it is as quick as memory. Each step maps
/// hashes one to one and words one to one, so a single word that differs always shows.
std::uint64_t hash_lanes(std::span<const std::byte> bytes, std::uint64_t hash) {
  constexpr std::uint64_t kPrime = 0x100000001B3ULL;  // as in hash_bytes
  std::array<std::uint64_t, 4> lanes{hash, hash + 1, hash + 2, hash + 3};
  const std::size_t whole = bytes.size() / sizeof lanes * sizeof lanes;
  for (std::size_t at = 0; at < whole; at += sizeof lanes) {
    std::array<std::uint64_t, 4> words{};
    std::memcpy(words.data(), bytes.data() + at, sizeof words);
    for (std::size_t lane = 0; lane < lanes.size(); ++lane)
      lanes[lane] = (lanes[lane] ^ words[lane]) * kPrime;
  }
  return hash_bytes(bytes.subspan(whole), hash_bytes(std::as_bytes(std::span(lanes))));
}

std::uint64_t hash_tensor(const at::Tensor& tensor, std::uint64_t hash) {
  const auto values = tensor.to(at::kCPU).contiguous();
  return hash_lanes({static_cast<const std::byte*>(values.const_data_ptr()), values.nbytes()},
                    hash);
}

/// `rank 1 on node7 differs from the others`; where there is no majority: all ranks and hosts.
std::string who_differs(const std::vector<std::string>& hashes,
                        const std::vector<std::string>& hosts) {
  const auto alike = [&](const auto& hash) {
    return 2 * std::ranges::count(hashes, hash) > std::ssize(hashes);
  };
  const bool is_told = std::ranges::any_of(hashes, alike);
  std::vector<std::string> ranks;
  for (std::size_t rank = 0; rank < hashes.size(); ++rank)
    if (!is_told || !alike(hashes[rank]))
      ranks.push_back(fmt::format("{} on {}", rank, hosts[rank]));
  return fmt::format("rank{} {} {}", ranks.size() == 1 ? "" : "s", fmt::join(ranks, ", "),
                     is_told ? "against the others" : "against each other");
}

}  // namespace

std::uint64_t replica_hash(const RunState& state) {
  auto hash = hash_tensor(state.weights.values(), kEmptyHash);
  hash = hash_tensor(state.moments.first, hash);
  hash = hash_tensor(state.moments.second, hash);
  return hash_lanes(std::as_bytes(std::span(state.mask->words())), hash);
}

void require_equal_replicas(const RunState& state, const std::string& consequence,
                            const comm::Group& group) {
  const auto hash = replica_hash(state);
  if (group.same_on_all_ranks(hash)) return;
  const auto hashes = group.gather(fmt::format("{:016x}", hash)), hosts = group.gather(host_name());
  const ReplicaError error("the ranks hold different weights, moments or masks",
                           fmt::format("{}; {}", who_differs(hashes, hosts), consequence),
                           "run `stockpot doctor` on these nodes, and look for faulty memory");
  throw AgreedError(error.exit_code(), error.what());
}

}  // namespace stockpot::engine
