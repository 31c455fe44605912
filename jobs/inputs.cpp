// SPDX-License-Identifier: Apache-2.0
#include "jobs/inputs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "comm/all_or_none.hpp"
#include "core/error.hpp"
#include "core/log.hpp"
#include "data/input_rows.hpp"
#include "data/load.hpp"
#include "data/text/vocabulary.hpp"
#include "io/cache_folder.hpp"
#include "io/safetensors.hpp"
#include "jobs/initial_weights.hpp"
#include "jobs/setup.hpp"
#include "model/config_json.hpp"
#include "soup/finished_members.hpp"

namespace stockpot::jobs {
namespace {

io::DigestCache cache(io::DigestCache::Trust trust) {
  const auto folder = io::cache_folder();
  return io::DigestCache(folder.empty() ? folder : folder / "input-digests", trust);
}

/// The folder that names of a file or folder are told from.
std::filesystem::path folder_of(const std::filesystem::path& path) {
  return std::filesystem::is_directory(path) ? path : path.parent_path();
}

std::string describe(const io::InputRow& row) {
  return fmt::format("{} bytes, SHA-256 {}", row.bytes, row.sha256.substr(0, 16));
}

/// A line for each row, which is equal only where all of them are.
std::string lines_of(const std::vector<io::InputRow>& rows) {
  std::string text;
  for (const auto& row : rows)
    text += fmt::format("{}\t{}\t{}\t{}\n", row.role, row.file, row.bytes, row.sha256);
  return text;
}

/// Rows as one text and back: four words each, which end with a zero byte as no file name can.
std::string packed(const std::vector<io::InputRow>& rows) {
  std::string text;
  for (const auto& row : rows)
    for (const auto& word : {row.role, row.file, std::to_string(row.bytes), row.sha256})
      text.append(word).push_back('\0');
  return text;
}

std::vector<io::InputRow> unpacked(std::string_view text) {
  const auto next = [&] {
    const auto end = text.find('\0');
    const std::string word(text.substr(0, end));
    text.remove_prefix(end + 1);
    return word;
  };
  std::vector<io::InputRow> rows;
  while (!text.empty()) {
    io::InputRow row{.role = next(), .file = next(), .sha256 = ""};
    row.bytes = std::stoll(next());
    row.sha256 = next();
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

Inputs::Inputs(io::DigestCache::Trust trust)
    : data(cache(trust), true),
      vocabulary(cache(trust)),
      model(cache(trust)),
      weights(cache(trust)),
      corruptions(cache(trust)),
      masks(cache(trust)),
      members(cache(trust)) {}

void collect_small_inputs(const config::RunConfig& config, Inputs& inputs) {
  const auto vocabulary = vocabulary_of(config.model);
  const bool clip = config.model.name == "clip_vit_b_32", bert = config.model.name == "bert";
  if (!vocabulary.empty() && (clip || bert))
    for (const auto& file :
         clip ? data::byte_pair_files(vocabulary) : data::word_piece_files(vocabulary))
      inputs.vocabulary.add_file(file);
  if (!clip && !bert) return;
  if (const auto file = model::find_config_json(config.model); !file.empty())
    inputs.model.add_file(file);
}

void collect_weights(const config::RunConfig& config, Inputs& inputs) {
  if (config.model.weights == "random") return;
  require_weights(config.model.weights);
  io::SafetensorsReader(config.model.weights, &inputs.weights).done();
}

void collect_members(const config::SoupConfig& config, Inputs& inputs) {
  const auto files = soup::member_files(config, {});
  std::size_t member = 0;
  for (const auto& path : soup::member_paths(config)) {
    io::SafetensorsReader(files.path(member++), &inputs.members).done();
    if (const auto result = path / "result.h5"; std::filesystem::exists(result))
      inputs.members.add_file(result);
  }
}

std::vector<io::InputRow> rows_of(const Inputs& inputs, const config::RunConfig& config) {
  std::vector<io::InputRow> rows;
  const auto add = [&](const char* role, const io::InputDigests& digests,
                       const std::filesystem::path& path, const data::OfficialSet* set = nullptr) {
    for (auto& row : data::input_rows(role, digests, folder_of(path), set))
      rows.push_back(std::move(row));
  };
  add("data", inputs.data, data::folder_of(config.data), data::find_official_set(config.data.name));
  add("corruptions", inputs.corruptions, config.data.corruptions);
  add("model", inputs.model, model::find_config_json(config.model));
  add("vocabulary", inputs.vocabulary, vocabulary_of(config.model));
  add("weights", inputs.weights, config.model.weights);
  add("masks", inputs.masks, config.prune.ratios_of);
  for (const auto& [path, is_folder, content] :
       inputs.members.all())  // by the names of the settings
    rows.push_back({"members", path.generic_string(), static_cast<std::int64_t>(content.bytes),
                    content.sha256});
  return rows;
}

std::string digest_of(const std::vector<io::InputRow>& rows, const std::string& role) {
  std::vector<io::InputRow> chosen;
  std::ranges::copy_if(rows, std::back_inserter(chosen),
                       [&](const auto& row) { return row.role == role; });
  return digest_of_all(chosen);
}

std::string digest_of_all(const std::vector<io::InputRow>& rows) {
  if (rows.empty()) return "";
  const auto text = lines_of(rows);
  return io::hash_of(io::HashAlgorithm::sha256, std::as_bytes(std::span(text)));
}

std::vector<std::string> differences(const std::vector<io::InputRow>& a, const std::string& here,
                                     const std::vector<io::InputRow>& b, const std::string& there) {
  const auto find = [](const auto& rows, const io::InputRow& wanted) -> const io::InputRow* {
    const auto found = std::ranges::find_if(
        rows, [&](const auto& row) { return row.role == wanted.role && row.file == wanted.file; });
    return found == rows.end() ? nullptr : &*found;
  };
  std::vector<std::string> lines;
  for (const auto& row : a) {
    const auto* other = find(b, row);
    if (other != nullptr && *other == row) continue;
    lines.push_back(fmt::format("{} {}: {} {}, {} {}", row.role, row.file, here, describe(row),
                                there, other == nullptr ? "none" : describe(*other)));
  }
  for (const auto& row : b)
    if (find(a, row) == nullptr)
      lines.push_back(
          fmt::format("{} {}: {} none, {} {}", row.role, row.file, here, there, describe(row)));
  return lines;
}

void require_same_inputs(const io::RunResult& found, const config::RunConfig& config,
                         Inputs& inputs) {
  if (found.inputs.empty()) {
    log_info("the result is from before inputs were recorded: not compared");
    return;
  }
  collect_weights(config, inputs);
  collect_members(config.soup, inputs);
  const auto lines = differences(rows_of(inputs, config), "now", found.inputs, "then");
  if (!lines.empty())
    throw ConfigError({"the folder holds a complete result of these settings, but of other input "
                       "files:",
                       lines},
                      "they changed under the same path", "--force runs it again with these");
}

Provenance input_provenance(const Inputs& inputs) {
  std::string files;
  for (const auto* digests : {&inputs.data, &inputs.corruptions, &inputs.model, &inputs.vocabulary,
                              &inputs.weights, &inputs.masks, &inputs.members})
    for (const auto& [path, is_folder, content] : digests->all())
      files += fmt::format("{}{} {}", files.empty() ? "" : "\n", content.sha256,
                           std::filesystem::absolute(path).string());
  return {{"input_files", files}};
}

void agree_on_inputs(const Inputs& inputs, const config::RunConfig& config,
                     const comm::Group& world) {
  const auto rows = rows_of(inputs, config);
  const auto of_rank_0 = unpacked(world.broadcast(packed(rows)));
  const auto host_of_rank_0 = world.broadcast(host_name());
  comm::all_or_none(world, [&] {
    const auto lines = differences(rows, "here", of_rank_0, "there");
    if (!lines.empty())
      throw DataError(
          {fmt::format("input files are not those that rank 0 on {} read:", host_of_rank_0), lines},
          "a copy on one node is stale or damaged", "copy the files again");
  });
}

}  // namespace stockpot::jobs
