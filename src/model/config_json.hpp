// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "config/run_config.hpp"

namespace stockpot::model {

/// A Hugging Face config.json, or an object in it, read with checks. Every lookup throws DataError
/// naming file and key where the value is absurd, and gives `fallback` where the key is absent.
class ConfigJson {
 public:
  /// throws DataError where it is no JSON object, or larger than 1 MiB
  explicit ConfigJson(const std::filesystem::path& path);

  /// The object under `key`; an empty one where it is absent.
  ConfigJson section(const char* key) const;
  std::int64_t size(const char* key, std::int64_t fallback) const;  ///< from 1 to 2^20
  double fraction(const char* key, double fallback) const;          ///< in (0, 1)
  /// In [0, 1); a null counts as absent.
  double rate(const char* key, double fallback) const;
  std::string text(const char* key, const std::string& fallback) const;

  [[noreturn]] void refuse(const char* key, const std::string& why) const;

 private:
  ConfigJson(std::string name, nlohmann::json object)
      : name_(std::move(name)), object_(std::move(object)) {}
  std::string name_;
  nlohmann::json object_;
};

/// config.json of the configured model: model.config, else the one beside or in model.weights;
/// empty where there is none.
std::filesystem::path find_config_json(const config::ModelConfig& config);

}  // namespace stockpot::model
