// SPDX-License-Identifier: Apache-2.0
// The union of masks over ranks as packed bits, against the form of the papers' code: float masks
// that are added up (every weight that any of them keeps is above 0 then).
#include <algorithm>

#include "bench/entries.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "core/random.hpp"

namespace stockpot::bench {

Timings union_vs_floats(const Setting& setting) {
  const auto& ranks = *setting.ranks;
  const auto words = scaled(84'934'656 / 64, setting);
  RandomStream random(1 + static_cast<std::uint64_t>(ranks.rank()), Purpose::random_score);
  std::vector<std::uint64_t> mine(static_cast<std::size_t>(words));
  for (auto& word : mine) word = random.bits() & random.bits();  // a quarter of the weights
  std::vector<float> my_floats;
  my_floats.reserve(64 * mine.size());
  for (const auto word : mine)
    for (unsigned bit = 0; bit < 64; ++bit)
      my_floats.push_back((word >> bit & 1U) != 0 ? 1.0F : 0.0F);

  auto bits = mine;
  auto floats = my_floats;
  const auto timings = time_interleaved(
      setting, 9,
      [&] {
        std::ranges::copy(mine, bits.begin());
        ranks.barrier();
        ranks.unite(bits);
      },
      [&] {
        std::ranges::copy(my_floats, floats.begin());
        ranks.barrier();
        ranks.sum(std::span(floats));
      });
  for (std::int64_t i = 0; i < std::ssize(floats); ++i)
    expect((at(floats, i) > 0) == ((at(bits, i / 64) >> (i % 64) & 1U) != 0),
           "the two unions differ", i);
  return timings;
}

}  // namespace stockpot::bench
