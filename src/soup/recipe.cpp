// SPDX-License-Identifier: Apache-2.0
#include "soup/recipe.hpp"

#include <algorithm>

#include "config/number_list.hpp"
#include "core/error.hpp"

namespace stockpot::soup {
namespace {

using Prune = Recipe::Prune;

struct NamedRecipe {
  const char* name;
  Members members;
  Start start;
  Order order;
  const char* shares;  ///< as soup.grid; empty: the running mean
  Accept accept;
  Prune prune;
  std::int64_t count;
};

constexpr const char* kLotteryGrid = "0.05 0.1:0.1:0.9 0.95";

// one row per soup and one configs/methods/<name>.ini; sources: methods.md 3.5 (ims), 3.14 (the
// others)
constexpr NamedRecipe kRecipes[] = {
    // clang-format off
    // name           members                 start           order                shares        accept              prune          K
    {"none",          Members::none,          Start::network, Order::given,        "",           Accept::always,     Prune::never,  0},
    {"uniform",       Members::last,          Start::first,   Order::given,        "",           Accept::always,     Prune::never,  8},
    {"greedy",        Members::last,          Start::best,    Order::by_validation, "",          Accept::not_worse,  Prune::never,  8},
    {"lottery_pools", Members::tickets,       Start::target,  Order::by_adjacency, kLotteryGrid, Accept::not_worse,  Prune::during, 0},
    {"swa",           Members::tickets,       Start::target,  Order::by_adjacency, "",           Accept::always,     Prune::during, 0},
    {"ema",           Members::tickets,       Start::target,  Order::by_adjacency, "0.05",       Accept::always,     Prune::during, 0},
    {"wise",          Members::final_weights, Start::network, Order::given,        "0:0.1:1",    Accept::always,     Prune::never,  0},
    {"ims",           Members::weak,          Start::network, Order::given,        "0:0.05:1",   Accept::always,     Prune::never,  5},
    // clang-format on
};

std::vector<double> shares_of(const std::string& grid) {
  auto shares = config::number_list(grid);
  expect(shares.has_value(), "a grid that the rules of the settings let pass");
  std::ranges::sort(*shares);
  const auto [first, last] = std::ranges::unique(*shares);
  shares->erase(first, last);
  return *shares;
}

}  // namespace

Recipe make_recipe(const config::SoupConfig& c) {
  const auto* row =
      std::ranges::find_if(kRecipes, [&](const auto& r) { return c.method == r.name; });
  if (row == std::end(kRecipes)) throw ConfigError("soup.method " + c.method + " is unknown");
  Recipe recipe{.name = row->name,
                .members = row->members,
                .start = row->start,
                .order = row->order,
                .shares = shares_of(c.grid.empty() ? row->shares : c.grid),
                .accept = row->accept,
                .prune = row->prune,
                .mask_aware = c.mask_aware,
                .count = row->count == 0 || c.count == 0 ? row->count : c.count};
  if (c.accept == "always") recipe.accept = Accept::always;
  if (c.accept == "validation") recipe.accept = Accept::not_worse;
  if (recipe.prune == Prune::during && c.prune == "after") recipe.prune = Prune::after;
  return recipe;
}

}  // namespace stockpot::soup
