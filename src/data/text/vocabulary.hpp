// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stockpot::data {

/// What the files of a WordPiece model tell.
struct WordPieceFile {
  std::vector<std::string> tokens;  ///< in id order
  bool lower_case = true;
};

/// What the files of a byte-pair model tell.
struct BytePairFile {
  std::vector<std::string> tokens;  ///< in id order; empty: CLIP's own order, made from the merges
  std::vector<std::pair<std::string, std::string>> merges;  ///< in rank order
};

// Both read a folder, or one file of it, plain or .gz. DataError (file, line or byte, reason) where
// the file is damaged: invalid UTF-8, an empty, too long (256 bytes) or repeated token, ids that
// are not 0 .. n-1, more than 10^6 tokens.

/// Tokens of a vocab.txt, one a line. `name` stands for the file in messages.
std::vector<std::string> parse_vocabulary(std::string_view text, const std::string& name);

/// The first `most` merges of a merges.txt: two tokens parted by a space in each line, after a
/// first line that may tell a version.
std::vector<std::pair<std::string, std::string>> parse_merges(std::string_view text,
                                                              const std::string& name,
                                                              std::size_t most);

/// The files that the two readers below would read of `path`; throw as they do.
std::vector<std::filesystem::path> word_piece_files(const std::filesystem::path& path);
std::vector<std::filesystem::path> byte_pair_files(const std::filesystem::path& path);

/// vocab.txt (one token a line, its id is the line) or tokenizer.json.
WordPieceFile read_word_piece(const std::filesystem::path& path);

/// merges.txt (with vocab.json beside it, where there is one), OpenAI's bpe_simple_vocab_16e6.txt,
/// or tokenizer.json.
BytePairFile read_byte_pair(const std::filesystem::path& path);

}  // namespace stockpot::data
