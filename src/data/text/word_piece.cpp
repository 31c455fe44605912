// SPDX-License-Identifier: Apache-2.0
// WordPiece, in the order of the reference (methods.md 7.1; Hugging Face `tokenizers`:
// BertNormalizer, BertPreTokenizer, WordPiece):
//   1. [CLS], [SEP], [MASK], ... that stand in the text literally become their ids; the text
//   between them goes on.
//   2. Control characters, U+0000 and U+FFFD are dropped; white space parts words; CJK ideographs
//   are words of their own.
//   3. Uncased: canonical decomposition, accents dropped, lower case. ASCII needs none of it and is
//   passed straight on; the code points
//      between two ASCII ones are collected and normalised together, because marks may change
//      places.
//   4. Punctuation is parted from words.
//   5. Each word is cut into the longest beginnings the vocabulary knows; a word of more than 100
//   characters, or with a rest it does not
//      know, is [UNK].
#include "data/text/word_piece.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/error.hpp"
#include "core/utf8.hpp"
#include "data/text/code_points.hpp"
#include "data/text/vocabulary.hpp"

namespace stockpot::data {
namespace {

constexpr std::size_t kLongestWord =
    100;  ///< characters; source: max_input_chars_per_word of BERT's tokenizer
constexpr std::array<std::string_view, 5> kSpecials = {"[PAD]", "[UNK]", "[CLS]", "[SEP]",
                                                       "[MASK]"};

constexpr std::uint8_t ascii_classes(unsigned char c) {
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return kSpace;
  if (c < 0x20 || c == 0x7F) return kControl;
  const bool alphanumeric =
      (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return alphanumeric ? 0 : kPunctuation;
}

/// What BERT takes each ASCII character for: 0 is part of a word.
constexpr std::array<std::uint8_t, 128> kAscii = [] {
  std::array<std::uint8_t, 128> classes{};
  for (unsigned c = 0; c < 128; ++c) classes[c] = ascii_classes(static_cast<unsigned char>(c));
  return classes;
}();

}  // namespace

/// Collects normalised characters into words and hands each whole word on. Steps 3 and 4 of the
/// algorithm.
class WordPiece::Words {
 public:
  Words(const WordPiece& owner, std::vector<std::int32_t>& ids)
      : owner_(owner), ids_(ids), ascii_case_(owner.lower_case_ ? 'a' - 'A' : 0) {}

  /// Add an ASCII character that is part of a word.
  void add_ascii(char c) {
    if (characters_++ < kLongestWord)
      word_[bytes_++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ascii_case_) : c;
  }

  /// Keep a code point beyond ASCII until its neighbours are known.
  void keep(char32_t code_point) { kept_.push_back(static_cast<std::int32_t>(code_point)); }

  /// Normalise what was kept and add it.
  void settle() {
    if (kept_.empty()) return;
    if (owner_.lower_case_) lower_without_accents();
    for (const std::int32_t c : kept_) add(static_cast<char32_t>(c));
    kept_.clear();
  }

  /// The word, if there is one, is whole.
  void end() {
    if (characters_ > kLongestWord)
      ids_.push_back(owner_.unknown_);
    else if (characters_ > 0)
      owner_.append_word({word_.data(), bytes_}, ids_);
    characters_ = bytes_ = 0;
  }

  /// Add an ASCII character that is a word of its own.
  void add_alone(char c) {
    end();
    owner_.append_word({&c, 1}, ids_);
  }

 private:
  void lower_without_accents() {
    decompose(kept_);
    lowered_.clear();
    for (const std::int32_t c : kept_)
      if (!(classes_of(static_cast<char32_t>(c)) & kMark))
        append_lower_case(static_cast<char32_t>(c), lowered_);
    kept_.swap(lowered_);
  }

  void add(char32_t c) {
    const bool alone = ((c < 0x80 ? kAscii[c] : classes_of(c)) & kPunctuation) != 0;
    if (alone) end();
    if (characters_++ < kLongestWord) bytes_ += encode_utf8(c, word_.data() + bytes_);
    if (alone) end();
  }

