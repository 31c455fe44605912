// SPDX-License-Identifier: Apache-2.0
#include "jobs/answers.hpp"

#include <algorithm>
#include <cstring>

#include "comm/all_or_none.hpp"

namespace stockpot::jobs {
namespace {

/// Rows that every rank filled in part, the rest being 0, made whole on all ranks. By their bits,
/// so that even -0 stays what it is.
void gather(std::vector<float>& rows, const comm::Group& world) {
  std::vector<std::uint64_t> words((rows.size() + 1) / 2);
  std::memcpy(words.data(), rows.data(), rows.size() * sizeof(float));
  world.unite(std::span(words));
  std::memcpy(rows.data(), words.data(), rows.size() * sizeof(float));
}

void put_rows(const at::Tensor& tensor, std::span<const std::int64_t> positions,
              std::vector<float>& rows) {
  const auto host = tensor.to(at::kCPU, at::kFloat).contiguous();
  const auto width = host.size(1);
  const float* row = host.const_data_ptr<float>();
  for (std::size_t i = 0; i < positions.size(); ++i, row += width)
    std::copy_n(row, width, rows.begin() + positions[i] * width);
}

}  // namespace

Answers answers_of(const train::Network& network, const data::Split& split,
                   const comm::Group& world) {
  comm::require_equal(world, split.size(), "samples of a split");
  Answers answers;
  const auto rows_of = [&](std::int64_t width) {
    return static_cast<std::size_t>(split.size() * width);
  };
  train::forward_batches(network, split, world, [&](const train::BatchOutput& output) {
    answers.outputs = output.logits.size(1);
    answers.width = output.features.size(1);
    answers.logits.resize(rows_of(answers.outputs));
    answers.features.resize(rows_of(answers.width));
    put_rows(output.logits, output.positions, answers.logits);
    put_rows(output.features, output.positions, answers.features);
  });
  for (auto* size : {&answers.outputs, &answers.width})
    *size = world.max(static_cast<int>(*size));  // a rank may have had no batch
  answers.logits.resize(rows_of(answers.outputs));
  answers.features.resize(rows_of(answers.width));
  gather(answers.logits, world);
  gather(answers.features, world);
  return answers;
}

}  // namespace stockpot::jobs
