// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/core/Tensor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "io/safetensors.hpp"
#include "model/weights.hpp"

namespace stockpot::test {

inline const std::filesystem::path kGolden =
    std::filesystem::path(STOCKPOT_SOURCE_DIR) / "tests/golden";

inline std::vector<float> values_of(const io::SafetensorsReader& file, const std::string& name) {
  const auto* tensor = file.find(name);
  if (tensor == nullptr) throw std::runtime_error("the golden file has no " + name);
  std::vector<float> values(static_cast<std::size_t>(tensor->size()));
  file.read(*tensor, values);
  return values;
}

inline std::vector<std::int64_t> integers_of(const io::SafetensorsReader& file,
                                             const std::string& name) {
  const auto values = values_of(file, name);
  return {values.begin(), values.end()};
}

inline double largest_difference(std::span<const float> a, std::span<const float> b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - b[i]));
  return largest;
}

/// Print a largest difference, and keep it in the test's report as the property `what`.
inline void report(const std::string& what, double largest) {
  std::printf("%s: largest difference %.2e\n", what.c_str(), largest);
  testing::Test::RecordProperty(what, std::to_string(largest * 1e6) + "e-6");
}

inline void expect_close(const std::string& what, double largest, double tolerance) {
  EXPECT_LE(largest, tolerance) << what;
  report(what, largest);
}

inline double largest_size(std::span<const float> values) {
  double largest = 0;
  for (const float x : values) largest = std::max(largest, std::abs(static_cast<double>(x)));
  return largest;
}

inline std::span<const float> floats(const at::Tensor& contiguous) {
  return {contiguous.const_data_ptr<float>(), static_cast<std::size_t>(contiguous.numel())};
}

inline std::span<float> part(std::span<float> all, const model::NamedTensor& tensor) {
  return all.subspan(static_cast<std::size_t>(tensor.offset),
                     static_cast<std::size_t>(tensor.size));
}

constexpr double kGradientTolerance = 1e-4;  // relative to the largest element of the tensor

/// The loss, and all gradients that the golden file has as `<step>/<tensor>`.
/// Gradients that are 0 in exact arithmetic (below `noise` of the largest of all) are only held to
/// be small.
inline void expect_gradient(const model::Weights& arena, const model::Gradients& gradients,
                            const io::SafetensorsReader& golden, const std::string& step,
                            double noise) {
  const auto loss = values_of(golden, step + "/loss").at(0);
  EXPECT_LE(std::abs(gradients.loss() - loss), kGradientTolerance * loss);
  double largest = 0, worst = 0;  // worst: relative
  std::size_t compared = 0;
  for (const auto& tensor : golden.tensors())
    if (tensor.name.starts_with(step + "/") && tensor.name != step + "/loss")
      largest = std::max(largest, largest_size(values_of(golden, tensor.name)));
  for (const auto& tensor : arena.layout().tensors()) {
    if (golden.find(step + "/" + tensor.name) == nullptr) continue;
    ++compared;
    const auto reference = values_of(golden, step + "/" + tensor.name);
    const auto ours = part(gradients.host(), tensor);
    const double scale = largest_size(reference);
    if (scale < noise * largest) {
      EXPECT_LE(largest_size(ours), 2 * noise * largest) << step << " " << tensor.name;
      continue;
    }
    const double relative = largest_difference(ours, reference) / scale;
    EXPECT_LE(relative, kGradientTolerance) << step << " " << tensor.name;
    worst = std::max(worst, relative);
  }
  report(step + "_gradients_relative", worst);
  EXPECT_GT(compared, 0U);
}

}  // namespace stockpot::test
