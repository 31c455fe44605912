// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>

#include "config/run_config.hpp"
#include "model/transformer.hpp"

namespace stockpot::model {

/// Sizes of a CLIP model with a ViT image tower; the defaults are those of
/// openai/clip-vit-base-patch32. source: Radford et al., "Learning transferable visual models from
/// natural language supervision", ICML 2021; Hugging Face's CLIPConfig
struct ClipShape {
  EncoderShape vision{768, 12, 12, 3072, 1e-5, Activation::quick_gelu, false};
  EncoderShape text{512, 12, 8, 2048, 1e-5, Activation::quick_gelu, true};
  std::int64_t side = 224, patch = 32;            ///< of images and patches, in pixels
  std::int64_t context = 77, vocabulary = 49408;  ///< of the text tower
  std::int64_t projection = 512;                  ///< width of image and text features

  std::int64_t patches() const { return (side / patch) * (side / patch); }
};

/// Sizes from a Hugging Face config.json; what it leaves out is as in the defaults.
/// throws DataError where it is no CLIP that we compute, or a size is absurd
ClipShape read_clip_shape(const std::filesystem::path& config_json);

/// Sizes of the configured model: of find_config_json(), else the defaults.
ClipShape clip_shape(const config::ModelConfig& config);

}  // namespace stockpot::model
