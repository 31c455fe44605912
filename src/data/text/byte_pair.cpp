// SPDX-License-Identifier: Apache-2.0
// CLIP's byte-level BPE, in the order of the reference (methods.md 7.2; the tokenizer that
// transformers makes of CLIP's files):
//   1. <|startoftext|> and <|endoftext|> that stand in the text literally become their ids; the
//   text between them goes on.
//   2. Canonical composition (NFC), white space runs become one space, lower case.
//   3. The text is cut by the pattern  specials | 's|'t|'re|'ve|'m|'ll|'d | letters+ | one number |
//   other non-spaces+ ; white space falls out.
//   4. Each piece becomes one symbol per byte, the last one marked as a word's end; while any two
//   neighbours have a merge, the pair of the
//      lowest rank, the leftmost of them, becomes one symbol. A queue keeps that at n log n for
//      words of any length.
#include "data/text/byte_pair.hpp"

#include <algorithm>
#include <queue>

#include "core/error.hpp"
#include "core/utf8.hpp"
#include "data/text/code_points.hpp"
#include "data/text/token_list.hpp"

namespace stockpot::data {
namespace {

constexpr std::string_view kWordEnd = "</w>";
constexpr std::array<std::string_view, 2> kSpecials = {"<|startoftext|>", "<|endoftext|>"};
constexpr std::array<std::string_view, 7> kContractions = {"'s", "'t",  "'re", "'ve",
                                                           "'m", "'ll", "'d"};

/// The printable character that stands for each byte, in the vocabulary's order.
/// source: OpenAI GPT-2, encoder.py, bytes_to_unicode
struct ByteSymbols {
  std::vector<unsigned char> order;
  std::array<std::string, 256> of;

  ByteSymbols() {
    const auto prints = [](unsigned b) {
      return (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
    };
    for (const bool printing : {true, false})
      for (unsigned b = 0, next = 256; b < 256; ++b) {
        if (prints(b) != printing) continue;
        char text[4];
        const unsigned length = encode_utf8(printing ? b : next++, text);
        of[b].assign(text, length);
        order.push_back(static_cast<unsigned char>(b));
      }
  }
};

/// CLIP's vocabulary: bytes, bytes at a word's end, products of the merges, specials.
std::vector<std::string> clip_tokens(const ByteSymbols& symbols, const BytePairFile& file) {
  std::vector<std::string> tokens;
  for (const unsigned char byte : symbols.order) tokens.push_back(symbols.of[byte]);
  for (const unsigned char byte : symbols.order)
    tokens.push_back(symbols.of[byte] + std::string(kWordEnd));
  for (const auto& [left, right] : file.merges) tokens.push_back(left + right);
  tokens.insert(tokens.end(), kSpecials.begin(), kSpecials.end());
  return tokens;
}

using CodePoints = std::vector<std::int32_t>;

bool stands_at(const CodePoints& text, std::size_t at, std::string_view ascii) {
  return text.size() - at >= ascii.size() &&
         std::equal(ascii.begin(), ascii.end(), text.begin() + static_cast<std::ptrdiff_t>(at));
}

/// End of the piece that begins at `at`; `at` itself where white space stands.
std::size_t end_of_piece(const CodePoints& text, std::size_t at) {
  for (const std::string_view contraction : kContractions)
    if (stands_at(text, at, contraction)) return at + contraction.size();
  const auto kind = [&](std::size_t i) {
    return classes_of(static_cast<char32_t>(text[i])) & (kLetter | kNumber | kSpace);
  };
  const auto first = kind(at);
  if (first & kSpace) return at;
  std::size_t end = at + 1;
  if (!(first & kNumber))
    while (end < text.size() && kind(end) == first) ++end;
  return end;
}

/// Call `use(begin, end)` for the pieces of `text`. Step 3 of the algorithm.
template <typename Use>
void for_each_piece(const CodePoints& text, Use use) {
  for (std::size_t at = 0; at < text.size();) {
    const auto special = std::find_if(kSpecials.begin(), kSpecials.end(),
                                      [&](std::string_view s) { return stands_at(text, at, s); });
    if (special != kSpecials.end()) {  // only lower case made it one; the reference's second
                                       // splitter parts its brackets from the name
      const std::size_t end = at + special->size();
      use(at, at + 2);
      use(at + 2, end - 2);
      use(end - 2, end);
      at = end;
      continue;
    }
    const std::size_t end = end_of_piece(text, at);
    if (end > at) use(at, end);
    at = std::max(end, at + 1);
  }
}

}  // namespace

BytePair::BytePair(const BytePairFile& file) {
  const ByteSymbols symbols;
  const std::vector<std::string> tokens =
      file.tokens.empty() ? clip_tokens(symbols, file) : file.tokens;
  std::unordered_map<std::string_view, std::int32_t> ids;
  ids.reserve(tokens.size());
  for (const std::string& token : tokens)
    if (!ids.emplace(token, static_cast<std::int32_t>(ids.size())).second)
      throw DataError("vocabulary: token " + in_quotes(token) + " is there twice");
  const auto id_of = [&](const std::string& token) {
    const auto found = ids.find(token);
    if (found == ids.end())
      throw DataError("vocabulary: no token " + in_quotes(token), "CLIP's merges need it",
                      "give the model's own merges.txt and vocab.json");
    return found->second;
  };
  size_ = static_cast<std::int64_t>(tokens.size());
  begin_ = id_of(std::string(kSpecials[0]));
  end_ = id_of(std::string(kSpecials[1]));
  for (std::size_t byte = 0; byte < 256; ++byte) {
    inner_[byte] = id_of(symbols.of[byte]);
    last_[byte] = id_of(symbols.of[byte] + std::string(kWordEnd));
  }
  merges_.reserve(file.merges.size());
  for (const auto& [left, right] : file.merges) {
    const std::uint64_t pair =
        static_cast<std::uint64_t>(id_of(left)) << 32 | static_cast<std::uint32_t>(id_of(right));
    const Merge merge{static_cast<std::uint32_t>(merges_.size()), id_of(left + right)};
    if (!merges_.emplace(pair, merge).second)
      throw DataError("merges: " + in_quotes(left) + " " + in_quotes(right) + " is there twice");
  }
}

BytePair BytePair::load(const std::filesystem::path& path) {
  return BytePair(read_byte_pair(path));
}

const BytePair::Merge* BytePair::merge_of(std::int32_t left, std::int32_t right) const {
  const auto found =
      merges_.find(static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right));
  return found == merges_.end() ? nullptr : &found->second;
}

void BytePair::append_ids(std::string_view text, std::vector<std::int32_t>& ids) const {
  for (std::size_t at = text.find("<|"); at != std::string_view::npos; at = text.find("<|", at)) {
    const std::string_view rest = text.substr(at);
    const auto special = std::find_if(kSpecials.begin(), kSpecials.end(),
                                      [&](std::string_view s) { return rest.starts_with(s); });
    if (special == kSpecials.end()) {
      ++at;
      continue;
    }
    append_text(text.substr(0, at), ids);
    ids.push_back(special == kSpecials.begin() ? begin_ : end_);
    text.remove_prefix(at + special->size());
    at = 0;
  }
  append_text(text, ids);
}

void BytePair::append_text(std::string_view text, std::vector<std::int32_t>& ids) const {
  CodePoints read, lower;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode_utf8(text.substr(at));
    read.push_back(static_cast<std::int32_t>(next.code_point));
    at += next.bytes;
  }
  compose(read);
  for (const std::int32_t c : read) append_lower_case(static_cast<char32_t>(c), lower);

