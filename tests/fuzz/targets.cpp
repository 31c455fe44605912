// SPDX-License-Identifier: Apache-2.0
#include "fuzz/targets.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "core/error.hpp"
#include "core/log.hpp"
#include "data/image/image_folder.hpp"
#include "data/text/own_texts.hpp"
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

/// A user's train.tsv with the columns text and label: where its labels are known, its rows have
/// them, or are refused.
bool reads_own_texts(std::span<const std::byte> bytes) {
  static const config::DataConfig config;
  const auto folder = scratch() / "own_tsv";
  write(folder / "train.tsv", bytes);
  return reads([&] {
    const data::GlueTask task = data::own_texts(config, folder);
    const auto classes = std::ssize(task.labels);
    for (const auto& example : data::read_glue(folder / "train.tsv", task, true).examples)
      if (example.label < 0 || example.label >= classes) std::abort();
  });
}

/// Folders and files below `root` of the paths in `lines`; those that would lead out of it, and
/// those that no file system takes, are passed over.
void make_tree(const std::filesystem::path& root, std::string_view lines) {
  for (std::size_t line = 0; line < 64 && !lines.empty(); ++line) {
    const std::string path(lines.substr(0, lines.find('\n')));
    lines.remove_prefix(std::min(lines.size(), path.size() + 1));
    const std::filesystem::path relative(path);
    const bool inside = path.find('\0') == path.npos && relative.is_relative() &&
                        std::ranges::none_of(relative, [](const auto& part) {
                          return part == ".." || part == "." || part.native().size() > 100;
                        });
    if (!inside || std::ranges::distance(relative) > 4) continue;
    std::error_code ignored;
    std::filesystem::create_directories((root / relative).parent_path(), ignored);
    if (relative.has_filename()) std::ofstream(root / relative).put('x');
  }
}

/// Lines are paths of a user's own pictures, train/CLASS/PICTURE; a folder's ends with a slash.
/// What is listed is there.
bool lists_image_folder(std::span<const std::byte> bytes) {
  const auto folder = scratch() / "image_folder";
  std::filesystem::remove_all(folder);
  make_tree(folder, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return reads([&] {
    for (const auto part : {data::Part::train, data::Part::test}) {
      const data::PictureList list = data::list_image_folder({folder, ""}, part);
      data::find_absent(list, list.all());
      for (const auto label : list.labels)
        if (label < 0 || label >= std::ssize(list.class_names)) std::abort();
    }
  });
}

std::vector<FuzzTarget> make_targets() {
  set_log_level(LogLevel::quiet);
  std::vector<FuzzTarget> targets;
  for (const ImageParser& parser : image_parsers()) targets.push_back(image_target(parser));
  targets.push_back({"safetensors", fuzz_safetensors});
  targets.push_back({"shard_index", reads_shard_index});
  targets.push_back({"model_config", reads_model_config});
  targets.push_back({"tsv", fuzz_glue});
  targets.push_back({"own_tsv", reads_own_texts});
  targets.push_back({"image_folder", lists_image_folder});
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
