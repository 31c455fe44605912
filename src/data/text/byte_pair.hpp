// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/text/vocabulary.hpp"

namespace stockpot::data {

/// CLIP's tokenizer, byte-level BPE: text to ids, equal to Hugging Face `tokenizers` in every id.
///
/// Immutable: any number of threads may tokenize. Bytes that are not UTF-8 count as U+FFFD.
class BytePair {
 public:
  /// DataError where a byte, a merge or its product is not in the vocabulary.
  explicit BytePair(const BytePairFile& file);

  /// Read the files of a model: its folder, merges.txt (with vocab.json beside it), OpenAI's
  /// .txt.gz, or tokenizer.json.
  static BytePair load(const std::filesystem::path& path);

  /// Append the ids of `text`, without begin and end.
  void append_ids(std::string_view text, std::vector<std::int32_t>& ids) const;

  std::int64_t size() const { return size_; }
  std::int32_t begin_id() const { return begin_; }  ///< <|startoftext|>
  std::int32_t end_id() const { return end_; }      ///< <|endoftext|>

 private:
  struct Merge {
    std::uint32_t rank;
    std::int32_t product;
  };

  void append_text(std::string_view text, std::vector<std::int32_t>& ids) const;
  void append_piece(std::string_view bytes, std::vector<std::int32_t>& ids) const;
  const Merge* merge_of(std::int32_t left, std::int32_t right) const;

  std::int64_t size_ = 0;
  std::int32_t begin_ = 0, end_ = 0;
  std::array<std::int32_t, 256> inner_{},
      last_{};  ///< id of each byte inside a word, and at its end
  std::unordered_map<std::uint64_t, Merge> merges_;  ///< by left id << 32 | right id
};

}  // namespace stockpot::data
