// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <vector>

#include "comm/group.hpp"
#include "io/input_digests.hpp"
#include "model/model.hpp"

namespace stockpot::soup {

/// The weights of a soup's members, one file each, so that a soup of any size needs the memory of
/// one. Rank 0 reads and writes; the others need not see the folder.
class MemberFiles {
 public:
  /// Members that this run makes: files of `folder`, which is made with the first.
  explicit MemberFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// Finished ones.
  explicit MemberFiles(std::vector<std::filesystem::path> files) : files_(std::move(files)) {}

  std::filesystem::path path(std::size_t member) const;

  /// Write member `member`; only rank 0 needs its weights. throws AgreedError
  /// collective over `group`
  void write(std::size_t member, const model::Weights& weights, const comm::Group& group) const;

  /// Read member `member` into `weights`, which are on the CPU, on this rank alone.
  /// throws  DataError, IoError
  void load(std::size_t member, const model::Model& model, model::Weights& weights) const;

  /// Read member `member` into `weights` on every rank. throws AgreedError
  /// collective over `group`
  void read(std::size_t member, const model::Model& model, model::Weights& weights,
            const comm::Group& group) const;

 private:
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> files_;
};

}  // namespace stockpot::soup
