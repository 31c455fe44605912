// SPDX-License-Identifier: Apache-2.0
#include "prune/method.hpp"

#include "core/error.hpp"

namespace stockpot::prune {
namespace {

struct NamedMethod {
  const char *name, *schedule, *score;
  bool denoise;
  RewindTo rewind;
  Scope scope;
};

// one row per method and one configs/methods/<name>.ini; sources: methods.md 3.1-3.3 (isp),
// 3.6-3.8, 3.12
constexpr NamedMethod kMethods[] = {
    // clang-format off
    // name         schedule    score        denoise rewind             scope
    {"dense",       "never",    "magnitude", false,  RewindTo::keep,    Scope::global},
    {"random",      "at_start", "random",    false,  RewindTo::keep,    Scope::global},
    {"one_shot",    "at_start", "magnitude", false,  RewindTo::keep,    Scope::global},
    {"progressive", "interval", "magnitude", false,  RewindTo::keep,    Scope::global},
    {"lth",         "levels",   "magnitude", false,  RewindTo::initial, Scope::global},
    {"isp",         "growing",  "magnitude", true,   RewindTo::keep,    Scope::global},
    // clang-format on
};

template <typename Choice>
struct Named {
  const char* name;
  Choice choice;
};

constexpr Named<RewindTo> kRewinds[] = {{"keep", RewindTo::keep}, {"initial", RewindTo::initial}};
constexpr Named<Scope> kScopes[] = {{"global", Scope::global}, {"tensor", Scope::tensor}};
constexpr Named<UnionRule> kUnionRules[] = {{"votes", UnionRule::votes},
                                            {"released", UnionRule::released},
                                            {"literal", UnionRule::literal},
                                            {"mean", UnionRule::mean}};

template <typename Choice, std::size_t N>
Choice choice_named(const Named<Choice> (&names)[N], const std::string& name) {
  for (const auto& row : names)
    if (name == row.name) return row.choice;
  throw LogicError("a choice called " + name + " is unknown");
}

template <typename Choice, std::size_t N>
const char* name_in(const Named<Choice> (&names)[N], Choice choice) {
  for (const auto& row : names)
    if (choice == row.choice) return row.name;
  throw LogicError("a choice without a name");
}

}  // namespace

Method make_method(const config::PruneConfig& c) {
  for (const auto& row : kMethods) {
    if (c.method != row.name) continue;
    return {.name = row.name,
            .schedule = c.schedule.empty() ? row.schedule : c.schedule,
            .score = c.score.empty() ? row.score : c.score,
            .denoise = row.denoise,
            .rewind = c.rewind.empty() ? row.rewind : choice_named(kRewinds, c.rewind),
            .scope = c.scope.empty() ? row.scope : choice_named(kScopes, c.scope)};
  }
  throw ConfigError("prune.method " + c.method + " is unknown");
}

UnionRule union_rule_of(const config::IspConfig& config) {
  return choice_named(kUnionRules, config.union_rule);
}

const char* name_of(RewindTo rewind) { return name_in(kRewinds, rewind); }
const char* name_of(Scope scope) { return name_in(kScopes, scope); }
const char* name_of(UnionRule rule) { return name_in(kUnionRules, rule); }

}  // namespace stockpot::prune
