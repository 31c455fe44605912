// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <concepts>
#include <string>
#include <type_traits>
#include <vector>

#include "io/result_file.hpp"
#include "io/result_layout.hpp"

namespace stockpot::test {

template <typename Value>
std::string exact(const Value& value) {
  if constexpr (std::is_floating_point_v<Value>)
    return fmt::format("{:a}", value);
  else
    return fmt::format("{}", value);
}

/// The columns of a table that equal runs have equal, as a text.
template <typename Row>
std::string text_of(const char* name, const std::vector<Row>& rows) {
  std::string text = fmt::format("{}\n", name);
  for (const auto& row : rows) {
    io::for_each_in(io::kColumns<Row>, [&](const auto& column) {
      if (!io::is_of_the_execution(column.name)) text += exact(row.*column.member) + " ";
    });
    text += "\n";
  }
  return text;
}

/// All that equal runs have equal of a result: tables, scores, masks bit for bit. Differing texts
/// show where.
inline std::string content_of(const io::RunResult& result) {
  auto text =
      fmt::format("{} {} test {:a} validation {:a} kept {} of {}\n", result.status, result.method,
                  result.test, result.validation, result.kept, result.prunable);
  for (const auto& [name, value] : result.extra_metrics)
    text += fmt::format("{} {:a}\n", name, value);
  text += text_of("train", result.train) + text_of("validation", result.validation_curve) +
          text_of("rounds", result.rounds) + text_of("denoisers", result.denoisers) +
          text_of("densities", result.densities) + text_of("early_bird", result.early_bird) +
          text_of("cost", result.cost) + text_of("soup", result.soup) +
          text_of("soup_members", result.soup_members) + text_of("events", result.events);
  for (const auto& mask : result.masks) {
    text += fmt::format("{} {} ", mask.name, mask.kept);
    for (const auto byte : mask.bits) text += fmt::format("{:02x}", byte);
    text += "\n";
  }
  return text;
}

inline std::string content_of(const std::filesystem::path& result) {
  return content_of(io::read_result(result));
}

}  // namespace stockpot::test
