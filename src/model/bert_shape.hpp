// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>

#include "config/run_config.hpp"
#include "model/dropout_rates.hpp"

namespace stockpot::model {

/// Sizes of a BERT encoder; the defaults are bert-base-uncased's.
/// source: Devlin et al., "BERT", NAACL 2019; config.json of bert-base-uncased
struct BertShape {
  std::int64_t vocabulary = 30522;
  std::int64_t width = 768;
  std::int64_t depth = 12;
  std::int64_t heads = 12;
  std::int64_t mlp_width = 3072;
  std::int64_t positions = 512;
  std::int64_t types = 2;
  double layer_norm_eps = 1e-12;
  double deviation = 0.02;  ///< of random weights
  bool pooler = true;       ///< a dense layer with tanh on the first token
  DropoutRates dropout = {.hidden = 0.1, .attention = 0.1, .classifier = 0.1};  ///< its own
};

/// Sizes from a Hugging Face config.json; what it leaves out is bert-base-uncased's.
/// throws DataError where it is no BERT that we compute (other activation or positions), or a size
/// is absurd
BertShape read_bert_shape(const std::filesystem::path& config_json);

/// Sizes of the configured model: of model.config, else of config.json beside the weights, else
/// bert-base-uncased's. Pretrained weights say whether there is a pooler.
BertShape bert_shape(const config::ModelConfig& config);

}  // namespace stockpot::model
