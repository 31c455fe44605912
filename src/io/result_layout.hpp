// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <tuple>

#include "io/run_result.hpp"

// What result.h5 is made of. Writer and reader walk over the same lists, so a column or attribute
// is declared here and nowhere else.
namespace stockpot::io {

inline constexpr const char* kResultFormat = "stockpot-result";
inline constexpr std::int64_t kResultVersion = 1;

/// One column of a table (a one-dimensional dataset), or one attribute.
template <typename Struct, typename Value>
struct Column {
  const char* name;
  Value Struct::* member;
  const char* units = "1";  ///< "1": a pure number or a count
  const char* description = "";
};

template <typename Struct, typename Value>
Column(const char*, Value Struct::*, const char* = "", const char* = "") -> Column<Struct, Value>;

/// Whether a member tells of how a run was executed: times, energies, and where a denoiser ran. All
/// others are equal in equal runs.
constexpr bool is_of_the_execution(std::string_view name) {
  return name == "rank" || name.ends_with("_s") || name.ends_with("_j");
}

/// The columns of a table by the type of its rows.
template <typename Row>
inline constexpr std::tuple<> kColumns{};

template <>
inline constexpr std::tuple kColumns<MetricRow>{
    Column{"step", &MetricRow::step, "step", "optimizer steps done"},
    Column{"loss", &MetricRow::loss, "1", "mean loss; NaN where not measured"},
    Column{"lr", &MetricRow::lr, "1", "learning rate; NaN where not measured"},
    Column{"sparsity", &MetricRow::sparsity, "1", "pruned fraction of the prunable weights"},
    Column{"metric", &MetricRow::metric, "1",
           "primary metric of the task; NaN where not measured"}};

template <>
inline constexpr std::tuple kColumns<RoundRow>{
    Column{"round", &RoundRow::round, "1", "pruning round, from 0"},
    Column{"train_steps", &RoundRow::train_steps, "step",
           "main training steps of the round, before its cut"},
    Column{"kept_before", &RoundRow::kept_before, "weight", "kept weights before the cut"},
    Column{"kept_union", &RoundRow::kept_union, "weight", "kept weights of the united masks"},
    Column{"kept_after", &RoundRow::kept_after, "weight",
           "kept weights after the adjustment to the exact count"},
    Column{"requested", &RoundRow::requested, "weight", "kept weights that the schedule asks for"},
    Column{"pairs", &RoundRow::pairs, "pair", "pairs of denoisers whose masks were compared"},
    Column{"pair_cosine", &RoundRow::pair_cosine, "1",
           "mean over pairs: cosine of the keep masks; NaN without pairs"},
    Column{"pair_iou", &RoundRow::pair_iou, "1",
           "mean over pairs: weights that both prune over those that either does"},
    Column{"pair_kappa", &RoundRow::pair_kappa, "1",
           "mean over pairs: Cohen's kappa over the candidates of the cut"}};

template <>
inline constexpr std::tuple kColumns<DensityRow>{
    Column{"round", &DensityRow::round, "1", "pruning round, from 0"},
    Column{"tensor", &DensityRow::tensor, "", "name of a prunable tensor"},
    Column{"size", &DensityRow::size, "weight", "its weights"},
    Column{"kept", &DensityRow::kept, "weight", "those that the cut left"}};

template <>
inline constexpr std::tuple kColumns<EarlyBirdRow>{
    Column{"checkpoint", &EarlyBirdRow::checkpoint, "1", "number of the mask, from 0"},
    Column{"step", &EarlyBirdRow::step, "step", "optimizer steps done"},
    Column{"differs_1", &EarlyBirdRow::differs_1, "bit",
           "weights on which it differs from the mask before; -1: there is none"},
    Column{"differs_2", &EarlyBirdRow::differs_2, "bit", "the same of 2 checkpoints before"},
    Column{"differs_3", &EarlyBirdRow::differs_3, "bit", "the same of 3 checkpoints before"},
    Column{"differs_4", &EarlyBirdRow::differs_4, "bit", "the same of 4 checkpoints before"},
    Column{"distance", &EarlyBirdRow::distance, "1",
           "the largest of the four as a fraction of the prunable weights; NaN before"},
    Column{"drawn", &EarlyBirdRow::drawn, "1", "1: this mask was drawn"}};

template <>
inline constexpr std::tuple kColumns<DenoiserRow>{
    Column{"round", &DenoiserRow::round, "1", "pruning round, from 0"},
    Column{"denoiser", &DenoiserRow::denoiser, "1", "denoiser of the round, from 0"},
    Column{"rank", &DenoiserRow::rank, "1", "MPI rank that trained it"},
    Column{"lr", &DenoiserRow::lr, "1", "learning rate of its look-ahead"},
    Column{"weight_decay", &DenoiserRow::weight_decay, "1", "weight decay of its look-ahead"},
    Column{"steps", &DenoiserRow::steps, "step", "look-ahead steps"},
    Column{"first_loss", &DenoiserRow::first_loss, "1", "loss at the first look-ahead step"},
    Column{"last_loss", &DenoiserRow::last_loss, "1", "loss at the last look-ahead step"},
    Column{"kept", &DenoiserRow::kept, "weight", "weights kept by its mask"},
    Column{"differs_from_base", &DenoiserRow::differs_from_base, "bit",
           "weights on which its mask differs from that of the weights without look-ahead"},
    Column{"base_cosine", &DenoiserRow::base_cosine, "1", "cosine of its mask and that one"},
    Column{"base_iou", &DenoiserRow::base_iou, "1",
           "weights that both prune over those that either does"},
    Column{"base_kappa", &DenoiserRow::base_kappa, "1",
           "Cohen's kappa of the two over the candidates of the cut"}};

template <>
inline constexpr std::tuple kColumns<PhaseCost>{
    Column{"phase", &PhaseCost::phase, "", "train, look_ahead, score, evaluate, fine_tune or soup"},
    Column{"steps", &PhaseCost::steps, "step",
           "optimizer steps over all ranks and denoisers; evaluate: passes over a split; score: "
           "batches that scores were made on"},
    Column{"samples", &PhaseCost::samples, "sample", "samples through the network"},
    Column{"flops_executed", &PhaseCost::flops_executed, "flop",
           "what the dense kernels do; multiply and add counted apart"},
    Column{"flops_theoretical", &PhaseCost::flops_theoretical, "flop",
           "the same with pruned weights skipped"},
    Column{"wall_s", &PhaseCost::wall_s, "s", "wall time of rank 0"},
    Column{"energy_j", &PhaseCost::energy_j, "J", "energy; NaN where not measured"}};

template <>
inline constexpr std::tuple kColumns<SoupTrial>{
    Column{"candidate", &SoupTrial::candidate, "", "what was offered to the soup"},
    Column{"share", &SoupTrial::share, "1", "its share of the interpolation"},
    Column{"validation", &SoupTrial::validation, "1",
           "primary metric of the trial on the validation split; NaN where nothing was chosen"},
    Column{"loss", &SoupTrial::loss, "1", "its mean loss there"},
    Column{"accepted", &SoupTrial::accepted, "1", "whether the trial became the soup"}};

template <>
inline constexpr std::tuple kColumns<SoupMemberRow>{
    Column{"member", &SoupMemberRow::member, "1", "member of the soup, from 0"},
    Column{"source", &SoupMemberRow::source, "", "trained, a level of a search, or a finished run"},
    Column{"lr", &SoupMemberRow::lr, "1", "learning rate that it began with; NaN where not known"},
    Column{"weight_decay", &SoupMemberRow::weight_decay, "1", "its weight decay"},
    Column{"batch", &SoupMemberRow::batch, "sample", "its batch; 0 where not known"},
    Column{"steps", &SoupMemberRow::steps, "step", "its training; 0 where not known"},
    Column{"kept", &SoupMemberRow::kept, "weight", "weights that its mask keeps"},
    Column{"train_loss", &SoupMemberRow::train_loss, "1", "loss of its last step"},
    Column{"validation", &SoupMemberRow::validation, "1", "its primary metric on validation"},
    Column{"loss", &SoupMemberRow::loss, "1", "its mean loss on validation"},
    Column{"distance", &SoupMemberRow::distance, "1", "Euclidean, to the start of the soup"},
    Column{"angle_deg", &SoupMemberRow::angle_deg, "degree", "to the start, as vectors"},
    Column{"barrier", &SoupMemberRow::barrier, "1",
           "validation loss half way to the start, above the mean of the two"}};

template <>
inline constexpr std::tuple kColumns<CorruptionRow>{
    Column{"corruption", &CorruptionRow::corruption, "", "name of the corruption"},
    Column{"severity", &CorruptionRow::severity, "1", "1, the least, to 5"},
    Column{"samples", &CorruptionRow::samples, "sample", "test samples"},
    Column{"metric", &CorruptionRow::metric, "1", "primary metric of the task"},
    Column{"loss", &CorruptionRow::loss, "1", "mean loss"}};

template <>
inline constexpr std::tuple kColumns<Event>{
    Column{"step", &Event::step, "step", "optimizer steps done"},
    Column{"what", &Event::what, "", "what happened"}};

template <>
inline constexpr std::tuple kColumns<InputRow>{
    Column{"role", &InputRow::role, "",
           "weights, model (config.json), data, corruptions, vocabulary or masks"},
    Column{"file", &InputRow::file, "", "name below the folder that was named"},
    Column{"bytes", &InputRow::bytes, "byte", "size of its content, unpacked"},
    Column{"sha256", &InputRow::sha256, "",
           "of its content; of a folder: sum modulo 2^256 over the files read of "
           "SHA-256(name, 0, SHA-256 of the content)"}};

/// One table: the group it lies in and the rows it comes from.
template <typename Row>
struct Table {
  const char* group;
  std::vector<Row> RunResult::* rows;
  bool only_with_rows = false;  ///< a result without such rows has no such group
};
template <typename Row>
Table(const char*, std::vector<Row> RunResult::*, bool = false) -> Table<Row>;

inline constexpr std::tuple kTables{Table{"/metrics/train", &RunResult::train},
                                    Table{"/metrics/validation", &RunResult::validation_curve},
                                    Table{"/rounds", &RunResult::rounds},
                                    Table{"/denoisers", &RunResult::denoisers},
                                    Table{"/densities", &RunResult::densities, true},
                                    Table{"/early_bird", &RunResult::early_bird, true},
                                    Table{"/cost", &RunResult::cost},
                                    Table{"/soup", &RunResult::soup},
                                    Table{"/soup_members", &RunResult::soup_members, true},
                                    Table{"/corruptions", &RunResult::corruptions, true},
                                    Table{"/inputs", &RunResult::inputs},
                                    Table{"/events", &RunResult::events}};

/// Attributes of the root, besides `format` and `format_version`.
inline constexpr std::tuple kRootAttributes{
    Column{"status", &RunResult::status}, Column{"failure", &RunResult::failure},
    Column{"run_id", &RunResult::run_id}, Column{"name", &RunResult::name},
    Column{"seed", &RunResult::seed},     Column{"config_json", &RunResult::config_json}};

/// Attributes of /result, besides `sparsity` and the extra metrics.
inline constexpr std::tuple kResultAttributes{
    Column{"method", &RunResult::method},
    Column{"score", &RunResult::score},
    Column{"schedule", &RunResult::schedule},
    Column{"denoise", &RunResult::denoise},
    Column{"rewind", &RunResult::rewind},
    Column{"scope", &RunResult::scope},
    Column{"union", &RunResult::union_rule},
    Column{"soup", &RunResult::soup_method},
    Column{"effective_rate", &RunResult::effective_rate},
    Column{"model", &RunResult::model},
    Column{"data", &RunResult::data},
    Column{"metric", &RunResult::metric},
    Column{"test", &RunResult::test},
    Column{"validation", &RunResult::validation},
    Column{"selected_on", &RunResult::selected_on},
    Column{"n_test", &RunResult::n_test},
    Column{"n_validation", &RunResult::n_validation},
    Column{"weights_sha256", &RunResult::weights_sha256},
    Column{"data_sha256", &RunResult::data_sha256},
    Column{"vocabulary_sha256", &RunResult::vocabulary_sha256},
    Column{"data_official", &RunResult::data_official},
    Column{"sparsity_requested", &RunResult::sparsity_requested},
    Column{"prunable", &RunResult::prunable},
    Column{"kept", &RunResult::kept}};

/// Call `visit(item)` for every item of a list above.
template <typename List, typename Visit>
void for_each_in(const List& list, Visit&& visit) {
  std::apply([&](const auto&... item) { (visit(item), ...); }, list);
}

}  // namespace stockpot::io
