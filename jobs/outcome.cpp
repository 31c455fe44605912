// SPDX-License-Identifier: Apache-2.0
#include "jobs/outcome.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "comm/device.hpp"
#include "comm/mpi_session.hpp"
#include "config/render.hpp"
#include "core/error.hpp"
#include "core/sparsity.hpp"
#include "data/official_files.hpp"
#include "engine/replicas.hpp"
#include "io/result_file.hpp"
#include "model/versions.hpp"

namespace stockpot::jobs {
namespace {

std::string joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

void append(Provenance& all, const Provenance& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

Provenance provenance_of(const Execution& e) {
  auto all = process_provenance(e.words);
  append(all, comm::MpiSession::provenance());
  append(all, io::hdf5_provenance());
  append(all, model::torch_provenance());
  append(all, comm::cuda_provenance());
  append(all, {{"mpi_size", std::to_string(e.group.size())},
               {"hosts", joined(e.group.gather(host_name()))},
               {"devices", joined(e.group.gather(e.place.device.name))},
               {"threads_per_rank", std::to_string(e.place.threads)},
               {"energy_from", e.place.energy_from.empty() ? "not measured" : e.place.energy_from},
               {"gradient_reducer", e.reducer.name()},
               {"attempts", std::to_string(std::max<std::size_t>(1, e.attempts.size()))},
               {"attempts_made", checkpoint::text_of(e.attempts)}});
  return all;
}

namespace {

/// Whether prune.sparsity has a say: a method cuts to it, or a soup prunes what it mixes.
bool asks_for_sparsity(const Setup& setup) {
  return setup.method.schedule != "never" || setup.soup.prune != soup::Recipe::Prune::never;
}

/// Count from the bits, and see that the weights agree with them: the result says nothing it has
/// not looked at.
void check_mask(const mask::Mask& mask, const at::Tensor& weights, const Setup& setup) {
  const auto asked = setup.plan.keep;
  expect(mask.kept() == asked, "the final mask does not keep the number of weights asked for",
         mask.kept(), asked);
  const float* w = weights.const_data_ptr<float>();
  for (std::int64_t i = 0; i < mask.size(); ++i)
    expect(mask[i] || w[i] == 0.0F, "a pruned weight is not 0", i);
}

void describe_method(const Setup& setup, io::RunResult& result) {
  const auto& method = setup.method;
  result.method = method.name;
  result.score = method.score;
  result.schedule = method.schedule;
  result.denoise = method.denoise && setup.config.isp.denoisers > 0 ? "look_ahead" : "none";
  result.rewind = name_of(method.rewind);
  result.scope = name_of(method.scope);
  result.soup_method = setup.soup.name;
  result.union_rule = result.denoise == "none" ? "none" : setup.config.isp.union_rule;
  result.effective_rate = setup.plan.effective_rate;
  result.sparsity_requested = asks_for_sparsity(setup) ? setup.config.prune.sparsity : 0.0;
}

void add_masks(const model::Layout& layout, const mask::Mask& mask, io::RunResult& result) {
  for (const auto& tensor : layout.tensors()) {
    if (tensor.role != model::Role::prunable) continue;
    const auto end = tensor.offset + tensor.size;
    result.masks.push_back({tensor.name, tensor.shape, mask.kept_in(tensor.offset, end),
                            mask::pack_big_endian(mask, tensor.offset, end)});
  }
}

void add_records(const engine::RunState& state, io::RunResult& result) {
  result.train = state.records.train;
  result.validation_curve = state.records.validation;
  result.rounds = state.records.rounds;
  result.denoisers = state.records.denoisers;
  result.densities = state.records.densities;
  result.early_bird = state.records.early_bird;
  result.denoiser_masks = state.records.denoiser_masks;
  result.soup = state.records.soup;
  result.soup_members = state.records.soup_members;
  result.events = state.records.events;
  result.cost = state.ledger.rows();
}

/// Whether the data are the official ones of their name, as data_official says it.
std::string official(const Setup& setup) {
  if (data::find_official_set(setup.config.data.name) == nullptr) return "own";
  return setup.splits.unofficial.empty() ? "yes" : "no";
}

/// All but what the end of the program and the test give.
io::RunResult result_so_far(const Setup& setup, const engine::RunState& state,
                            Provenance provenance) {
  const auto& config = setup.config;
  io::RunResult result;
  result.run_id = config::run_id(config);
  result.name = config.name;
  result.seed = config.seed;
  result.config_json = config::config_json(config);
  result.provenance = std::move(provenance);
  describe_method(setup, result);
  result.model = config.model.name;
  result.data = config.data.name;
  result.selected_on = config.train.select;
  result.validation = state.validation.primary;
  result.inputs = rows_of(setup.inputs, config);
  result.weights_sha256 = digest_of(result.inputs, "weights");
  result.data_sha256 = digest_of(result.inputs, "data");
  result.vocabulary_sha256 = digest_of(result.inputs, "vocabulary");
  result.data_official = official(setup);
  result.n_test = setup.splits.test.size();
  result.n_validation = setup.splits.validation.size();
  result.prunable = state.mask->size();
  result.kept = state.mask->kept();
  add_records(state, result);
  return result;
}

}  // namespace

io::RunResult make_result(const Setup& setup, const engine::RunState& state,
                          const train::Evaluation& test, Provenance provenance,
                          const comm::Group& group) {
  const auto weights = state.weights.values().to(at::kCPU);
  check_mask(*state.mask, weights, setup);
  engine::require_equal_replicas(state, "no result was written", group);
  auto result = result_so_far(setup, state, std::move(provenance));
  result.metric = test.scores.primary_name;
  result.test = test.scores.primary;
  result.extra_metrics = test.scores.extra;
  add_masks(*setup.model->layout(), *state.mask, result);
  return result;
}

io::RunResult make_failed_result(const Setup& setup, const engine::RunState& state,
                                 const std::string& failure, Provenance provenance) {
  auto result = result_so_far(setup, state, std::move(provenance));
  result.status = "failed";
  result.failure = failure;
  result.test = std::numeric_limits<double>::quiet_NaN();
  return result;
}

std::string summary(const io::RunResult& r) {
  std::string corrupted;
  for (const auto& [name, mean] : r.extra_metrics)
    if (name.starts_with("corrupted_")) corrupted += fmt::format("; {} {:.4f}", name, mean);
  return fmt::format(
      "{} on {}: test {} {:.4f} (validation {:.4f}) at sparsity {:.6f}: {} of {} prunable weights "
      "kept{}",
      r.method, r.data, r.metric, r.test, r.validation,
      1.0 - static_cast<double>(r.kept) / static_cast<double>(r.prunable), r.kept, r.prunable,
      corrupted);
}

}  // namespace stockpot::jobs
