// SPDX-License-Identifier: Apache-2.0
#include "data/text/tsv.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/utf8.hpp"

namespace stockpot::data {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kLongestLine = 1 << 20;  ///< bytes
constexpr std::size_t kMostColumns = 64;
constexpr std::int64_t kMostRows = 10'000'000;

}  // namespace

TsvReader::TsvReader(std::string name, std::string_view text)
    : name_(std::move(name)), rest_(text) {
  if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
  const std::size_t end = rest_.find('\n');
  crlf_ = end != std::string_view::npos && end > 0 && rest_[end - 1] == '\r';
}

bool TsvReader::next(std::vector<std::string_view>& fields) {
  fields.clear();
  if (rest_.empty()) return false;
  ++line_;
  const std::size_t end = rest_.find('\n');
  const bool last = end == std::string_view::npos;
  std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(last ? rest_.size() : end + 1);
  const bool carriage_return = line.ends_with('\r');
  ends_like_the_first_ = carriage_return == crlf_ || (last && !carriage_return);
  if (carriage_return) line.remove_suffix(1);
  check(line);
  for (std::size_t tab = 0; tab != std::string_view::npos;) {
    if (fields.size() == kMostColumns) fail(fmt::format("more than {} columns", kMostColumns));
    tab = line.find('\t');
    fields.push_back(line.substr(0, tab));
    if (tab != std::string_view::npos) line.remove_prefix(tab + 1);
  }
  return true;
}

void TsvReader::check(std::string_view line) const {
  if (line_ > kMostRows) fail(fmt::format("more than {} rows", kMostRows));
  if (line.size() > kLongestLine)
    fail(fmt::format("a line of {} bytes", line.size()),
         fmt::format("at most {} are read", kLongestLine));
  if (line.starts_with(kByteOrderMark))
    fail("a byte-order mark inside the file", "files were joined");
  if (const std::size_t at = line.find('\0'); at != std::string_view::npos)
    fail(fmt::format("a NUL at byte {}", at), "this is no text file");
  if (const std::size_t at = find_invalid_utf8(line); at != std::string_view::npos)
    fail(fmt::format("invalid UTF-8 at byte {}", at), {},
         "convert the file, e.g. by iconv -t UTF-8");
}

void TsvReader::fail(std::string_view problem, std::string_view why,
                     std::string_view suggestion) const {
  throw DataError(fmt::format("{}:{}: {}", name_, line_, problem), why, suggestion);
}

}  // namespace stockpot::data
