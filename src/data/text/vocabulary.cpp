// SPDX-License-Identifier: Apache-2.0
#include "data/text/vocabulary.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/utf8.hpp"
#include "data/input_file.hpp"
#include "data/text/token_list.hpp"
#include "data/text/tokenizer_json.hpp"

namespace stockpot::data {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestFile = 64 << 20;

/// source: OpenAI CLIP, simple_tokenizer.py: merges[1 : 49152 - 256 - 2 + 1]
constexpr std::size_t kClipMerges = 49152 - 256 - 2;

std::string_view text_of(const Bytes& bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

/// Call `use(line, number from 1)` for each line of `text`; LF or CRLF.
template <typename Use>
void for_each_line(std::string_view text, Use use) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    use(line, number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

bool is_json(const fs::path& path) { return path.extension() == ".json"; }

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

/// The first of `names` in folder `path`, or `path` itself if it is no folder.
fs::path find_file(const fs::path& path, std::initializer_list<const char*> names) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return path;
  std::string all;
  for (const char* name : names) {
    if (is_there(path / name)) return path / name;
    all.append(all.empty() ? "" : ", ").append(name);
  }
  throw DataError(path.string() + ": no vocabulary", "none of " + all + " is in the folder",
                  "name the file by model.vocab");
}

TokenizerJson read_json(const fs::path& path, JsonKind kind) {
  const Bytes bytes = read_file(path, kLargestFile);
  return parse_tokenizer_json(text_of(bytes), path.string(), kind);
}

TokenizerJson read_tokenizer_json(const fs::path& path, std::string_view model) {
  TokenizerJson json = read_json(path, JsonKind::tokenizer);
  if (json.model != model)
    throw DataError(path.string() + ": model.type is " + in_quotes(json.model),
                    "this model's tokenizer is " + std::string(model));
  if (json.tokens.empty()) throw DataError(path.string() + ": model.vocab holds no tokens");
  return json;
}

}  // namespace

std::vector<std::string> parse_vocabulary(std::string_view text, const std::string& name) {
  std::vector<NumberedToken> tokens;
  for_each_line(text, [&](std::string_view line, std::size_t number) {
    check_token(line, name, std::to_string(number));
    if (tokens.size() == kMostTokens)
      throw DataError(fmt::format("{}:{}: more than {} tokens", name, number, kMostTokens));
    tokens.emplace_back(line, number - 1);
  });
  if (tokens.empty()) throw DataError(name + ": empty file", "a vocabulary has one token a line");
  return place_tokens(tokens, name);
}

std::vector<std::pair<std::string, std::string>> parse_merges(std::string_view text,
                                                              const std::string& name,
                                                              std::size_t most) {
  std::vector<std::pair<std::string, std::string>> merges;
  for_each_line(text, [&](std::string_view line, std::size_t number) {
    const bool version = number == 1 && line.find("#version") != std::string_view::npos;
    if (merges.size() == most || line.empty() || version) return;
    const auto [left, right] = split_merge(line, fmt::format("{}:{}", name, number));
    for (const std::string_view token : {left, right})
      check_token(token, name, std::to_string(number));
    merges.emplace_back(left, right);
  });
  if (merges.empty())
    throw DataError(name + ": no merges", "a merge is two tokens parted by a space");
  return merges;
}

std::vector<fs::path> word_piece_files(const fs::path& path) {
  std::vector<fs::path> files{find_file(path, {"vocab.txt", "vocab.txt.gz", "tokenizer.json"})};
  if (const auto settings = files[0].parent_path() / "tokenizer_config.json";
      !is_json(files[0]) && is_there(settings))
    files.push_back(settings);
  return files;
}

std::vector<fs::path> byte_pair_files(const fs::path& path) {
  std::vector<fs::path> files{
      find_file(path, {"merges.txt", "bpe_simple_vocab_16e6.txt.gz", "tokenizer.json"})};
  if (const auto tokens = files[0].parent_path() / "vocab.json";
      files[0].filename() == "merges.txt" && is_there(tokens))
    files.push_back(tokens);
  return files;
}

WordPieceFile read_word_piece(const fs::path& path) {
  const auto files = word_piece_files(path);
  if (is_json(files[0])) {
    TokenizerJson json = read_tokenizer_json(files[0], "WordPiece");
    return {std::move(json.tokens), json.lower_case.value_or(true)};
  }
  const Bytes bytes = read_file_or_gzip(files[0], kLargestFile);
  WordPieceFile result{parse_vocabulary(text_of(bytes), files[0].string())};
  if (files.size() > 1)
    result.lower_case = read_json(files[1], JsonKind::configuration).lower_case.value_or(true);
  return result;
}

BytePairFile read_byte_pair(const fs::path& path) {
  const auto files = byte_pair_files(path);
  if (is_json(files[0])) {
    TokenizerJson json = read_tokenizer_json(files[0], "BPE");
    return {std::move(json.tokens), std::move(json.merges)};
  }
  BytePairFile result;
  if (files.size() > 1) result.tokens = read_json(files[1], JsonKind::vocabulary).tokens;
  const Bytes bytes = read_file_or_gzip(files[0], kLargestFile);
  result.merges = parse_merges(text_of(bytes), files[0].string(),
                               result.tokens.empty() ? kClipMerges : kMostTokens);
  return result;
}

}  // namespace stockpot::data
