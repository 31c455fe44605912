// SPDX-License-Identifier: Apache-2.0
// The GPU gives the bits of the CPU. Built with the preset `cuda` for a GPU (skipped where none is
// seen) and always for the emulated threads of support/simt, with smaller arrays.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "core/error.hpp"
#include "core/random.hpp"
#include "kernels/cuda/device_array.cuh"
#include "kernels/device_ops.hpp"
#include "kernels/select.hpp"

using namespace stockpot;
using namespace stockpot::kernels;

namespace {

constexpr Place kCpu{}, kGpu{.cuda = true};

using Floats = std::vector<float>;
using Words = std::vector<std::uint64_t>;

class CudaKernels : public testing::Test {
 protected:
  void SetUp() override {
    if (int count = 0; cudaGetDeviceCount(&count) != cudaSuccess || count == 0)
      GTEST_SKIP() << "no GPU is seen";
  }
};

/// A copy on the GPU.
template <typename T>
class OnGpu {
 public:
  explicit OnGpu(const std::vector<T>& values)
      : size_(values.size()), array_(std::max<std::size_t>(size_, 1), nullptr) {
    std::vector<T> padded = values;
    padded.resize(std::max<std::size_t>(size_, 1));
    array_.from_host(padded);
  }
  operator std::span<T>() { return {array_.data(), size_}; }
  operator std::span<const T>() { return {array_.data(), size_}; }

  std::vector<T> back() const {
    std::vector<T> values = array_.to_host();
    values.resize(size_);
    return values;
  }

 private:
  std::size_t size_;
  cuda::DeviceArray<T> array_;
};

/// n normal numbers; `halved`: rounded to half precision, so that many are equal.
Floats normal(std::int64_t n, bool halved = false, double scale = 1) {
  RandomStream random(static_cast<std::uint64_t>(n), Purpose::random_score);
  Floats values(static_cast<std::size_t>(n));
  for (float& value : values) {
    value = static_cast<float>(scale * random.normal());
    if (halved) value = std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) & 0xffffe000U);
  }
  return values;
}

/// A mask of `bits` bits, half of them set.
Words mask(std::int64_t bits) {
  RandomStream random(static_cast<std::uint64_t>(bits), Purpose::score_data);
  Words words(words_for(static_cast<std::size_t>(bits)));
  for (std::int64_t i = 0; i < bits; ++i)
    words[static_cast<std::size_t>(i / 64)] |= std::uint64_t{random.bits() & 1} << (i % 64);
  return words;
}

bool same_bits(const Floats& a, const Floats& b) {
  return std::ranges::equal(a, b, {}, std::bit_cast<std::uint32_t, float>,
                            std::bit_cast<std::uint32_t, float>);
}

/// An arena of `size` weights of which a mask of `bits` bits keeps half, on both machines.
struct Arena {
  std::int64_t size, bits;
  Words kept = mask(bits);
  std::vector<std::int64_t> starts = packing_starts(size, kept, bits);
  OnGpu<std::uint64_t> kept_gpu{kept};
  OnGpu<std::int64_t> starts_gpu{starts};

  std::int64_t packed() const { return starts.back(); }
  Packing packing() const { return {size, kept, bits, starts}; }
  Packing packing_gpu() { return {size, kept_gpu, bits, starts_gpu}; }
};

/// Pairs of arena and mask sizes.
std::vector<std::pair<std::int64_t, std::int64_t>> arenas() {
  std::vector<std::pair<std::int64_t, std::int64_t>> sizes{
      {1, 1}, {129, 65}, {8192, 8192}, {20'003, 17'777}, {100'003, 77'777}, {3'000'000, 3'000'000}};
  std::erase_if(sizes, [](const auto& arena) { return arena.first > STOCKPOT_LARGEST_ARRAY; });
  return sizes;
}

/// Select on both machines, in place on the GPU.
void expect_same_selection(const Floats& scores, const Words& candidates, std::int64_t keep,
                           Ranking ranking) {
  Words kept(candidates.size());
  select_largest(kCpu, scores, candidates, keep, kept, ranking);
  OnGpu scores_gpu(scores);
  OnGpu kept_gpu(candidates);
  select_largest(kGpu, scores_gpu, kept_gpu, keep, kept_gpu, ranking);
  ASSERT_TRUE(kept_gpu.back() == kept) << scores.size() << " weights, keep " << keep;
}

}  // namespace

