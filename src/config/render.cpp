// SPDX-License-Identifier: Apache-2.0
#include "config/render.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "config/setting.hpp"
#include "core/hash.hpp"

namespace stockpot::config {
namespace {

/// FNV-1a of 64 bits, then the finaliser of MurmurHash3, so that every part of it depends on every
/// letter.
std::uint64_t hash(std::string_view text) {
  std::uint64_t h = hash_bytes(std::as_bytes(std::span(text)));
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdu;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53u;
  return h ^ (h >> 33);
}

/// How a path is spelt from everywhere: absolute, without links as far as it exists. The word for
/// no file stays what it is.
std::string one_spelling(const std::string& path) {
  if (path.empty() || path == "random") return path;
  std::error_code error;
  auto place = std::filesystem::weakly_canonical(std::filesystem::absolute(path), error);
  if (error) place = std::filesystem::absolute(path).lexically_normal();
  return (place.has_filename() ? place : place.parent_path()).string();
}

}  // namespace

std::string to_ini(const RunConfig& config) {
  RunConfig copy = config;
  std::string text, section;
  for (const Setting& setting : settings(copy)) {
    if (setting.section() != section) {
      section = setting.section();
      text += "\n[" + section + "]\n";
    }
    text += setting.name() + " = " + setting.text() + "\n";
  }
  return text;
}

std::string config_json(const RunConfig& config) {
  RunConfig copy = config;
  nlohmann::ordered_json json;
  for (const Setting& setting : settings(copy)) {
    auto& place = setting.section().empty() ? json : json[setting.section()];
    std::visit([&](const auto* value) { place[setting.name()] = *value; }, setting.value);
  }
  return json.dump();
}

std::string canonical_text(const RunConfig& config) {
  RunConfig copy = config, defaults;
  // 7 was the default when it fitted one size of image only, for which 0 means the same
  if (copy.model.patch == 7) copy.model.patch = defaults.model.patch;
  const auto all = settings(copy), untouched = settings(defaults);
  std::map<std::string, std::string> changed;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto text = all[i].text();
    if (all[i].effect == Effect::execution || text == untouched[i].text()) continue;
    changed[all[i].key] = all[i].rule.is_path ? one_spelling(text) : text;
  }
  std::string text;
  for (const auto& [key, value] : changed) text += key + "=" + value + "\n";
  return text;
}

std::string run_id(const RunConfig& config) {
  return fmt::format("{:016x}", hash(canonical_text(config))).substr(0, 12);
}

std::filesystem::path run_folder(const RunConfig& config) {
  return std::filesystem::path(config.run_root) / (config.name + "-" + run_id(config));
}

}  // namespace stockpot::config
