#include "bench/benchmark.hpp"
#include "bench/entries.hpp"

namespace stockpot::bench {

const std::vector<Benchmark>& catalogue() {
  using enum Goal::Kind;
  static const std::vector<Benchmark> all{
      {"select-vs-kthvalue", "exact select and pack of 84,934,656 weights, against at::kthvalue and gt", {at_least, 25}, select_vs_kthvalue},
      {"select-vs-read", "the same, over one pass that reads the weights", {at_most, 2}, select_vs_read},
      {"adamw-vs-torch", "masked AdamW of 85 M weights, against torch::optim::AdamW on 144 tensors", {at_least, 7}, adamw_vs_torch},
  };
  return all;
}

}  // namespace stockpot::bench
