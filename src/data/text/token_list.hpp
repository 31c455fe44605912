// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stockpot::data {

constexpr std::size_t kMostTokens = 1'000'000;
constexpr std::size_t kLongestToken = 256;  ///< bytes

/// `text` in quotes with control characters escaped, for messages about what files hold.
std::string in_quotes(std::string_view text);

/// A token and its id as a file tells them.
using NumberedToken = std::pair<std::string, std::uint64_t>;

/// Tokens in id order. DataError naming `source` where an id is missing or given twice, or a token
/// is given twice.
std::vector<std::string> place_tokens(const std::vector<NumberedToken>& numbered,
                                      std::string_view source);

/// The two tokens of a merge, parted by one space; DataError naming `place`.
std::pair<std::string_view, std::string_view> split_merge(std::string_view merge,
                                                          const std::string& place);

/// Throw DataError `source:where` unless `token` is 1 to 256 bytes of UTF-8.
void check_token(std::string_view token, std::string_view source, std::string_view where);

}  // namespace stockpot::data
