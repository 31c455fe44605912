// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "config/run_config.hpp"

namespace stockpot::soup {

/// Where the members of a soup come from.
enum class Members {
  none,
  weak,          ///< K short trainings of sparse copies of the weights that the run begins with
  last,          ///< K trainings in the place of the run's last one
  tickets,       ///< the network at the end of each level of sparsity
  final_weights  ///< the network that the run ends with, mixed into the one it began with
};

/// What the soup is before the first candidate.
enum class Start { network, first, best, target };

/// In which order the others are offered to it.
enum class Order { given, by_validation, by_adjacency };

/// When an offer is taken.
enum class Accept { always, not_worse };

/// A soup is one interpolation with these choices:
///
///     soup <- start
///     for each candidate x in order:
///       for each share a of the grid:  trial(a) = project((1 - a) soup + a x)
///       the best trial on validation becomes the soup, if it is accepted
///
/// source: methods.md 3.14
struct Recipe {
  std::string name;
  Members members = Members::none;
  Start start = Start::network;
  Order order = Order::given;
  std::vector<double> shares;  ///< of the newcomer, increasing; empty: 1 / (members in it + 1)
  Accept accept = Accept::always;
  /// Whether what is mixed is pruned to the count of its start again, and when.
  enum class Prune { never, during, after } prune = Prune::never;
  bool mask_aware = false;  ///< a candidate moves only the weights that its mask keeps
  std::int64_t count = 0;   ///< K, of the soups that train their members; 0 else

  /// Whether trials are compared, so that validation samples are needed.
  bool chooses() const { return accept == Accept::not_worse || shares.size() > 1; }
  bool trains_members() const { return members == Members::weak || members == Members::last; }
};

/// The recipe of `soup.method`, with the choices that the configuration overrides. The table is in
/// recipe.cpp.
/// throws  ConfigError where a list of shares or sparsities cannot be read
Recipe make_recipe(const config::SoupConfig& config);

/// The section of docs/method_table.md on soups, as Markdown.
std::string soup_table();

}  // namespace stockpot::soup
