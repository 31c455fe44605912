// SPDX-License-Identifier: Apache-2.0
#include "fuzz/targets.hpp"

#include <fstream>

#include "core/error.hpp"
#include "core/log.hpp"
#include "fuzz/image_parsers.hpp"
#include "fuzz/safetensors/fuzz_safetensors.hpp"
#include "fuzz/text/fuzz_text.hpp"
#include "io/safetensors.hpp"
#include "model/bert_shape.hpp"
#include "support/temp_dir.hpp"

namespace stockpot::test {
namespace {

/// Folder of the files that a parser reads by their names.
const TempDir& scratch() {
  static const TempDir folder;
  return folder;
}

void write(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

template <typename Read>
bool reads(Read&& read) {
  try {
    read();
    return true;
  } catch (const DataError&) {
    return false;
  }
}

FuzzTarget image_target(const ImageParser& parser) {
  std::filesystem::create_directories(scratch() / parser.name);
  parser.prepare(scratch() / parser.name);
  return {parser.name, [parser](std::span<const std::byte> bytes) {
            const auto folder = scratch() / parser.name;
            write(folder / parser.file, bytes);
            return reads([&] { parser.read(folder); });
          }};
}

/// One of the files of fuzz_vocabulary().
FuzzTarget vocabulary_target(const std::string& name, std::byte choice) {
  return {name, [choice](std::span<const std::byte> bytes) {
            std::vector<std::byte> chosen{choice};
            chosen.insert(chosen.end(), bytes.begin(), bytes.end());
            return fuzz_vocabulary(chosen);
          }};
}

/// Beside the index lies one shard, x.safetensors, with the tensor a.
bool reads_shard_index(std::span<const std::byte> bytes) {
  const auto folder = scratch() / "shards";
  write(folder / "model.safetensors.index.json", bytes);
  if (!std::filesystem::exists(folder / "x.safetensors"))
    io::write_safetensors(folder / "x.safetensors",
                          {io::float_tensor("a", {1}, std::vector<float>{1})});
  return reads([&] { io::SafetensorsReader reader(folder); });
}

bool reads_model_config(std::span<const std::byte> bytes) {
  const auto file = scratch() / "config.json";
  write(file, bytes);
  return reads([&] { model::read_bert_shape(file); });
}

std::vector<FuzzTarget> make_targets() {
  set_log_level(LogLevel::quiet);
  std::vector<FuzzTarget> targets;
  for (const ImageParser& parser : image_parsers()) targets.push_back(image_target(parser));
  targets.push_back({"safetensors", fuzz_safetensors});
  targets.push_back({"shard_index", reads_shard_index});
  targets.push_back({"model_config", reads_model_config});
  targets.push_back({"tsv", fuzz_glue});
  targets.push_back(vocabulary_target("vocab", std::byte{0}));
  targets.push_back(vocabulary_target("merges", std::byte{1}));
  targets.push_back(vocabulary_target("tokenizer_json", std::byte{2}));
  targets.push_back(vocabulary_target("vocab_json", std::byte{3}));
  targets.push_back(vocabulary_target("tokenizer_config", std::byte{4}));
  targets.push_back({"tokenizers", fuzz_tokenizers});
  return targets;
}

}  // namespace

const std::vector<FuzzTarget>& fuzz_targets() {
  static const std::vector<FuzzTarget> targets = make_targets();
  return targets;
}

}  // namespace stockpot::test
