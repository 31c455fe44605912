// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace stockpot::data {

/// What a model is shown at once. Plain host memory that keeps its capacity from batch to batch; no
/// torch.
///
/// Exactly one of `pixels` and `token_ids` is filled, and one of `labels` (classification) and
/// `targets` (regression).
struct Batch {
  std::int64_t size = 0;                  ///< B, samples
  std::vector<float> pixels;              ///< [B, C, H, W], normalised
  std::vector<std::int64_t> token_ids;    ///< [B, T], padded with 0
  std::vector<std::int64_t> token_types;  ///< [B, T], 0 or 1
  std::vector<std::int64_t> lengths;      ///< [B], tokens that count
  std::int64_t tokens = 0;                ///< T, longest length in the batch
  std::vector<std::int64_t> labels;       ///< [B], class ids from 0
  std::vector<float> targets;             ///< [B]
};

/// How much a batch is: all that its cost depends on.
struct BatchShape {
  std::int64_t samples = 0;
  std::int64_t tokens = 0;  ///< T, to which its texts are padded; 0 for images
  bool operator==(const BatchShape&) const = default;
};

/// Shape of what a data set holds; what a model must fit.
struct DataShape {
  std::int64_t channels = 0, height = 0, width = 0;  ///< images, in pixels; 0 for text
  std::int64_t classes = 0;                          ///< 0: regression
  std::int64_t vocabulary = 0;                       ///< text: token ids are below it; 0 for images
  std::int64_t tokens = 0;                           ///< text: most tokens of a sample
};

/// Whether, and by which keys, samples are augmented: sample i of step s is drawn from (seed,
/// epoch, i) only.
struct Augmentation {
  bool enabled = false;
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
  std::uint32_t denoiser = 0;  ///< 0: main training; n + 1: denoiser n
};

/// One official data file set, whole in memory. Immutable: any number of threads may read.
class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual std::int64_t size() const = 0;
  virtual DataShape shape() const = 0;
  /// Names of the classes in label order; empty where unknown or regression.
  virtual const std::vector<std::string>& class_names() const = 0;
  virtual std::int64_t label(std::int64_t index) const = 0;
  /// Tokens of every sample; empty where all samples are of one size.
  virtual std::span<const std::int64_t> lengths() const { return {}; }

  /// Bytes of memory that the samples take; 0 where nobody counted.
  virtual std::int64_t bytes() const { return 0; }

  /// Write the samples of `indices` (positions in the official files) into `batch`, replacing what
  /// it held.
  virtual void fill(std::span<const std::int64_t> indices, const Augmentation& augmentation,
                    Batch& batch) const = 0;
};

/// Shape of the batch that `fill` makes of these samples.
BatchShape shape_of(const Dataset& dataset, std::span<const std::int64_t> indices);

/// A choice of samples of a data set.
struct Split {
  std::shared_ptr<const Dataset> dataset;
  std::vector<std::int64_t> indices;  ///< positions in the official file, increasing
  std::int64_t size() const { return static_cast<std::int64_t>(indices.size()); }
};

/// A further set that is reported under its own name.
struct NamedSplit {
  std::string name;
  Split split;
};

/// train and validation are disjoint parts of the official training set; every choice is made on
/// validation, test is touched once.
struct Splits {
  Split train, validation, test;
  std::vector<NamedSplit> more_tests;   ///< touched once too, such as MNLI's mismatched dev set
  std::vector<std::string> unofficial;  ///< what differs from the official set, a line each
};

/// Bytes of memory that the splits' data sets take, each counted once: on each rank, or on each
/// node where its ranks share decoded pictures. Of an imagined set (data::imagine): every sample at
/// the size that the model sees, which is too much where pictures vary in size or are small ones
/// for CLIP.
std::int64_t resident_bytes(const Splits& splits);

}  // namespace stockpot::data
