// SPDX-License-Identifier: Apache-2.0
#include "jobs/outcome.hpp"

#include <cstdio>

#include "comm/all_or_none.hpp"
#include "comm/mpi_session.hpp"
#include "config/render.hpp"
#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/sparsity.hpp"
#include "io/result_file.hpp"
#include "model/versions.hpp"

namespace stockpot::jobs {
namespace {

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

void append(Provenance& all, const Provenance& more) {
  all.insert(all.end(), more.begin(), more.end());
}

Provenance provenance_of(const Outcome& o) {
  const auto& comm = o.context.comm;
  auto all = process_provenance(o.words);
  append(all, comm::MpiSession::provenance());
  append(all, io::hdf5_provenance());
  append(all, model::torch_provenance());
  append(all, comm::cuda_provenance());
  append(all, {{"mpi_size", std::to_string(comm.size())},
               {"hosts", joined(comm.gather(host_name()))},
               {"devices", joined(comm.gather(o.device.name))},
               {"threads_per_rank", std::to_string(o.threads)},
               {"gradient_reducer", o.context.reducer.name()},
               {"attempts", "1"}});
  return all;
}

/// Count from the bits, and see that the weights agree with them: the result says nothing it has
/// not looked at.
void check_mask(const Outcome& o, const at::Tensor& weights, std::int64_t kept) {
  const auto wanted =
      o.setup.plan.cuts.empty() ? o.state.mask.size() : o.setup.plan.cuts.back().keep;
  expect(kept == wanted, "the final mask does not keep the requested number of weights");
  const float* w = weights.const_data_ptr<float>();
  for (std::int64_t i = 0; i < o.state.mask.size(); ++i)
    expect(o.state.mask[i] || w[i] == 0.0F, "a pruned weight is not 0");
}

/// Data parallel training gives every rank the same weights and mask, to the bit; a rank that has
/// others was damaged.
void check_replicas(const Outcome& o, const at::Tensor& weights) {
  const auto hash =
      hash_bytes(std::as_bytes(o.state.mask.words()),
                 hash_bytes(std::as_bytes(std::span(weights.const_data_ptr<float>(),
                                                    static_cast<std::size_t>(weights.numel())))));
  const bool same = o.context.comm.same_on_all_ranks(hash);
  comm::all_or_none(o.context.comm, [&] {
    if (!same)
      throw ReplicaError("the ranks ended with different weights or masks", "no result was written",
                         "run `stockpot doctor` on these nodes, and look for faulty memory");
  });
}

}  // namespace

void fill_outcome(io::RunResult& result, const Outcome& o) {
  const auto& config = o.setup.config;
  const auto kept = o.state.mask.kept();
  const auto weights = o.state.arena.weights().to(at::kCPU);
  check_mask(o, weights, kept);
  check_replicas(o, weights);
  result.run_id = config::run_id(config);
  result.name = config.name;
  result.seed = config.seed;
  result.config_json = config::config_json(config);
  result.provenance = provenance_of(o);
  result.method = o.setup.method.name;
  result.model = config.model.name;
  result.data = config.data.name;
  result.metric = o.test.scores.primary_name;
  result.selected_on = config.train.select;
  result.test = o.test.scores.primary;
  result.validation = o.validation.scores.primary;
  result.extra_metrics = o.test.scores.extra;
  result.sparsity_requested = o.setup.plan.cuts.empty() ? 0.0 : config.prune.sparsity;
  result.prunable = o.state.mask.size();
  result.kept = kept;
  result.cost = o.context.ledger.rows();
  for (const auto& tensor : o.context.model.layout()->tensors()) {
    if (tensor.role != model::Role::prunable) continue;
    const auto end = tensor.offset + tensor.size;
    result.masks.push_back({tensor.name, tensor.shape, o.state.mask.kept_in(tensor.offset, end),
                            mask::pack_big_endian(o.state.mask, tensor.offset, end)});
  }
}

std::string summary(const io::RunResult& r) {
  char text[256];
  std::snprintf(text, sizeof text,
                "%s on %s: test %s %.4f (validation %.4f) at sparsity %.6f: %lld of %lld prunable "
                "weights kept",
                r.method.c_str(), r.data.c_str(), r.metric.c_str(), r.test, r.validation,
                1.0 - static_cast<double>(r.kept) / static_cast<double>(r.prunable),
                static_cast<long long>(r.kept), static_cast<long long>(r.prunable));
  return text;
}

}  // namespace stockpot::jobs
