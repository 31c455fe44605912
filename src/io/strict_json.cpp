// SPDX-License-Identifier: Apache-2.0
#include "io/strict_json.hpp"

#include <fmt/format.h>

namespace stockpot::io {

namespace {

constexpr std::size_t kMaxDigits = 4096;

/// Walks over a text and writes down how far it has come.
struct CountingIterator {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at;
  const char* begin;
  std::size_t* position;

  reference operator*() const { return *at; }
  CountingIterator& operator++() {
    ++at;
    *position = static_cast<std::size_t>(at - begin);
    return *this;
  }
  CountingIterator operator++(int) {
    const CountingIterator old = *this;
    ++*this;
    return old;
  }
  bool operator==(const CountingIterator& other) const { return at == other.at; }
};

}  // namespace

void StrictJson::parse(std::string_view text) {
  std::size_t digits = 0;
  for (position_ = 0; position_ < text.size(); ++position_) {
    const char c = text[position_];
    if (c == '\0') fail("a NUL byte");  // the library would take it for the end
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > kMaxDigits)
      // it would be copied several times
      fail(fmt::format("a number of more than {} digits", kMaxDigits));
  }
  position_ = 0;
  const CountingIterator begin{text.data(), text.data(), &position_};
  const CountingIterator end{text.data() + text.size(), text.data(), &position_};
  nlohmann::json::sax_parse(begin, end, this);
}

void StrictJson::fail(std::string_view why) const {
  throw DataError(fmt::format("{}: byte {}", source_, offset_ + position_), why);
}

std::string in_quotes(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

}  // namespace stockpot::io
