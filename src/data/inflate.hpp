// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "data/input_file.hpp"

namespace stockpot::data {

/// deflate cannot do better than 1032 : 1 (zlib's technical note): more is told only by damaged
/// files.
constexpr std::uint64_t kLargestInflateRatio = 1100;

/// Inflates a part of a file that holds exactly one stream, a piece at a time.
class Inflater {
 public:
  enum class Format { zlib, gzip };
  struct Source {
    std::uint64_t begin = 0, end = 0;  ///< bytes of the file
    Format format = Format::zlib;
  };

  /// `file` must outlive the inflater.
  Inflater(const InputFile& file, const Source& source);
  ~Inflater();

  /// Fill `into` with what comes next; DataError if the stream is damaged or ends before.
  void read(std::span<std::uint8_t> into);

  /// Check that the stream, with its check sum, and the part of the file end here.
  void finish();

 private:
  struct State;
  /// Inflate some into the room that is set; false once the stream has ended.
  bool step();

  const InputFile& file_;
  Source source_;
  std::unique_ptr<State> state_;
};

}  // namespace stockpot::data
