// SPDX-License-Identifier: Apache-2.0
#include "model/bert_shape.hpp"

#include "io/safetensors.hpp"
#include "model/config_json.hpp"

namespace stockpot::model {
namespace {

void require_text(const ConfigJson& json, const char* key, const std::string& value) {
  if (json.text(key, value) != value) json.refuse(key, "only " + value + " is computed");
}

}  // namespace

BertShape read_bert_shape(const std::filesystem::path& path) {
  const ConfigJson json(path);
  require_text(json, "model_type", "bert");
  require_text(json, "hidden_act", "gelu");
  require_text(json, "position_embedding_type", "absolute");
  const BertShape base;
  BertShape shape{
      .vocabulary = json.size("vocab_size", base.vocabulary),
      .width = json.size("hidden_size", base.width),
      .depth = json.size("num_hidden_layers", base.depth),
      .heads = json.size("num_attention_heads", base.heads),
      .mlp_width = json.size("intermediate_size", base.mlp_width),
      .positions = json.size("max_position_embeddings", base.positions),
      .types = json.size("type_vocab_size", base.types),
      .layer_norm_eps = json.fraction("layer_norm_eps", base.layer_norm_eps),
      .deviation = json.fraction("initializer_range", base.deviation),
  };
  const auto hidden = json.rate("hidden_dropout_prob", base.dropout.hidden);
  shape.dropout = {.hidden = hidden,
                   .attention = json.rate("attention_probs_dropout_prob", base.dropout.attention),
                   .classifier = json.rate("classifier_dropout", hidden)};
  if (shape.width % shape.heads != 0)
    json.refuse("hidden_size", "it is not a multiple of num_attention_heads");
  return shape;
}

BertShape bert_shape(const config::ModelConfig& config) {
  const auto file = find_config_json(config);
  auto shape = file.empty() ? BertShape{} : read_bert_shape(file);
  if (config.weights != "random") {
    const io::SafetensorsReader reader(config.weights);
    shape.pooler = reader.find("pooler.dense.weight") != nullptr ||
                   reader.find("bert.pooler.dense.weight") != nullptr;
  }
  return shape;
}

}  // namespace stockpot::model
