// SPDX-License-Identifier: Apache-2.0
#include "model/clip_shape.hpp"

#include "model/config_json.hpp"

namespace stockpot::model {
namespace {

EncoderShape read_encoder(const ConfigJson& json, const EncoderShape& base) {
  const std::string activation = json.text("hidden_act", "quick_gelu");
  if (activation != "quick_gelu" && activation != "gelu")
    json.refuse("hidden_act", "only quick_gelu and gelu are computed");
  EncoderShape shape{
      .width = json.size("hidden_size", base.width),
      .depth = json.size("num_hidden_layers", base.depth),
      .heads = json.size("num_attention_heads", base.heads),
      .mlp_width = json.size("intermediate_size", base.mlp_width),
      .layer_norm_eps = json.fraction("layer_norm_eps", base.layer_norm_eps),
      .activation = activation == "gelu" ? Activation::gelu : Activation::quick_gelu,
      .causal = base.causal,
  };
  if (shape.width % shape.heads != 0)
    json.refuse("hidden_size", "it is not a multiple of num_attention_heads");
  return shape;
}

}  // namespace

ClipShape read_clip_shape(const std::filesystem::path& config_json) {
  const ConfigJson json(config_json), vision = json.section("vision_config"),
                                      text = json.section("text_config");
  if (json.text("model_type", "clip") != "clip") json.refuse("model_type", "this is no CLIP model");
  const ClipShape base;
  ClipShape shape{
      .vision = read_encoder(vision, base.vision),
      .text = read_encoder(text, base.text),
      .side = vision.size("image_size", base.side),
      .patch = vision.size("patch_size", base.patch),
      .context = text.size("max_position_embeddings", base.context),
      .vocabulary = text.size("vocab_size", base.vocabulary),
      .projection = json.size("projection_dim", base.projection),
  };
  if (shape.side % shape.patch != 0) vision.refuse("patch_size", "it does not divide image_size");
  if (vision.size("num_channels", 3) != 3)
    vision.refuse("num_channels", "only colour images are read");
  return shape;
}

ClipShape clip_shape(const config::ModelConfig& config) {
  const auto file = find_config_json(config);
  return file.empty() ? ClipShape{} : read_clip_shape(file);
}

}  // namespace stockpot::model
