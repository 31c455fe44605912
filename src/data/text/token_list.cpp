// SPDX-License-Identifier: Apache-2.0
#include "data/text/token_list.hpp"

#include <nlohmann/json.hpp>
#include <unordered_map>

#include "core/error.hpp"
#include "data/text/utf8.hpp"

namespace stockpot::data {

std::string in_quotes(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

void check_token(std::string_view token, std::string_view source, std::string_view where) {
  const auto fail = [&](const std::string& why) {
    throw DataError(std::string(source) + ":" + std::string(where) + ": not a token", why);
  };
  if (token.empty()) fail("it is empty");
  if (token.find('\0') != token.npos) fail("it holds a NUL");
  if (token.size() > kLongestToken)
    fail("it has " + std::to_string(token.size()) + " bytes, at most " +
         std::to_string(kLongestToken) + " are allowed");
  if (find_invalid_utf8(token) != std::string_view::npos) fail("it is not UTF-8");
}

std::pair<std::string_view, std::string_view> split_merge(std::string_view merge,
                                                          const std::string& place) {
  const std::size_t space = merge.find(' ');
  if (space == std::string_view::npos || merge.find(' ', space + 1) != std::string_view::npos)
    throw DataError(place + ": not a merge", "it is not two tokens parted by a space");
  return {merge.substr(0, space), merge.substr(space + 1)};
}

std::vector<std::string> place_tokens(std::vector<NumberedToken> numbered,
                                      std::string_view source) {
  std::vector<std::string> tokens(numbered.size());
  std::unordered_map<std::string_view, std::uint64_t> seen;
  seen.reserve(numbered.size());
  for (const auto& [token, id] : numbered) {
    check_token(token, source, " token " + std::to_string(id));
    if (id >= numbered.size())
      throw DataError(
          std::string(source) + ": token " + in_quotes(token) + " has id " + std::to_string(id),
          "there are " + std::to_string(numbered.size()) + " tokens");
    if (const auto [first, fresh] = seen.emplace(token, id); !fresh)
      throw DataError(std::string(source) + ": token " + in_quotes(token) + " has two ids",
                      std::to_string(first->second) + " and " + std::to_string(id));
    if (!tokens[id].empty())
      throw DataError(std::string(source) + ": id " + std::to_string(id) + " has two tokens",
                      in_quotes(tokens[id]) + " and " + in_quotes(token));
    tokens[id] = token;
  }
  return tokens;
}

}  // namespace stockpot::data