TEST_F(CudaKernels, SelectTheSameWeightsByMagnitudeAndByValue) {
  for (const std::int64_t size : {1, 63, 64, 1000, 40'003, 3'000'001})
    for (const bool halved : {false, true})
      for (const Ranking ranking : {Ranking::magnitude, Ranking::value}) {
        if (size > STOCKPOT_LARGEST_ARRAY) continue;
        const Floats scores = normal(size, halved);
        const Words candidates = mask(size);
        const std::int64_t competing = count_ones(candidates);
        for (const std::int64_t keep : {std::int64_t{0}, competing / 5, competing})
          ASSERT_NO_FATAL_FAILURE(expect_same_selection(scores, candidates, keep, ranking));
      }
}

TEST_F(CudaKernels, DropTheFirstOfTheTiesInEveryPart) {
  const Floats equal(40'000, -0.5F), zeros = [] {
    Floats values(40'000);
    for (std::size_t i = 0; i < values.size(); i += 3) values[i] = -0.0F;
    return values;
  }();
  const Words candidates = mask(40'000);
  for (const std::int64_t keep : {1, 5'000, 15'000})
    for (const Ranking ranking : {Ranking::magnitude, Ranking::value}) {
      ASSERT_NO_FATAL_FAILURE(expect_same_selection(equal, candidates, keep, ranking));
      ASSERT_NO_FATAL_FAILURE(expect_same_selection(zeros, candidates, keep, ranking));
    }
}

TEST_F(CudaKernels, StepToTheSameBits) {
  for (const auto& [size, bits] : arenas()) {
    Arena arena{size, bits};
    const Floats g = normal(size);
    Floats w = normal(size, false, 0.1), m = normal(arena.packed(), false, 0.3), v = m;
    for (float& value : v) value *= value;
    OnGpu g_gpu(g), w_gpu(w), m_gpu(m), v_gpu(v);
    const AdamWStep step{.lr = 3e-3, .weight_decay = 0.1, .step = 7, .gradient_scale = 0.37};
    masked_adamw(kCpu, w, g, m, v, arena.packing(), step);
    masked_adamw(kGpu, w_gpu, g_gpu, m_gpu, v_gpu, arena.packing_gpu(), step);
    EXPECT_TRUE(same_bits(w_gpu.back(), w)) << size;
    EXPECT_TRUE(same_bits(m_gpu.back(), m)) << size;
    EXPECT_TRUE(same_bits(v_gpu.back(), v)) << size;
  }
}

TEST_F(CudaKernels, StepBySgdToTheSameBits) {
  for (const auto& [size, bits] : arenas()) {
    Arena arena{size, bits};
    const Floats g = normal(size);
    Floats w = normal(size, false, 0.1), m = normal(arena.packed(), false, 0.3);
    OnGpu g_gpu(g), w_gpu(w), m_gpu(m);
    const SgdStep step{.lr = 3e-3, .weight_decay = 0.1, .momentum = 0.9, .gradient_scale = 0.37};
    masked_sgd(kCpu, w, g, m, arena.packing(), step);
    masked_sgd(kGpu, w_gpu, g_gpu, m_gpu, arena.packing_gpu(), step);
    EXPECT_TRUE(same_bits(w_gpu.back(), w)) << size;
    EXPECT_TRUE(same_bits(m_gpu.back(), m)) << size;
  }
}

TEST_F(CudaKernels, DropTheSameElements) {
  for (const DropoutShape& shape :
       {DropoutShape{1, 1, 1, 1}, DropoutShape{3, 4, 19, 19}, DropoutShape{2, 1, 33, 384}}) {
    const Floats x = normal(shape.samples * shape.matrices * shape.rows * shape.columns);
    std::vector<std::int64_t> samples;
    for (std::int64_t i = 0; i < shape.samples; ++i) samples.push_back(7 + 5 * i);
    const DropoutDraw draw{.key = philox_key(3, Purpose::dropout, 1),
                           .step = 17,
                           .training = 2,
                           .drop_below = dropout_threshold(0.3)};
    Floats y(x.size());
    OnGpu x_gpu(x), y_gpu(y);
    OnGpu samples_gpu(samples);
    dropout(kCpu, x, samples, shape, draw, y);
    dropout(kGpu, x_gpu, samples_gpu, shape, draw, y_gpu);
    EXPECT_TRUE(same_bits(y_gpu.back(), y)) << shape.columns;
  }
}

TEST_F(CudaKernels, SumSquaresAndZeroToTheSameBits) {
  for (const auto& [size, bits] : arenas()) {
    Arena arena{size, bits};
    Floats g = normal(size);
    OnGpu g_gpu(g);
    EXPECT_EQ(masked_squared_norm(kGpu, g_gpu, arena.kept_gpu, bits),
              masked_squared_norm(kCpu, g, arena.kept, bits))
        << size;
    zero_pruned(kCpu, g, arena.kept, bits);
    zero_pruned(kGpu, g_gpu, arena.kept_gpu, bits);
    EXPECT_TRUE(same_bits(g_gpu.back(), g)) << size;
  }
}

TEST_F(CudaKernels, RepackToAllAndBackToTheSameBits) {
  for (const auto& [size, bits] : arenas()) {
    Arena some{size, bits};
    Arena all{size, 0};
    const Floats packed = normal(some.packed());
    Floats spread(static_cast<std::size_t>(size), 9);
    OnGpu packed_gpu(packed), spread_gpu(spread), again_gpu(Floats(packed.size(), 9));
    repack(kCpu, packed, some.packing(), spread, all.packing());
    repack(kGpu, packed_gpu, some.packing_gpu(), spread_gpu, all.packing_gpu());
    repack(kGpu, spread_gpu, all.packing_gpu(), again_gpu, some.packing_gpu());
    EXPECT_TRUE(same_bits(spread_gpu.back(), spread)) << size;
    EXPECT_TRUE(same_bits(again_gpu.back(), packed)) << size;
  }
}

TEST_F(CudaKernels, InterpolateToTheSameBits) {
  for (const std::int64_t size : {1, 63, 64, 65, 1000, 100'000})
    for (const std::int64_t bits : {std::int64_t{0}, size / 2, size}) {
      auto w = normal(size), x = normal(size + 1);
      x.resize(w.size());
      auto kept = mask(bits);
      OnGpu<float> w_gpu(w), x_gpu(x);
      OnGpu<std::uint64_t> kept_gpu(kept);
      interpolate(kCpu, w, x, 0.3, kept, bits);
      interpolate(kGpu, w_gpu, x_gpu, 0.3, kept_gpu, bits);
      EXPECT_TRUE(same_bits(w_gpu.back(), w)) << size << " " << bits;
    }
}

TEST_F(CudaKernels, RefuseMasksThatDoNotFitAsTheCpuDoes) {
  for (const Place& place : {kCpu, kGpu}) {  // before a GPU is asked: all is the host's memory
    Floats g(100);
    const Words two(2), one(1);
    AdamWStep step;
    const std::vector<std::int64_t> starts(3);
    EXPECT_THROW(masked_squared_norm(place, g, one, 100), LogicError);
    EXPECT_THROW(masked_squared_norm(place, g, two, 101), LogicError);
    EXPECT_THROW(zero_pruned(place, g, one, 65), LogicError);
    EXPECT_THROW(interpolate(place, g, g, 0.5, one, 65), LogicError);
    EXPECT_THROW(masked_adamw(place, g, g, {}, {}, {100, one, 65, starts}, step), LogicError);
    EXPECT_THROW(masked_adamw(place, g, g, {}, {}, {100, two, 100, {}}, step), LogicError);
    EXPECT_THROW(repack(place, {}, {100, one, 65, starts}, {}, {100, two, 100, starts}),
                 LogicError);
    Words kept(1);
    EXPECT_THROW(select_largest(place, g, one, 1, kept), LogicError);
  }
}
