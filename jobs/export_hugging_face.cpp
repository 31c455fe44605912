// SPDX-License-Identifier: Apache-2.0
// Our names of tensors are Hugging Face's, so the weights go as they are; what is left is
// config.json, the part of the model that was never trained (CLIP's text tower), tokenizer files,
// and for CLIP the head, which transformers has no place for: a file of its own.
#include <fmt/format.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/error.hpp"
#include "data/load.hpp"
#include "data/text/glue.hpp"
#include "io/atomic_file.hpp"
#include "io/input_file.hpp"
#include "jobs/export.hpp"
#include "jobs/setup.hpp"
#include "model/config_json.hpp"

namespace stockpot::jobs {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kTokenizerFiles[] = {"vocab.txt",
                                           "vocab.json",
                                           "merges.txt",
                                           "tokenizer.json",
                                           "tokenizer_config.json",
                                           "special_tokens_map.json",
                                           "preprocessor_config.json"};

/// The tensors of a folder's model.safetensors and head.safetensors, and its config.json.
struct Folder {
  std::vector<io::TensorToWrite> model, head;
  json config;
  std::string how;  ///< one line: how to load it, and where the logits are
};

json read_json(const fs::path& path) {
  const io::MappedFile file(path);
  const auto* text = reinterpret_cast<const char*>(file.bytes().data());
  return json::parse(text,
                     text + file.bytes().size());  // its form was checked when the run was made
}

/// config.json of the weights that the run began with; of the model's defaults where there is none.
json source_config(const ExportSource& source, const char* model_type) {
  const auto path = model::find_config_json(source.run.config.model);
  json config = path.empty() ? json::object() : read_json(path);
  config["model_type"] = model_type;
  config.erase("torch_dtype");
  config["dtype"] = "float32";
  return config;
}

io::TensorToWrite as_it_is(const io::SafetensorsReader& file, const io::TensorInfo& tensor) {
  return {tensor.name, tensor.dtype, tensor.shape, file.bytes(tensor)};
}

/// Tensors whose names begin with `prefix` go to the head, the others to the model.
void divide(const ExportSource& source, const std::string& prefix, Folder& folder) {
  for (const auto& tensor : source.weights.tensors())
    (tensor.name.starts_with(prefix) ? folder.head : folder.model)
        .push_back(as_it_is(source.weights, tensor));
}

Folder bert_folder(const ExportSource& source) {
  Folder folder;
  for (const auto& tensor : source.weights.tensors())
    folder.model.push_back(as_it_is(source.weights, tensor));
  folder.config = source_config(source, "bert");
  const auto* task = data::find_glue_task(source.run.config.data.name);
  const bool regression = task != nullptr && task->regression();
  const auto words = data::label_words(source.run.config.data);
  json names = json::object(), numbers = json::object();
  for (std::size_t i = 0; i < words.size(); ++i) {
    names[std::to_string(i)] = words[i];
    numbers[words[i]] = i;
  }
  folder.config["id2label"] = names;
  folder.config["label2id"] = numbers;
  folder.config["num_labels"] = names.size();
  const bool pooler = source.weights.find("bert.pooler.dense.weight") != nullptr;
  // without a pooler the head sees the first token as it is: what this class computes at every
  // token
  const std::string architecture =
      pooler ? "BertForSequenceClassification" : "BertForTokenClassification";
  folder.config["architectures"] = {architecture};
  if (pooler)
    folder.config["problem_type"] = regression ? "regression" : "single_label_classification";
  folder.how =
      "transformers." + architecture +
      (pooler ? ": its logits" : ", which has no pooler: its logits at the first token, [:, 0]");
  return folder;
}

/// CLIPModel where the weights of the start give the text tower (kept mapped by `text`), else the
/// image tower alone.
Folder clip_folder(const ExportSource& source, std::optional<io::SafetensorsReader>& text) {
  Folder folder;
  divide(source, "zero_shot_head", folder);
  folder.config = source_config(source, "clip");
  std::string architecture = "CLIPVisionModelWithProjection";
  if (source.run.config.model.weights != "random") {
    text.emplace(source.run.config.model.weights);
    for (const auto& tensor : text->tensors())
      if (tensor.name == "logit_scale" || tensor.name == "text_projection.weight" ||
          (tensor.name.starts_with("text_model.") && !tensor.name.ends_with("position_ids")))
        folder.model.push_back(as_it_is(*text, tensor));
    if (text->find("logit_scale") != nullptr) architecture = "CLIPModel";
  }
  folder.config["architectures"] = {architecture};
  folder.config["vision_config"]["projection_dim"] = folder.config.value("projection_dim", 512);
  folder.how =
      "transformers." + architecture +
      ": its image features f, logits f / |f| @ zero_shot_head.weight.T of head.safetensors";
  return folder;
}

Folder clip_tower_folder(const ExportSource& source) {
  Folder folder;
  divide(source, "head.", folder);
  folder.config = source_config(source, "clip");
  folder.config["architectures"] = {"CLIPVisionModel"};
  folder.how =
      "transformers.CLIPVisionModel: its pooler_output p, logits p @ head.weight.T + head.bias of "
      "head.safetensors";
  return folder;
}

Folder folder_of(const ExportSource& source, std::optional<io::SafetensorsReader>& text) {
  const auto& name = source.run.config.model.name;
  if (name == "bert") return bert_folder(source);
  if (name == "clip_vit_b_32") return clip_folder(source, text);
  if (name == "vit_b_32") return clip_tower_folder(source);
  throw UsageError("model " + name + " has no class in transformers",
                   source.run.weights.string() + " is a safetensors file that torch loads as it is",
                   "--format sparse or masks");
}

/// Weights that are not 0 where the mask keeps and where it does not.
struct Count {
  std::int64_t kept = 0, pruned = 0;
};

Count count_nonzero(const io::SafetensorsReader& file, const io::PackedMask& mask) {
  const auto* tensor = file.find(mask.name);
  if (tensor == nullptr) throw IoError("the written file lacks " + mask.name);
  const auto bytes = file.bytes(*tensor);
  Count count;
  for (std::size_t i = 0; i < static_cast<std::size_t>(tensor->size()); ++i) {
    float value = 0;
    std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
    const bool kept = mask.bits[i / 8] >> (7 - i % 8) & 1;
    if (value != 0.0F) ++(kept ? count.kept : count.pruned);
  }
  return count;
}

}  // namespace

