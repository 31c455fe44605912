#include "model/bert_shape.hpp"

#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "core/error.hpp"
#include "io/input_file.hpp"
#include "io/safetensors.hpp"

namespace stockpot::model {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;
constexpr std::int64_t kMaxSize = std::int64_t{1} << 20;

json parse(const fs::path& path) {
  const io::MappedFile file(path);
  if (file.bytes().size() > kMaxConfigBytes) throw DataError(path.string() + " is no config.json", "it is larger than 1 MiB");
  const auto* text = reinterpret_cast<const char*>(file.bytes().data());
  auto parsed = json::parse(text, text + file.bytes().size(), nullptr, false);
  if (!parsed.is_object()) throw DataError(path.string() + " is no config.json", "it does not hold a JSON object");
  return parsed;
}

void require_text(const json& config, const fs::path& path, const char* key, std::string_view value) {
  if (config.contains(key) && config[key] != value)
    throw DataError(path.string() + ": " + key + " is " + config[key].dump().substr(0, 64), "only " + std::string(value) + " is computed");
}

std::int64_t size_of(const json& config, const fs::path& path, const char* key, std::int64_t fallback) {
  if (!config.contains(key)) return fallback;
  const auto& value = config[key];
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() < 1 || value.get<std::uint64_t>() > static_cast<std::uint64_t>(kMaxSize))
    throw DataError(path.string() + ": " + key + " is " + value.dump().substr(0, 64), "it must be an integer from 1 to " + std::to_string(kMaxSize));
  return value.get<std::int64_t>();
}

double small_number(const json& config, const fs::path& path, const char* key, double fallback) {
  if (!config.contains(key)) return fallback;
  const auto& value = config[key];
  if (!value.is_number() || !(value.get<double>() > 0) || !(value.get<double>() < 1))
    throw DataError(path.string() + ": " + key + " is " + value.dump().substr(0, 64), "it must lie between 0 and 1");
  return value.get<double>();
}

}  // namespace

BertShape read_bert_shape(const fs::path& path) {
  const auto config = parse(path);
  require_text(config, path, "model_type", "bert");
  require_text(config, path, "hidden_act", "gelu");
  require_text(config, path, "position_embedding_type", "absolute");
  const BertShape base;
  BertShape shape{
      .vocabulary = size_of(config, path, "vocab_size", base.vocabulary),
      .width = size_of(config, path, "hidden_size", base.width),
      .depth = size_of(config, path, "num_hidden_layers", base.depth),
      .heads = size_of(config, path, "num_attention_heads", base.heads),
      .mlp_width = size_of(config, path, "intermediate_size", base.mlp_width),
      .positions = size_of(config, path, "max_position_embeddings", base.positions),
      .types = size_of(config, path, "type_vocab_size", base.types),
      .layer_norm_eps = small_number(config, path, "layer_norm_eps", base.layer_norm_eps),
      .deviation = small_number(config, path, "initializer_range", base.deviation),
  };
  if (shape.width % shape.heads != 0)
    throw DataError(path.string() + ": hidden_size " + std::to_string(shape.width) + " is not a multiple of num_attention_heads " + std::to_string(shape.heads));
  return shape;
}

BertShape bert_shape(const config::ModelConfig& config) {
  const bool random = config.weights == "random";
  fs::path file = config.config;
  if (file.empty() && !random) {
    const fs::path weights = config.weights;
    file = (fs::is_directory(weights) ? weights : weights.parent_path()) / "config.json";
    if (!fs::exists(file)) file.clear();
  }
  if (fs::is_directory(file)) file /= "config.json";
  auto shape = file.empty() ? BertShape{} : read_bert_shape(file);
  if (!random) {
    const io::SafetensorsReader reader(config.weights);
    shape.pooler = reader.find("pooler.dense.weight") != nullptr || reader.find("bert.pooler.dense.weight") != nullptr;
  }
  return shape;
}

}  // namespace stockpot::model
