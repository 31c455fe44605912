// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>

namespace stockpot::test {

// Each returns whether the bytes were accepted; a DataError is the one other way out. Aborts where
// a promise is broken.

/// First byte: task and whether labels are needed; the rest: a TSV file.
bool fuzz_glue(std::span<const std::byte> bytes);

/// First byte: vocab.txt, merges.txt, tokenizer.json, vocab.json or tokenizer_config.json; the
/// rest: the file.
bool fuzz_vocabulary(std::span<const std::byte> bytes);

/// Any bytes as a text for both tokenizers. Texts are never refused.
bool fuzz_tokenizers(std::span<const std::byte> bytes);

}  // namespace stockpot::test
