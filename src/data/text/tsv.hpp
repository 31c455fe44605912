// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stockpot::data {

/// Reads the rows of a tab-separated text that is whole in memory. Quotes are plain characters
/// (csv.QUOTE_NONE).
///
/// LF or CRLF, as the first line has it; a byte-order mark at the beginning is passed over.
/// DataError `name:line` where a line is not UTF-8, holds a NUL, begins with a byte-order mark
/// (files were joined), is longer than 1 MiB or has more than 64 columns.
class TsvReader {
 public:
  /// `text` must outlive the reader and the fields.
  TsvReader(std::string name, std::string_view text);

  /// Read the next row into `fields` (views of the text); false at the end.
  bool next(std::vector<std::string_view>& fields);

  /// Line that next() read last, from 1.
  std::int64_t line() const { return line_; }
  /// Whether that line ends as the first one does. False is a damaged row.
  bool ends_like_the_first() const { return ends_like_the_first_; }

  /// Throw DataError `name:line: problem (why); suggestion`.
  [[noreturn]] void fail(std::string_view problem, std::string_view why = {},
                         std::string_view suggestion = {}) const;

 private:
  void check(std::string_view line) const;

  std::string name_;
  std::string_view rest_;
  std::int64_t line_ = 0;
  bool crlf_ = false, ends_like_the_first_ = true;
};

}  // namespace stockpot::data
