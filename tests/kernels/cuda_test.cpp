// SPDX-License-Identifier: Apache-2.0
// The GPU gives the bits of the CPU. Built with the preset `cuda`; skipped where no GPU is seen.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/random.hpp"
#include "kernels/device_ops.hpp"
#include "kernels/select.hpp"

using namespace stockpot;
using namespace stockpot::kernels;

namespace {

constexpr Place kCpu{.threads = 2}, kGpu{.cuda = true};

template <typename T>
std::span<T> values_of(const at::Tensor& tensor) {
  return {static_cast<T*>(tensor.data_ptr()), static_cast<std::size_t>(tensor.numel())};
}

class CudaKernels : public testing::Test {
 protected:
  void SetUp() override {
    if (!at::hasCUDA()) GTEST_SKIP() << "no GPU is seen";
  }

  /// n normal numbers; `halved`: rounded to half precision, so that many are equal.
  static at::Tensor normal(std::int64_t n, bool halved = false) {
    RandomStream random(static_cast<std::uint64_t>(n), Purpose::random_score);
    at::Tensor tensor = at::empty({n});
    for (float& value : values_of<float>(tensor)) value = static_cast<float>(random.normal());
    return halved ? tensor.to(at::kHalf).to(at::kFloat) : tensor;
  }

  /// A mask of `bits` bits, half of them set.
  static at::Tensor mask(std::int64_t bits) {
    RandomStream random(static_cast<std::uint64_t>(bits), Purpose::score_data);
    at::Tensor tensor = at::zeros(
        {static_cast<std::int64_t>(words_for(static_cast<std::size_t>(bits)))}, at::kLong);
    auto words = values_of<std::uint64_t>(tensor);
    for (std::int64_t i = 0; i < bits; ++i)
      words[static_cast<std::size_t>(i / 64)] |= std::uint64_t{random.bits() & 1} << (i % 64);
    return tensor;
  }
};

}  // namespace

TEST_F(CudaKernels, SelectTheSameWeights) {
  for (const std::int64_t size : {1, 63, 64, 1000, 100'003, 3'000'001})
    for (const bool halved : {false, true}) {
      const at::Tensor scores = normal(size, halved), candidates = mask(size),
                       kept = at::zeros_like(candidates);
      const std::int64_t competing = count_ones(values_of<std::uint64_t>(candidates));
      for (const std::int64_t keep : {std::int64_t{0}, competing / 5, competing / 2, competing}) {
        select_largest(kCpu, values_of<const float>(scores),
                       values_of<const std::uint64_t>(candidates), keep,
                       values_of<std::uint64_t>(kept));
        const at::Tensor on_gpu = candidates.cuda();  // in place
        select_largest(kGpu, values_of<const float>(scores.cuda()),
                       values_of<const std::uint64_t>(on_gpu), keep,
                       values_of<std::uint64_t>(on_gpu));
        ASSERT_TRUE(on_gpu.cpu().equal(kept)) << size << ' ' << halved << ' ' << keep;
      }
    }
}

TEST_F(CudaKernels, StepSumAndZeroToTheSameBits) {
  for (const auto& [size, bits] :
       {std::pair{1L, 1L}, {129L, 65L}, {100'003L, 77'777L}, {3'000'000L, 3'000'000L}}) {
    const at::Tensor kept = mask(bits), kept_gpu = kept.cuda(), g = normal(size);
    const auto starts = packing_starts(size, values_of<const std::uint64_t>(kept), bits);
    const at::Tensor starts_gpu = at::tensor(starts).cuda();
    at::Tensor w = normal(size) * 0.1, m = normal(starts.back()) * 0.3,
               v = normal(starts.back()).square();
    at::Tensor w_gpu = w.cuda(), m_gpu = m.cuda(), v_gpu = v.cuda(), g_gpu = g.cuda();
    const auto words = values_of<const std::uint64_t>(kept),
               words_gpu = values_of<const std::uint64_t>(kept_gpu);
    EXPECT_EQ(masked_squared_norm(kGpu, values_of<const float>(g_gpu), words_gpu, bits),
              masked_squared_norm(kCpu, values_of<const float>(g), words, bits));
    const AdamWStep step{.lr = 3e-3, .weight_decay = 0.1, .step = 7, .gradient_scale = 0.37};
    const Packing packing{size, words, bits, starts},
        packing_gpu{size, words_gpu, bits, values_of<const std::int64_t>(starts_gpu)};
    masked_adamw(kCpu, values_of<float>(w), values_of<const float>(g), values_of<float>(m),
                 values_of<float>(v), packing, step);
    masked_adamw(kGpu, values_of<float>(w_gpu), values_of<const float>(g_gpu),
                 values_of<float>(m_gpu), values_of<float>(v_gpu), packing_gpu, step);
    EXPECT_TRUE(w_gpu.cpu().equal(w) && m_gpu.cpu().equal(m) && v_gpu.cpu().equal(v)) << size;
    const auto all_starts = packing_starts(size, {}, 0);
    const at::Tensor all_starts_gpu = at::tensor(all_starts).cuda();
    const at::Tensor spread = at::empty({size}), spread_gpu = spread.cuda(),
                     again_gpu = at::empty_like(m_gpu);
    const Packing all{size, {}, 0, all_starts},
        all_gpu{size, {}, 0, values_of<const std::int64_t>(all_starts_gpu)};
    repack(kCpu, values_of<const float>(m), packing, values_of<float>(spread), all);
    repack(kGpu, values_of<const float>(m_gpu), packing_gpu, values_of<float>(spread_gpu), all_gpu);
    repack(kGpu, values_of<const float>(spread_gpu), all_gpu, values_of<float>(again_gpu),
           packing_gpu);
    EXPECT_TRUE(spread_gpu.cpu().equal(spread) && again_gpu.equal(m_gpu)) << size;
    at::Tensor g_zeroed = g.clone();
    zero_pruned(kCpu, values_of<float>(g_zeroed), words, bits);
    zero_pruned(kGpu, values_of<float>(g_gpu), words_gpu, bits);
    EXPECT_TRUE(g_gpu.cpu().equal(g_zeroed)) << size;
  }
}
