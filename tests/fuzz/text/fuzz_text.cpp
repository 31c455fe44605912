// SPDX-License-Identifier: Apache-2.0
#include "fuzz/text/fuzz_text.hpp"

#include <cstdlib>
#include <string_view>

#include "core/error.hpp"
#include "core/log.hpp"
#include "data/text/byte_pair.hpp"
#include "data/text/glue.hpp"
#include "data/text/tokenizer_json.hpp"
#include "data/text/word_piece.hpp"

namespace stockpot::test {
namespace {

void abort_unless(bool holds) {
  if (!holds) std::abort();
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <typename Parse>
bool accepts(Parse parse) {
  try {
    parse();
    return true;
  } catch (const DataError&) {
    return false;
  }
}

/// A tokenizer is made only of vocabularies that were accepted; what it gives must be ids.
template <typename Tokenizer>
void abort_unless_ids(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<std::int32_t> ids;
  tokenizer.append_ids(text, ids);
  for (const std::int32_t id : ids) abort_unless(id >= 0 && id < tokenizer.size());
}

}  // namespace

bool fuzz_glue(std::span<const std::byte> bytes) {
  if (bytes.empty()) return false;
  set_log_level(LogLevel::quiet);
  const auto choice = std::to_integer<unsigned>(bytes[0]);
  const std::string_view text = text_of(bytes.subspan(1));
  const data::GlueTask& task = data::glue_tasks()[choice / 2 % data::glue_tasks().size()];
  const bool labelled = choice % 2 == 1;
  return accepts([&] {
    for (const auto& example : data::parse_glue(text, "fuzzed", task, labelled).examples) {
      if (labelled && task.regression()) abort_unless(example.target >= 0 && example.target <= 5);
      if (labelled && !task.regression())
        abort_unless(example.label >= 0 &&
                     example.label < static_cast<std::int64_t>(task.labels.size()));
    }
  });
}

bool fuzz_vocabulary(std::span<const std::byte> bytes) {
  if (bytes.empty()) return false;
  const auto choice = std::to_integer<unsigned>(bytes[0]);
  const std::string_view file = text_of(bytes.subspan(1));
  return accepts([&] {
    using data::JsonKind;
    switch (choice % 5) {
      case 0:
        abort_unless_ids(data::WordPiece(data::parse_vocabulary(file, "fuzzed")), file);
        return;
      case 1:
        abort_unless_ids(data::BytePair({{}, data::parse_merges(file, "fuzzed", 100000)}), file);
        return;
      case 2: {
        auto json = data::parse_tokenizer_json(file, "fuzzed", JsonKind::tokenizer);
        json.merges.empty() ? abort_unless_ids(data::WordPiece(std::move(json.tokens)), file)
                            : abort_unless_ids(data::BytePair({json.tokens, json.merges}), file);
        return;
      }
      case 3:
        data::parse_tokenizer_json(file, "fuzzed", JsonKind::vocabulary);
        return;
      default:
        data::parse_tokenizer_json(file, "fuzzed", JsonKind::configuration);
        return;
    }
  });
}

bool fuzz_tokenizers(std::span<const std::byte> bytes) {
  static const data::WordPiece uncased(
      {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "##a", "##b", "#", "e"});
  static const data::WordPiece cased(
      {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "##a", "##b", "#", "e"}, false);
  static const data::BytePair clip({{}, {{"a", "b"}, {"ab", "a"}, {"a", "a</w>"}}});
  abort_unless_ids(uncased, text_of(bytes));
  abort_unless_ids(cased, text_of(bytes));
  abort_unless_ids(clip, text_of(bytes));
  return true;
}

}  // namespace stockpot::test
