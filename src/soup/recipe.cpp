// SPDX-License-Identifier: Apache-2.0
#include "soup/recipe.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/number_list.hpp"
#include "core/error.hpp"

namespace stockpot::soup {
namespace {

using Prune = Recipe::Prune;

/// A row of the page, in words.
struct RecipeWords {
  const char *ini = "", *what = "", *source = "", *trainings = "";
};

struct NamedRecipe {
  const char* name;
  Members members;
  Start start;
  Order order;
  const char* shares;  ///< as soup.grid; empty: the running mean
  Accept accept;
  Prune prune;
  std::int64_t count;
  RecipeWords words;
};

constexpr const char* kLotteryGrid = "0.05 0.1:0.1:0.9 0.95";

// one row per soup and one configs/methods/<ini>.ini
constexpr NamedRecipe kRecipes[] = {
    {"none", Members::none, Start::network, Order::given, "", Accept::always, Prune::never, 0, {}},
    {"uniform",
     Members::last,
     Start::first,
     Order::given,
     "",
     Accept::always,
     Prune::never,
     8,
     {"uniform_soup", "the mean of K networks that are trained in the place of the last training",
      "Wortsman et al., ICML 2022; 3.14", "K in the place of the last one"}},
    {"greedy",
     Members::last,
     Start::best,
     Order::by_validation,
     "",
     Accept::not_worse,
     Prune::never,
     8,
     {"greedy_soup", "the best of them, and each other one that does not harm validation",
      "Wortsman et al., ICML 2022; 3.14", "K in the place of the last one"}},
    {"lottery_pools",
     Members::tickets,
     Start::target,
     Order::by_adjacency,
     kLotteryGrid,
     Accept::not_worse,
     Prune::during,
     0,
     {"lottery_pools",
      "the ticket, mixed with those of the levels beside it where that does not harm validation",
      "Yin et al., AAAI 2023; 3.14", "those of the search"}},
    {"swa",
     Members::tickets,
     Start::target,
     Order::by_adjacency,
     "",
     Accept::always,
     Prune::during,
     0,
     {"swa_soup", "the plain mean of all tickets, pruned to the count each time",
      "LP's baseline; 3.14", "those of the search"}},
    {"ema",
     Members::tickets,
     Start::target,
     Order::by_adjacency,
     "0.05",
     Accept::always,
     Prune::during,
     0,
     {"ema_soup", "a moving average over all tickets, pruned to the count each time",
      "LP's baseline; 3.14", "those of the search"}},
    {"wise",
     Members::final_weights,
     Start::network,
     Order::given,
     "0:0.1:1",
     Accept::always,
     Prune::never,
     0,
     {"wise", "the trained network, mixed into the weights that it began with",
      "WiSE-FT (CVPR 2022), PAINT (NeurIPS 2022); 3.14", "none more"}},
    {"ims",
     Members::weak,
     Start::network,
     Order::given,
     "0:0.05:1",
     Accept::always,
     Prune::never,
     5,
     {"ims", "K short trainings of sparse copies, folded into the weights that the run begins with",
      "ISP, Algorithm 3; 3.5", "K C_k steps more"}},
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

std::string soup_table() {
  std::string text =
      "\n## Soups\n\n| `soup.method` | what it does | source | cost in trainings | ini "
      "|\n|---|---|---|---|---|\n";
  for (const auto& row : kRecipes)
    if (row.members != Members::none)
      text += fmt::format("| `{}` | {} | {} | {} | `configs/methods/{}.ini` |\n", row.name,
                          row.words.what, row.words.source, row.words.trainings, row.words.ini);
  return text;
}

}  // namespace stockpot::soup