std::string export_hugging_face(const ExportSource& source, const fs::path& folder) {
  std::optional<io::SafetensorsReader> text;
  auto [model, head, config, how] = folder_of(source, text);
  io::write_safetensors(folder / "model.safetensors", std::move(model), {{"format", "pt"}});
  if (!head.empty())
    io::write_safetensors(folder / "head.safetensors", std::move(head), {{"format", "pt"}});
  io::write_atomically(folder / "config.json", config.dump(2) + "\n");
  auto tokenizer = vocabulary_of(source.run.config.model);
  if (!tokenizer.empty() && !fs::is_directory(tokenizer)) tokenizer = tokenizer.parent_path();
  for (const char* name : kTokenizerFiles) {
    if (tokenizer.empty() || !fs::is_regular_file(tokenizer / name)) continue;
    const io::MappedFile file(tokenizer / name);
    const auto part = file.bytes();
    io::write_atomically(folder / name, std::span(&part, 1));
  }

  const io::SafetensorsReader written(folder / "model.safetensors");
  std::int64_t kept = 0;
  for (const auto& mask : source.result.masks) {
    const auto count = count_nonzero(written, mask);
    if (count.pruned != 0)
      throw IoError("a pruned weight of " + mask.name + " is not 0 in the written file");
    kept += count.kept;
  }
  return fmt::format(
      "{}\nmodel.safetensors: {} of {} prunable weights are not 0 in the written file, {} are kept "
      "by the masks\n",
      how, kept, source.result.prunable, source.result.kept);
}

}  // namespace stockpot::jobs