  const WordPiece& owner_;
  std::vector<std::int32_t>& ids_;
  int ascii_case_;
  std::array<char, 4 * kLongestWord> word_;
  std::size_t bytes_ = 0, characters_ = 0;
  std::vector<std::int32_t> kept_, lowered_;
};

WordPiece::WordPiece(std::vector<std::string> tokens, bool lower_case)
    : tokens_(std::move(tokens)), lower_case_(lower_case) {
  beginnings_.reserve(tokens_.size());
  for (std::size_t id = 0; id < tokens_.size(); ++id) {
    const std::string_view token = tokens_[id];
    longest_ = std::max(longest_, token.size());
    beginnings_.emplace(token, static_cast<std::int32_t>(id));
    if (token.starts_with("##"))
      continuations_.emplace(token.substr(2), static_cast<std::int32_t>(id));
  }
  unknown_ = required("[UNK]");
  begin_ = required("[CLS]");
  end_ = required("[SEP]");
  if (required("[PAD]") != 0)
    throw DataError(fmt::format("vocabulary: [PAD] is token {}", required("[PAD]")),
                    "batches are padded with 0");
  for (const std::string_view special : kSpecials)
    if (const auto found = beginnings_.find(special); found != beginnings_.end())
      specials_.emplace_back(found->first, found->second);
}

std::int32_t WordPiece::required(std::string_view token) const {
  const auto found = beginnings_.find(token);
  if (found == beginnings_.end())
    throw DataError("vocabulary: no token " + std::string(token), "BERT needs it",
                    "give the model's own vocab.txt");
  return found->second;
}

WordPiece WordPiece::load(const std::filesystem::path& path) {
  WordPieceFile file = read_word_piece(path);
  return WordPiece(std::move(file.tokens), file.lower_case);
}

void WordPiece::append_ids(std::string_view text, std::vector<std::int32_t>& ids) const {
  Words words(*this, ids);
  const auto finish = [&](std::string_view part) {
    append_text(part, words);
    words.settle();
    words.end();
  };
  for (std::size_t at = text.find('['); at != std::string_view::npos; at = text.find('[', at)) {
    const std::string_view rest = text.substr(at);
    const auto special = std::find_if(specials_.begin(), specials_.end(),
                                      [&](const auto& s) { return rest.starts_with(s.first); });
    if (special == specials_.end()) {
      ++at;
      continue;
    }
    finish(text.substr(0, at));
    ids.push_back(special->second);
    text.remove_prefix(at + special->first.size());
    at = 0;
  }
  finish(text);
}

void WordPiece::append_text(std::string_view text, Words& words) const {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      ++at;
      const std::uint8_t classes = kAscii[byte];
      if (classes & kControl) continue;
      words.settle();
      if (classes == 0)
        words.add_ascii(static_cast<char>(byte));
      else if (classes & kSpace)
        words.end();
      else
        words.add_alone(static_cast<char>(byte));
      continue;
    }
    const Decoded next = decode_utf8(text.substr(at));
    at += next.bytes;
    const std::uint8_t classes = classes_of(next.code_point);
    if (classes & kControl) continue;
    const bool parts = (classes & (kSpace | kIdeograph)) != 0;
    if (parts) {
      words.settle();
      words.end();
    }
    if (!(classes & kSpace)) words.keep(next.code_point);
    if (classes & kIdeograph) {
      words.settle();
      words.end();
    }
  }
}

void WordPiece::append_word(std::string_view word, std::vector<std::int32_t>& ids) const {
  const std::size_t before = ids.size();
  for (std::size_t begin = 0; begin < word.size();) {
    const Pieces& pieces = begin == 0 ? beginnings_ : continuations_;
    std::size_t length = std::min(word.size() - begin, longest_);
    auto found = pieces.end();
    while (length > 0 && (found = pieces.find(word.substr(begin, length))) == pieces.end())
      --length;
    if (length == 0) {
      ids.resize(before);
      ids.push_back(unknown_);
      return;
    }
    ids.push_back(found->second);
    begin += length;
  }
}

}  // namespace stockpot::data
