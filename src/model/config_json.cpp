// SPDX-License-Identifier: Apache-2.0
#include "model/config_json.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "io/input_file.hpp"

namespace stockpot::model {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 20;

json parse(const fs::path& path) {
  const io::MappedFile file(path);
  const auto bytes = file.bytes();
  if (bytes.size() > kMaxBytes)
    throw DataError(path.string() + " is no config.json", "it is larger than 1 MiB");
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  auto parsed = json::parse(text, text + bytes.size(), nullptr, false);
  if (!parsed.is_object())
    throw DataError(path.string() + " is no config.json", "it does not hold a JSON object");
  return parsed;
}

}  // namespace

ConfigJson::ConfigJson(const fs::path& path) : name_(path.string()), object_(parse(path)) {}

void ConfigJson::refuse(const char* key, const std::string& why) const {
  throw DataError(name_ + ": " + key + " is " + object_.value(key, json()).dump().substr(0, 64),
                  why);
}

ConfigJson ConfigJson::section(const char* key) const {
  const auto found = object_.find(key);
  if (found == object_.end()) return {name_ + ", " + key, json::object()};
  if (!found->is_object()) refuse(key, "it must be an object");
  return {name_ + ", " + key, *found};
}

std::int64_t ConfigJson::size(const char* key, std::int64_t fallback) const {
  const auto found = object_.find(key);
  if (found == object_.end()) return fallback;
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() < 1 ||
      found->get<std::uint64_t>() > kMaxSize)
    refuse(key, fmt::format("it must be an integer from 1 to {}", kMaxSize));
  return found->get<std::int64_t>();
}

double ConfigJson::fraction(const char* key, double fallback) const {
  const auto found = object_.find(key);
  if (found == object_.end()) return fallback;
  if (!found->is_number() || !(found->get<double>() > 0) || !(found->get<double>() < 1))
    refuse(key, "it must lie between 0 and 1");
  return found->get<double>();
}

double ConfigJson::rate(const char* key, double fallback) const {
  const auto found = object_.find(key);
  if (found == object_.end() || found->is_null()) return fallback;
  if (!found->is_number() || !(found->get<double>() >= 0) || !(found->get<double>() < 1))
    refuse(key, "it must be at least 0 and below 1");
  return found->get<double>();
}

std::string ConfigJson::text(const char* key, const std::string& fallback) const {
  const auto found = object_.find(key);
  if (found == object_.end()) return fallback;
  if (!found->is_string()) refuse(key, "it must be a string");
  return found->get<std::string>();
}

fs::path find_config_json(const config::ModelConfig& config) {
  if (!config.config.empty())
    return fs::is_directory(config.config) ? fs::path(config.config) / "config.json"
                                           : fs::path(config.config);
  if (config.weights == "random") return {};
  const fs::path weights = config.weights;
  const auto file = (fs::is_directory(weights) ? weights : weights.parent_path()) / "config.json";
  return fs::exists(file) ? file : fs::path();
}

}  // namespace stockpot::model
