#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "io/safetensors.hpp"
#include "model/bert.hpp"
#include "model/weights.hpp"

namespace stockpot::test {

inline const std::filesystem::path kGolden = std::filesystem::path(STOCKPOT_SOURCE_DIR) / "tests/golden";

inline std::vector<float> values_of(const io::SafetensorsReader& file, const std::string& name) {
  const auto* tensor = file.find(name);
  if (tensor == nullptr) throw std::runtime_error("the golden file has no " + name);
  std::vector<float> values(static_cast<std::size_t>(tensor->size()));
  file.read(*tensor, values);
  return values;
}

/// The batch that a golden file of tests/golden/make_bert.py was made from.
inline data::Batch batch_of(const io::SafetensorsReader& golden) {
  const auto integers = [&](const std::string& name) {
    const auto values = values_of(golden, name);
    return std::vector<std::int64_t>(values.begin(), values.end());
  };
  data::Batch batch;
  batch.token_ids = integers("token_ids");
  batch.token_types = integers("token_types");
  batch.lengths = integers("lengths");
  batch.size = static_cast<std::int64_t>(batch.lengths.size());
  batch.tokens = *std::ranges::max_element(batch.lengths);
  if (golden.find("labels") != nullptr) batch.labels = integers("labels");
  return batch;
}

inline double largest_difference(std::span<const float> a, std::span<const float> b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) largest = std::max(largest, std::abs(static_cast<double>(a[i]) - b[i]));
  return largest;
}

inline std::span<const float> floats(const at::Tensor& contiguous) { return {contiguous.const_data_ptr<float>(), static_cast<std::size_t>(contiguous.numel())}; }

/// BERT with weights from a folder, on the CPU.
struct LoadedBert {
  LoadedBert(const std::filesystem::path& folder, std::int64_t classes)
      : model(shape_of(folder), classes), arena(model.layout(), at::kCPU), fresh(model::load_weights(folder, model.file_names(), arena)) {}

  static model::BertShape shape_of(const std::filesystem::path& folder) {
    config::ModelConfig config;
    config.weights = folder.string();
    return model::bert_shape(config);
  }

  model::Bert model;
  model::Arena arena;
  std::vector<std::string> fresh;
};

}  // namespace stockpot::test
