// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stockpot::data {

/// What is read of tokenizer.json, vocab.json and tokenizer_config.json; everything else in them is
/// passed over.
struct TokenizerJson {
  std::string model;                                        ///< model.type
  std::vector<std::string> tokens;                          ///< in id order
  std::vector<std::pair<std::string, std::string>> merges;  ///< in rank order
  std::optional<bool> lower_case;  ///< normalizer.lowercase, or do_lower_case
};

enum class JsonKind { tokenizer, vocabulary, configuration };

/// Parse `text`; DataError naming `source` and the byte. Nesting is bounded, and memory by what is
/// kept.
TokenizerJson parse_tokenizer_json(std::string_view text, std::string_view source, JsonKind kind);

}  // namespace stockpot::data
