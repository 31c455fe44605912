// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace stockpot::data {

/// BERT's tokenizer: text to ids of a vocabulary, equal to Hugging Face `tokenizers` in every id.
///
/// Immutable: any number of threads may tokenize. Bytes that are not UTF-8 count as U+FFFD, which
/// BERT drops.
class WordPiece {
 public:
  /// `tokens` in id order. DataError where [UNK], [CLS], [SEP] or [PAD] is missing or [PAD] is not
  /// 0.
  explicit WordPiece(std::vector<std::string> tokens, bool lower_case = true);

  /// Read the vocabulary of a model: its folder, or its vocab.txt (also .gz), or its
  /// tokenizer.json. Case: what tokenizer.json, or tokenizer_config.json beside vocab.txt, says;
  /// lower case if neither does.
  static WordPiece load(const std::filesystem::path& path);

  /// Append the ids of `text`, without [CLS] and [SEP].
  void append_ids(std::string_view text, std::vector<std::int32_t>& ids) const;

  std::int64_t size() const { return static_cast<std::int64_t>(tokens_.size()); }
  std::int32_t begin_id() const { return begin_; }  ///< [CLS]
  std::int32_t end_id() const { return end_; }      ///< [SEP]

  WordPiece(const WordPiece&) = delete;  // the maps look into tokens_
  WordPiece(WordPiece&&) = default;

 private:
  class Words;
  using Pieces = std::unordered_map<std::string_view, std::int32_t>;

  void append_text(std::string_view text, Words& words) const;
  void append_word(std::string_view word, std::vector<std::int32_t>& ids) const;
  std::int32_t required(std::string_view token) const;

  std::vector<std::string> tokens_;
  Pieces beginnings_, continuations_;  ///< continuations without their ##
  std::size_t longest_ = 0;            ///< bytes of the longest token
  bool lower_case_;
  std::int32_t unknown_ = 0, begin_ = 0, end_ = 0;
  std::vector<std::pair<std::string_view, std::int32_t>> specials_;  ///< recognised in the raw text
};

}  // namespace stockpot::data
