// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/attempts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/escape.hpp"
#include "io/durable.hpp"
#include "io/line_file.hpp"

namespace stockpot::checkpoint {
namespace {

using nlohmann::json;

std::filesystem::path file_of(const io::CheckpointStore& store) {
  return store.path() / "attempts.jsonl";
}

/// Whether a crash cut the last line off.
bool ends_within_a_line(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(-1, std::ios::end);
  const int last = file.get();
  return last != std::ifstream::traits_type::eof() && last != '\n';
}

/// Steps that a checkpoint stands for; 0: the beginning.
std::int64_t steps_of(const std::string& name) {
  const auto age = io::checkpoint_age(name);
  return age ? age->steps : 0;
}

}  // namespace

std::vector<Attempt> attempts_in(const io::CheckpointStore& store) {
  std::vector<Attempt> attempts;
  std::ifstream file(file_of(store));
  for (std::string line; std::getline(file, line);) {
    const auto j = json::parse(line, nullptr, /*allow_exceptions=*/false);
    try {
      attempts.push_back({.number = j.at("attempt").get<std::int64_t>(),
                          .started = j.at("started").get<std::string>(),
                          .host = j.at("host").get<std::string>(),
                          .ranks = j.at("ranks").get<std::int64_t>(),
                          .from = j.at("from").get<std::string>()});
    } catch (const json::exception&) {
      continue;  // the end of a line that a crash cut off
    }
  }
  return attempts;
}

std::int64_t next_attempt(const io::CheckpointStore& store) {
  std::int64_t last = 0;
  for (const auto& attempt : attempts_in(store)) last = std::max(last, attempt.number);
  for (const auto& name : store.names()) last = std::max(last, io::checkpoint_age(name)->attempt);
  return last + 1;
}

void note(const io::CheckpointStore& store, const Attempt& attempt) {
  io::make_folder_durably(store.path());
  io::LineFile file(file_of(store));
  if (ends_within_a_line(file_of(store))) file.append("");
  file.append(json{{"attempt", attempt.number},
                   {"started", attempt.started},
                   {"host", attempt.host},
                   {"ranks", attempt.ranks},
                   {"from", attempt.from}}
                  .dump(-1, ' ', true, json::error_handler_t::replace));
}

bool got_further(const io::CheckpointStore& store) {
  const auto names = store.names();
  const auto reached = names.empty() ? 0 : steps_of(names.front());
  const auto attempts = attempts_in(store);
  const auto looked_at = std::min<std::size_t>(attempts.size(), 2);
  return looked_at == 0 || reached > steps_of(attempts[attempts.size() - looked_at].from);
}

std::string text_of(const std::vector<Attempt>& attempts) {
  std::string text;
  for (const auto& [number, started, host, ranks, from] : attempts)
    text += fmt::format("{}{}: {} on {}, {} rank{}, from {}", text.empty() ? "" : "\n", number,
                        started, escaped(host), ranks, ranks == 1 ? "" : "s",
                        from.empty() ? "the beginning" : escaped(from));
  return text;
}

}  // namespace stockpot::checkpoint
