// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/rule.hpp"

namespace stockpot::config {

/// Whether `--help` shows a setting; `--help-all` shows every one.
enum class Level { advanced, basic };

/// What a setting changes: what a run computes, or only how. The run id, going on from a state, and
/// sweeps look at the first kind only.
enum class Effect { result, execution };

/// One setting of a configuration struct: all that its field list says, and where its value lies.
struct Setting {
  std::string key;  ///< dotted: `isp.rate`
  std::string help;
  Rule rule;
  Level level;
  Effect effect;
  std::variant<bool*, std::int64_t*, std::uint64_t*, double*, std::string*> value;

  /// First half of the dotted key; empty for `seed`.
  std::string section() const;

  /// Second half of the dotted key.
  std::string name() const;

  /// The value as an ini file spells it; reads back as the same value.
  std::string text() const;

  /// Set the value from its text. Returns "", or what is wrong: `is not in [0,1) (why); did you
  /// mean 0.7?`; then nothing is set.
  std::string assign(std::string_view text) const;
};

/// Every setting of `config` in the order of its field lists, the sectionless ones first. Valid as
/// long as `config` lives.
template <typename Config>
std::vector<Setting> settings(Config& config) {
  std::vector<Setting> all;
  all.reserve(128);  // rules are costly to move
  std::string prefix;
  const auto field = [&](const char* key, auto& member, const char* help, Rule rule,
                         Level level = Level::advanced, Effect effect = Effect::result) {
    all.push_back({prefix + key, help, std::move(rule), level, effect, &member});
  };
  Config::visit(config, field);
  Config::visit_sections(config, [&]<typename Section>(const char* name, Section& section) {
    prefix = std::string(name) + ".";
    Section::visit(section, field);
  });
  return all;
}

/// Keys of `settings`, in their order.
std::vector<std::string> keys(const std::vector<Setting>& settings);

}  // namespace stockpot::config
