// SPDX-License-Identifier: Apache-2.0
// What SNIP and GraSP cost, by the ledger's formula and by a count of every multiply-add of every
// matrix product that LibTorch carries out while it makes the score.
#include <gtest/gtest.h>

#include <ATen/record_function.h>

#include <cstdint>
#include <string>

#include "prune/scorer.hpp"
#include "support/mlp.hpp"
#include "support/toy.hpp"

using namespace stockpot;

namespace {

/// Counts the products of matrices of this process while it lives; one at a time.
class ProductCounter {
 public:
  ProductCounter() {
    flops_ = 0;
    handle_ = at::addGlobalCallback(
        at::RecordFunctionCallback(&count).needsInputs(true).scopes({at::RecordScope::FUNCTION}));
  }
  ~ProductCounter() { at::removeCallback(handle_); }
  ProductCounter(const ProductCounter&) = delete;
  ProductCounter& operator=(const ProductCounter&) = delete;

  /// 2 for each multiply-add, of all ranks.
  static std::int64_t flops() {
    std::int64_t all = flops_;
    test::world().sum(std::span(&all, 1));
    return all;
  }

 private:
  /// [n, k] times [k, m]: the operands of mm and bmm stand first, those of addmm and baddbmm behind
  /// what is added.
  static std::unique_ptr<at::ObserverContext> count(const at::RecordFunction& function) {
    const std::string name = function.name();
    const bool plain = name == "aten::mm" || name == "aten::bmm";
    if (!plain && name != "aten::addmm" && name != "aten::baddbmm") return nullptr;
    const auto operands = function.inputs().slice(plain ? 0 : 1, 2);
    flops_ += 2 * operands[0].toTensor().numel() * operands[1].toTensor().size(-1);
    return nullptr;
  }

  static inline std::int64_t flops_ = 0;
  at::CallbackHandle handle_;
};

/// A score of the little network on the toy's images: what it takes, counted and foreseen.
struct Costs {
  std::int64_t counted = 0;
  Work booked;
};

Costs costs_of(const std::string& name) {
  const test::ToyRun toy([](config::RunConfig& c) {
    c.prune.score_batches = 2;
    c.prune.samples_per_class = 10;
  });
  const test::Mlp model;
  const train::Task task{toy.config, model, toy.splits, test::world()};
  model::Weights weights(model.layout(), at::kCPU);
  model::initialise(weights, 3);
  model::Gradients gradients(weights);
  const auto all = std::make_shared<const mask::Mask>(mask::Mask::all(test::Mlp::kPrunable));
  const train::PlacedMask mask(all, model.layout()->trained(), at::kCPU);
  const auto moments = train::fresh_moments(mask, {});
  const auto scorer = prune::make_scorer(name);
  const train::FlopMeter meter(model, *all);
  const ProductCounter counter;
  scorer->score({.task = task,
                 .group = test::world(),
                 .weights = weights,
                 .moments = moments,
                 .mask = mask,
                 .gradients = gradients});
  return {ProductCounter::flops(), scorer->cost({toy.config, toy.splits.train, meter, 0})};
}

// one product of each layer with one sample
constexpr std::int64_t kUp = 2 * test::Mlp::kIn * test::Mlp::kUp,
                       kDown = 2 * test::Mlp::kUp * test::Mlp::kDown,
                       kHead = 2 * test::Mlp::kDown * test::Mlp::kClasses;

}  // namespace

TEST(ScoreFlops, OfSnipAreTheProductsCarriedOutAndTheOneByTheImagesThatIsSpared) {
  const auto costs = costs_of("snip");
  constexpr std::int64_t kSamples = 2 * 16;
  // forward, its reverse by the weights and by what the layer sees
  EXPECT_EQ(costs.counted, kSamples * (2 * kUp + 3 * kDown + 3 * kHead));
  // the formula gives every layer three; that by the images is not needed
  EXPECT_EQ(costs.booked.flops_executed, costs.counted + kSamples * kUp);
  EXPECT_EQ(costs.booked.flops_theoretical, costs.booked.flops_executed);
}

TEST(ScoreFlops, OfGraspAreTheProductsCarriedOutAndThoseThatAreSpared) {
  const auto costs = costs_of("grasp");
  constexpr std::int64_t kSamples = 4 * 10;
  // g: as SNIP's. H g: forward, its reverse by the weights (w) and by what the layer sees (x), and
  // the reverse of these three by their two factors each: 9 products. Images need no reverse: that
  // spares one product of g, and five of H g, x and its two, and those of forward and w by x. The
  // head is not prunable: the pass that is differentiated once more spares its w and w's two.
  EXPECT_EQ(costs.counted, kSamples * ((2 + 9 - 5) * kUp + (3 + 9) * kDown + (3 + 9 - 3) * kHead));
  EXPECT_EQ(costs.booked.flops_executed, costs.counted + kSamples * ((1 + 5) * kUp + 3 * kHead));
  EXPECT_EQ(costs.booked.flops_executed, kSamples * 12 * (kUp + kDown + kHead));
}
