// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace stockpot::io {

/// Reads JSON of a fixed form from an untrusted file, event by event, so that memory is bounded by
/// what is kept: every event is refused unless a derived class allows it. Errors name the file and
/// the byte at which they were seen.
class StrictJson : public nlohmann::json_sax<nlohmann::json> {
 public:
  /// source  name of the file in messages; offset  of the text in that file
  StrictJson(std::string_view source, std::size_t offset) : source_(source), offset_(offset) {}

  /// Read all of `text`; throws DataError.
  void parse(std::string_view text);

  bool null() override { return refuse("null"); }
  bool boolean(bool) override { return refuse("a boolean"); }
  bool number_integer(number_integer_t) override { return refuse("a negative number"); }
  bool number_unsigned(number_unsigned_t) override { return refuse("a number"); }
  bool number_float(number_float_t, const string_t&) override {
    return refuse("a number that is not a plain integer");
  }
  bool string(string_t&) override { return refuse("a string"); }
  bool binary(binary_t&) override { return refuse("binary data"); }
  bool start_object(std::size_t) override { return refuse("an object"); }
  bool key(string_t&) override { return refuse("a key"); }
  bool end_object() override { return refuse("the end of an object"); }
  bool start_array(std::size_t) override { return refuse("an array"); }
  bool end_array() override { return refuse("the end of an array"); }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& error) final {
    fail(error.what());
  }

 protected:
  [[noreturn]] void fail(std::string_view why) const;
  bool refuse(std::string_view what) const { fail("unexpected " + std::string(what)); }

 private:
  std::string source_;
  std::size_t offset_;
  std::size_t position_ = 0;  ///< bytes read so far
};

/// `text` with control characters escaped, in quotes, for messages about names that come from
/// files.
std::string in_quotes(std::string_view text);

}  // namespace stockpot::io
