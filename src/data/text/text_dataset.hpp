// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/text/glue.hpp"
#include "data/text/word_piece.hpp"

namespace stockpot::data {

/// Tokens of a pair that stay when `room` tokens are there for both.
struct PairLengths {
  std::int64_t first, second;
};

/// Shorten the longer of two texts until both fit into `room`.
/// source: Hugging Face `tokenizers`, TruncationStrategy::LongestFirst. Where both are cut and
/// `room` is odd, the text that was the longer one keeps one token more (the second one of equals);
/// the older Python code gave it to the first.
PairLengths truncate_longest_first(std::int64_t first, std::int64_t second, std::int64_t room);

/// A GLUE file, tokenised once: [CLS] A [SEP], or [CLS] A [SEP] B [SEP] with type 1 for B and its
/// [SEP].
class TextDataset final : public Dataset {
 public:
  /// max_length: tokens per sample, with the special ones. ConfigError below 3.
  TextDataset(const GlueFile& file, const GlueTask& task, const WordPiece& tokenizer,
              std::int64_t max_length);

  std::int64_t size() const override { return static_cast<std::int64_t>(lengths_.size()); }
  DataShape shape() const override { return shape_; }
  const std::vector<std::string>& class_names() const override { return class_names_; }
  /// Class; -1 where the file has no labels or the task is a regression.
  std::int64_t label(std::int64_t index) const override { return labels_[checked(index)]; }
  /// Score of a regression; NaN where the file has none.
  float target(std::int64_t index) const { return targets_[checked(index)]; }

  std::span<const std::int64_t> lengths() const override { return lengths_; }

  std::int64_t bytes() const override {
    return static_cast<std::int64_t>(
        ids_.size() * sizeof(ids_[0]) + targets_.size() * sizeof(targets_[0]) +
        (begins_.size() + lengths_.size() + type_begins_.size() + labels_.size()) *
            sizeof(std::int64_t));
  }

  /// Pads to the longest of the batch, no further. Texts are not augmented.
  void fill(std::span<const std::int64_t> indices, const Augmentation& augmentation,
            Batch& batch) const override;

 private:
  void append(std::span<const std::int32_t> first, std::span<const std::int32_t> second, bool pair,
              const WordPiece& tokenizer, std::int64_t max_length);
  std::size_t checked(std::int64_t index) const;

  std::vector<std::string> class_names_;
  DataShape shape_;
  bool regression_;
  std::vector<std::int32_t> ids_;          ///< of all samples, one behind the other
  std::vector<std::int64_t> begins_;       ///< first token of each sample in ids_
  std::vector<std::int64_t> lengths_;      ///< tokens of each sample
  std::vector<std::int64_t> type_begins_;  ///< tokens of type 0 of each sample
  std::vector<std::int64_t> labels_;
  std::vector<float> targets_;
};

/// Read and tokenise the GLUE file `path`. DataError, file:line.
std::shared_ptr<const TextDataset> load_glue(const std::filesystem::path& path,
                                             const GlueTask& task, bool labelled,
                                             const WordPiece& tokenizer, std::int64_t max_length,
                                             io::InputDigests* digests = nullptr);

/// The same file read but not cut into tokens: its size and classes. DataError as load_glue.
std::shared_ptr<const Dataset> outline_glue(const std::filesystem::path& path, const GlueTask& task,
                                            const WordPiece& tokenizer, std::int64_t max_length,
                                            io::InputDigests* digests);

}  // namespace stockpot::data
