// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "config/setting.hpp"

namespace stockpot::config {

/// [soup] networks that are mixed. Defaults: those of the method, docs/methods.md 3.5 and 3.14.
struct SoupConfig {
  std::string method = "none";
  std::string members;
  std::int64_t count = 0;
  std::int64_t steps = 100;
  std::string sparsities = "0.1 0.2 0.3 0.4 0.5";
  double lr_decades = 0.5;
  std::string lrs;
  std::string weight_decays;
  std::string batches;
  std::string grid;
  bool mask_aware = false;
  std::string prune = "during";
  std::string accept;
  std::int64_t beyond = 0;
  double statistics_share = 0.2;
  bool connectivity = true;
  bool ensemble = false;
  bool keep_members = false;

  template <typename Self, typename Field>
  static void visit(Self& self, Field&& field) {
    field("method", self.method, "what is mixed, and how (docs/methods.md)",
          one_of({"none", "uniform", "greedy", "lottery_pools", "swa", "ema", "wise", "ims"}),
          Level::basic);
    field("members", self.members,
          "folders of finished runs, or safetensors files, separated by blanks; empty: the run "
          "makes its own",
          any(), Level::basic);
    field("count", self.count, "K: members that are trained; 0: 8, ims 5", between(0, 65535),
          Level::basic);
    field("steps", self.steps, "ims: C_k, steps of a member", at_least(1));
    field("sparsities", self.sparsities, "ims: sparsities of the members, in turn",
          numbers(0, 0.999));
    field("lr_decades", self.lr_decades,
          "member k's learning rate is lr * 10^u, u uniform in +- this, where soup.lrs is empty",
          at_least(0));
    field("lrs", self.lrs, "learning rates of the members, combined with the two lists below",
          numbers(1e-12, 1e3));
    field("weight_decays", self.weight_decays, "weight decays of the members", numbers(0, 1e3));
    field("batches", self.batches, "batches of the members", numbers(1, 1e9));
    field("grid", self.grid, "shares of a newcomer that are tried; empty: the method's",
          numbers(0, 1));
    field("mask_aware", self.mask_aware, "a newcomer moves only the weights that its mask keeps",
          any());
    field("prune", self.prune,
          "lottery_pools, swa, ema: when the mixture is pruned to prune.sparsity",
          one_of({"during", "after"}));
    field("accept", self.accept,
          "a newcomer is taken always, or where validation is not worse; empty: the method's",
          one_of({"", "validation", "always"}));
    field("beyond", self.beyond,
          "lottery_pools, swa, ema: levels sparser than prune.sparsity that are searched too",
          at_least(0));
    field("statistics_share", self.statistics_share,
          "part of the training set that running statistics of a mixture are estimated from",
          in_unit_interval("(0,1]"));
    field("connectivity", self.connectivity,
          "measure distance, angle and barrier of each member before mixing", any());
    field("ensemble", self.ensemble, "test the mean of the members' logits too", any());
    field("keep_members", self.keep_members, "leave the members' weights in the run folder", any(),
          Level::advanced, Effect::execution);
  }
};

}  // namespace stockpot::config
