// SPDX-License-Identifier: Apache-2.0
#include "kernels/kept_elements.hpp"

#include <gtest/gtest.h>

using namespace stockpot;
using namespace stockpot::kernels;

TEST(KeptElements, ThrowToTheCallerWhatTheWorkOnAChunkThrows) {
  const KeptElements elements({}, 0, 100 * kChunkBlocks * 64);
  for (const int threads : {1, 3})
    EXPECT_THROW(elements.for_each_chunk(elements.blocks(), threads,
                                         [](std::size_t first, auto) {
                                           expect(first != 7 * kChunkBlocks, "work fails");
                                         }),
                 LogicError);
}
