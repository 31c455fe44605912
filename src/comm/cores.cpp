// SPDX-License-Identifier: Apache-2.0
#include "comm/cores.hpp"

#include <sched.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <fstream>
#include <functional>
#include <numeric>
#include <string>

namespace stockpot::comm {
namespace {

constexpr std::size_t kMostCpus = 8192;  // as Linux can be built for; cpu_set_t stops at 1024

bool has(const CpuMask& mask, std::size_t cpu) { return mask[cpu / 64] >> (cpu % 64) & 1; }

/// The CPUs that are hardware threads of the same core; of this one alone where nobody knows.
CpuMask siblings_of(std::size_t cpu) {
  std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                     "/topology/thread_siblings_list");
  std::string list;
  std::getline(file, list);
  return parse_cpu_list(list.empty() ? std::to_string(cpu) : list);
}

int cores_of(const CpuMask& mask) {
  CpuMask left = mask;
  int cores = 0;
  for (std::size_t cpu = 0; cpu < kMostCpus; ++cpu) {
    if (!has(left, cpu)) continue;
    ++cores;
    const auto siblings = siblings_of(cpu);
    for (std::size_t i = 0; i < left.size(); ++i) left[i] &= ~siblings[i];
    left[cpu / 64] &= ~(std::uint64_t{1} << (cpu % 64));
  }
  return cores;
}

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view first_part(std::string_view text, char separator) {
  return text.substr(0, std::min(text.find(separator), text.size()));
}

}  // namespace

CpuMask parse_cpu_list(std::string_view list) {
  CpuMask mask(kMostCpus / 64);
  while (!list.empty()) {
    const auto range = first_part(list, ',');
    list.remove_prefix(std::min(range.size() + 1, list.size()));
    const auto begin = first_part(range, '-');
    const auto first = number(begin);
    const auto last = begin.size() == range.size() ? first : number(range.substr(begin.size() + 1));
    if (!first || !last) continue;
    for (auto cpu = *first; cpu <= *last && cpu < kMostCpus; ++cpu)
      mask[cpu / 64] |= std::uint64_t{1} << (cpu % 64);
  }
  return mask;
}

CpuMask cpus_of_process() {
  CpuMask mask(kMostCpus / 64);
  if (::sched_getaffinity(0, mask.size() * sizeof mask[0],
                          reinterpret_cast<cpu_set_t*>(mask.data())) != 0)
    return parse_cpu_list("0");
  return mask;
}

int count_sharers(const CpuMask& mine, std::span<const CpuMask> of_node) {
  return static_cast<int>(std::ranges::count_if(of_node, [&](const CpuMask& other) {
    return std::inner_product(mine.begin(), mine.end(), other.begin(), std::uint64_t{0},
                              std::bit_or<>{}, std::bit_and<>{}) != 0;
  }));
}

CoreShare share_of_cores(const Group& group) {
  const Group node = group.node_local();
  const CpuMask mine = cpus_of_process();
  std::vector<CpuMask> of_node;
  for (const auto& bytes : node.gather_bytes(std::as_bytes(std::span(mine)))) {
    of_node.emplace_back(mine.size());
    std::memcpy(of_node.back().data(), bytes.data(), bytes.size());
  }
  return {.cores = cores_of(mine), .sharers = count_sharers(mine, of_node)};
}

std::optional<int> parse_omp_num_threads(const char* value) {
  if (value == nullptr) return std::nullopt;
  const auto threads = number(first_part(value, ','));
  if (!threads || *threads == 0 || *threads > kMostCpus) return std::nullopt;
  return static_cast<int>(*threads);
}

int threads_of_rank(const ThreadChoice& choice) {
  if (choice.asked > 0) return static_cast<int>(choice.asked);
  if (choice.one) return 1;
  if (choice.omp_num_threads) return std::max(1, *choice.omp_num_threads);
  return std::max(1, choice.share.cores / std::max(1, choice.share.sharers));
}

}  // namespace stockpot::comm
