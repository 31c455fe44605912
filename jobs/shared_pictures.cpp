// SPDX-License-Identifier: Apache-2.0
// Ranks of a node with the same files are a family. What may fail stands in all_or_none, or is
// caught where it happens, so that no rank waits for one that left.
#include "jobs/shared_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "comm/all_or_none.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "core/provenance.hpp"

namespace stockpot::jobs {
namespace {

/// The ranks of this node that would read the same files; the first of them is its root.
/// collective over `node`
comm::Group family_of(const std::string& key, const comm::Group& node) {
  const auto keys = node.gather(key);
  const auto first = std::ranges::find(keys, key) - keys.begin();
  return node.split("family", static_cast<int>(first), node.rank());
}

/// Show this rank's data sets what the first of its family has read. Returns why that cannot be;
/// empty: it is done.
std::string map_all(std::vector<data::UnreadPictures>& unread,
                    const std::vector<data::SharedPictures>& shared, io::InputDigests& digests) {
  try {
    std::vector<data::UnreadPictures::Seen> seen;
    for (std::size_t i = 0; i < unread.size(); ++i) seen.push_back(unread[i].see(shared[i]));
    for (std::size_t i = 0; i < unread.size(); ++i)
      unread[i].take(std::move(seen[i]), shared[i], digests);
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

/// Say once that ranks keep pictures of their own which they might have shared.
/// collective over `world`
void say_why_not(const std::string& why, const comm::Group& world) {
  const auto reasons = world.gather(why.empty() ? "" : host_name() + ": " + why);
  const auto others = [](const std::string& reason) { return !reason.empty(); };
  if (const auto first = std::ranges::find_if(reasons, others); first != reasons.end())
    log_info(fmt::format(
        "{} of {} ranks decode pictures for themselves that their node has: rank "
        "{} on {}",
        std::ranges::count_if(reasons, others), world.size(), first - reasons.begin(), *first));
}

}  // namespace

void read_pictures(std::vector<data::UnreadPictures> unread, io::InputDigests& digests,
                   const comm::Group& world) {
  if (unread.empty()) return;  // on all ranks: their settings are equal
  std::string key;
  for (const auto& pictures : unread) key += pictures.key() + "\n";
  const auto family = family_of(key, world.node_local());

  std::vector<data::SharedPictures> shared(unread.size());
  comm::all_or_none(world, [&] {
    if (!family.is_root()) return;
    for (std::size_t i = 0; i < unread.size(); ++i)
      if (family.size() > 1)
        shared[i] = unread[i].read_to_share(digests);
      else
        unread[i].read(digests);
  });
  family.broadcast(std::span(shared));
  const auto why_not = family.is_root() ? "" : map_all(unread, shared, digests);
  say_why_not(why_not, world);  // all have looked: what was shown may be closed
  comm::all_or_none(world, [&] {
    if (!why_not.empty())
      for (auto& pictures : unread) pictures.read(digests);
  });
}

}  // namespace stockpot::jobs
