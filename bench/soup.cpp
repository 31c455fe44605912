// SPDX-License-Identifier: Apache-2.0
// What soups are made by: the interpolation of two sets of weights over a copy of one, and a
// uniform soup of eight networks streamed from their files over loading each of these.
#include <algorithm>
#include <cstring>

#include "bench/entries.hpp"
#include "bench/scratch_folder.hpp"
#include "bench/workload.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "core/random.hpp"
#include "kernels/interpolate.hpp"
#include "model/weights_file.hpp"
#include "soup/member_stream.hpp"

namespace stockpot::bench {
namespace {

constexpr std::int64_t kMembers = 8;

std::vector<float> normal(std::int64_t count, std::uint64_t seed) {
  RandomStream random(seed, Purpose::random_score);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(random.uniform(-1, 1));
  return values;
}

std::unique_ptr<const model::Model> vit_b_32(const Setting& setting) {
  const std::int64_t width = 12 * scaled(64, setting);
  return model::make_model(vit_config(32, width, 12, 12, 4 * width),
                           {.channels = 3, .height = 224, .width = 224, .classes = 10});
}

}  // namespace

Timings interpolate_vs_copy(const Setting& setting) {
  const auto count = scaled(84'934'656, setting, 64);
  const auto start = normal(count, 1), x = normal(count, 2);
  auto w = start;
  std::vector<float> copy(start.size());
  const auto timings = time_interleaved(
      setting, 15, [&] { kernels::interpolate(w, x, 0.25, {}, 0, setting.threads); },
      [&] { std::memcpy(copy.data(), start.data(), start.size() * sizeof(float)); });
  w = start;
  kernels::interpolate(w, x, 0.25, {}, 0, setting.threads);
  for (std::int64_t i = 0; i < count; i += 997)
    expect(at(w, i) == static_cast<float>(0.75 * static_cast<double>(at(start, i)) +
                                          0.25 * static_cast<double>(at(x, i))),
           "another mixture than the plain form's", i);
  expect(copy == start, "a copy of something else");
  return timings;
}

Timings soup_vs_read(const Setting& setting) {
  const ScratchFolder folder;
  const auto model = vit_b_32(setting);
  const soup::MemberFiles files(folder / "members");
  const auto& group = *setting.ranks;
  model::Weights mixed(model->layout(), at::kCPU), member(model->layout(), at::kCPU);
  std::vector<double> sum(static_cast<std::size_t>(model->layout()->total()));
  for (std::int64_t k = 0; k < kMembers; ++k) {
    model::initialise(member, static_cast<std::uint64_t>(k));
    files.write(static_cast<std::size_t>(k), member, group);
    const auto values = member.host();
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<double>(values[i]);
  }
  const auto mix = [&] {
    files.read(0, *model, mixed, group);
    soup::MemberStream rest(files, {1, 2, 3, 4, 5, 6, 7}, *model, mixed, group,
                            soup::MemberStream::Reading::ahead);
    for (std::int64_t k = 1; k < kMembers; ++k)
      kernels::interpolate(mixed.host(), rest.next().host(), 1.0 / static_cast<double>(k + 1), {},
                           0, setting.threads);
  };
  const auto timings = time_interleaved(setting, 5, mix, [&] {
    for (std::int64_t k = 0; k < kMembers; ++k)
      model::load_weights(files.path(static_cast<std::size_t>(k)), model->file_names(), member);
  });
  const auto values = mixed.host();
  for (std::size_t i = 0; i < sum.size(); i += 997)
    expect(std::abs(static_cast<double>(values[i]) - sum[i] / kMembers) < 1e-6,
           "the soup is not the mean of its members");
  return timings;
}

}  // namespace stockpot::bench
