// SPDX-License-Identifier: Apache-2.0
#include "data/text/token_list.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <unordered_map>

#include "core/error.hpp"
#include "core/utf8.hpp"

namespace stockpot::data {

std::string in_quotes(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

void check_token(std::string_view token, std::string_view source, std::string_view where) {
  const auto fail = [&](const std::string& why) {
    throw DataError(fmt::format("{}:{}: not a token", source, where), why);
  };
  if (token.empty()) fail("it is empty");
  if (token.find('\0') != token.npos) fail("it holds a NUL");
  if (token.size() > kLongestToken)
    fail(fmt::format("it has {} bytes, at most {} are allowed", token.size(), kLongestToken));
  if (find_invalid_utf8(token) != std::string_view::npos) fail("it is not UTF-8");
}

std::pair<std::string_view, std::string_view> split_merge(std::string_view merge,
                                                          const std::string& place) {
  const std::size_t space = merge.find(' ');
  if (space == std::string_view::npos || merge.find(' ', space + 1) != std::string_view::npos)
    throw DataError(place + ": not a merge", "it is not two tokens parted by a space");
  return {merge.substr(0, space), merge.substr(space + 1)};
}

std::vector<std::string> place_tokens(const std::vector<NumberedToken>& numbered,
                                      std::string_view source) {
  std::vector<std::string> tokens(numbered.size());
  std::unordered_map<std::string_view, std::uint64_t> seen;
  seen.reserve(numbered.size());
  for (const auto& [token, id] : numbered) {
    check_token(token, source, fmt::format(" token {}", id));
    if (id >= numbered.size())
      throw DataError(fmt::format("{}: token {} has id {}", source, in_quotes(token), id),
                      fmt::format("there are {} tokens", numbered.size()));
    if (const auto [first, fresh] = seen.emplace(token, id); !fresh)
      throw DataError(fmt::format("{}: token {} has two ids", source, in_quotes(token)),
                      fmt::format("{} and {}", first->second, id));
    if (!tokens[id].empty())
      throw DataError(fmt::format("{}: id {} has two tokens", source, id),
                      fmt::format("{} and {}", in_quotes(tokens[id]), in_quotes(token)));
    tokens[id] = token;
  }
  return tokens;
}

}  // namespace stockpot::data
