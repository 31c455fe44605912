// SPDX-License-Identifier: Apache-2.0
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
#include "golden_file.hpp"
#include "model/bert.hpp"
#include "model/weights_file.hpp"

namespace stockpot::test {

/// The batch that a golden file of tests/golden/make_bert.py was made from.
inline data::Batch batch_of(const io::SafetensorsReader& golden) {
  data::Batch batch;
  batch.token_ids = integers_of(golden, "token_ids");
  batch.token_types = integers_of(golden, "token_types");
  batch.lengths = integers_of(golden, "lengths");
  batch.size = static_cast<std::int64_t>(batch.lengths.size());
  batch.tokens = *std::ranges::max_element(batch.lengths);
  if (golden.find("labels") != nullptr) batch.labels = integers_of(golden, "labels");
  return batch;
}

/// BERT with weights from a folder, on the CPU.
struct LoadedBert {
  LoadedBert(const std::filesystem::path& folder, std::int64_t classes)
      : model(shape_of(folder), classes),
        arena(model.layout(), at::kCPU),
        fresh(model::load_weights(folder, model.file_names(), arena)) {}

  static model::BertShape shape_of(const std::filesystem::path& folder) {
    config::ModelConfig config;
    config.weights = folder.string();
    return model::bert_shape(config);
  }

  model::Bert model;
  model::Weights arena;
  std::vector<std::string> fresh;
};

}  // namespace stockpot::test