  std::string bytes;
  for_each_piece(lower, [&](std::size_t begin, std::size_t end) {
    bytes.clear();
    for (std::size_t i = begin; i < end; ++i) {
      char code[4];
      bytes.append(code, encode_utf8(static_cast<char32_t>(lower[i]), code));
    }
    append_piece(bytes, ids);
  });
}

void BytePair::append_piece(std::string_view bytes, std::vector<std::int32_t>& ids) const {
  constexpr std::size_t kNone = SIZE_MAX;
  struct Symbol {
    std::int32_t id;  ///< -1: became part of the one before
    std::size_t before, after;
  };
  struct Candidate {
    Merge merge;
    std::size_t left;
    bool operator<(const Candidate& other)
        const {  // the queue gives the largest: the lowest rank, the leftmost
      return std::pair(merge.rank, left) > std::pair(other.merge.rank, other.left);
    }
  };
  std::vector<Symbol> symbols(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool last = i + 1 == bytes.size();
    symbols[i] = {(last ? last_ : inner_)[static_cast<unsigned char>(bytes[i])],
                  i == 0 ? kNone : i - 1, last ? kNone : i + 1};
  }
  std::priority_queue<Candidate> queue;
  const auto consider = [&](std::size_t left) {
    if (left == kNone || symbols[left].after == kNone) return;
    if (const Merge* merge = merge_of(symbols[left].id, symbols[symbols[left].after].id))
      queue.push({*merge, left});
  };
  for (std::size_t i = 0; i < symbols.size(); ++i) consider(i);
  while (!queue.empty()) {
    const Candidate best = queue.top();
    queue.pop();
    Symbol& left = symbols[best.left];
    if (left.id < 0 || left.after == kNone) continue;
    Symbol& right = symbols[left.after];
    const Merge* merge = merge_of(left.id, right.id);
    if (!merge || merge->product != best.merge.product) continue;  // a neighbour has changed since
    left.id = best.merge.product;
    right.id = -1;
    left.after = right.after;
    if (left.after != kNone) symbols[left.after].before = best.left;
    consider(left.before);
    consider(best.left);
  }
  for (const Symbol& symbol : symbols)
    if (symbol.id >= 0) ids.push_back(symbol.id);
}

}  // namespace stockpot::data
