// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <future>
#include <optional>
#include <vector>

#include "soup/member_files.hpp"

namespace stockpot::soup {

/// Members of a soup one after the other, each read from its file once. Reading ahead takes a
/// second set of weights: the next member is read on rank 0 while its predecessor is mixed, by a
/// thread that knows no MPI.
class MemberStream {
 public:
  enum class Reading { when_asked, ahead };

  /// order  of the members
  /// like   weights of the members' layout, on the device where they are wanted
  /// `files`, `model` and `group` outlive this.
  MemberStream(const MemberFiles& files, std::vector<std::size_t> order, const model::Model& model,
               const model::Weights& like, const comm::Group& group, Reading reading);
  MemberStream(const MemberStream&) = delete;
  MemberStream& operator=(const MemberStream&) = delete;

  /// The next one, on every rank; it stays valid until the next call. There is one.
  /// throws  AgreedError: it cannot be read
  /// collective over the group
  const model::Weights& next();

 private:
  void read_ahead();

  const MemberFiles& files_;
  std::vector<std::size_t> order_;
  const model::Model& model_;
  const comm::Group& group_;
  std::size_t given_ = 0;
  model::Weights now_, next_;                ///< on the CPU; the same memory without reading ahead
  std::optional<model::Weights> on_device_;  ///< a copy of `now_`, of a device that is not the CPU
  bool ahead_;
  std::future<void>
      reading_;  ///< of `next_`; last, so that it has ended before memory is given back
};

}  // namespace stockpot::soup
