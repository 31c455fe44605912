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
  const char* rule;  // isp.union as its ini says it; "-" where nobody votes
  const char *what, *source, *trainings;
};

using enum RewindTo;
using enum Scope;

// one row per method and one configs/methods/<name>.ini, which may set more (isp_released does)
constexpr NamedMethod kMethods[] = {
    // clang-format off
    {"dense",        "never",      "magnitude", false, keep,    global, "-",
     "train, remove nothing", "what the others are measured against", "1"},
    {"random",       "at_start",   "random",    false, keep,    global, "-",
     "cut at random, train", "ISP's code, BT; 3.6", "1"},
    {"one_shot",     "at_start",   "magnitude", false, keep,    global, "-",
     "cut the pretrained weights, train", "ISP's code, BT; 3.7", "1"},
    {"snip",         "at_start",   "snip",      false, keep,    global, "-",
     "cut by sensitivity of the loss, train", "Lee et al., ICLR 2019; 3.10",
     "1 and the gradient of a batch"},
    {"grasp",        "at_start",   "grasp",     false, keep,    global, "-",
     "cut by what preserves the gradient's flow, train", "Wang et al., ICLR 2020; 3.11",
     "1 and 4 gradients of a balanced batch"},
    {"progressive",  "interval",   "magnitude", false, keep,    global, "-",
     "train, cutting a tenth of the original weights at equal intervals", "ISP's code; 3.8", "1"},
    {"early_bird",   "early_bird", "magnitude", false, keep,    global, "-",
     "train until the mask has settled, cut, train on",
     "You et al., ICLR 2020, unstructured; 3.9", "1"},
    {"lth",          "levels",     "magnitude", false, initial, global, "-",
     "train, cut a tenth of the original weights, go back to the start; again and again",
     "LTH, BT; 3.12", "1 + `prune.search_share` per tenth"},
    {"lth_rewind",   "levels",     "magnitude", false, step,    global, "-",
     "the same, going back to step r of the first training",
     "Frankle et al., ICML 2020, LP; 3.13",
     "1 + `prune.search_share` per tenth, less r steps each but once"},
    {"isp_released", "released",   "magnitude", true,  keep,    global, "released",
     "ISP as its authors' code does it", "ISP's code; 3.2",
     "1 + look-aheads of a tenth of an epoch, N per round"},
    {"isp",          "growing",    "magnitude", true,  keep,    global, "votes",
     "train in growing rounds, each with a cut that N short look-aheads vote on",
     "ISP, Algorithms 1 and 2; 3.1, 3.3", "1 + N C steps per round"},
    // clang-format on
};

template <typename Choice>
struct Named {
  const char* name;
  Choice choice;
};

constexpr Named<RewindTo> kRewinds[] = {{"keep", keep}, {"initial", initial}, {"step", step}};
constexpr Named<Scope> kScopes[] = {{"global", global}, {"tensor", tensor}};

struct NamedRule {
  const char* name;
  UnionRule choice;
  const char *what, *source;
};

constexpr NamedRule kUnionRules[] = {
    {"votes", UnionRule::votes, "most votes first, then the largest key; the exact count each time",
     "our choice; 3.3"},
    {"released", UnionRule::released, "the whole union; the last cut is exact", "ISP's code; 3.2"},
    {"literal", UnionRule::literal, "the largest keys of the union, which provably does nothing",
     "ISP, Algorithm 2 as printed; 3.3"},
    {"mean", UnionRule::mean, "the largest mean key over the denoisers", "ours; 3.3"},
};

template <typename Row, std::size_t N>
auto choice_named(const Row (&names)[N], const std::string& name) {
  for (const auto& row : names)
    if (name == row.name) return row.choice;
  throw LogicError("a choice called " + name + " is unknown");
}

template <typename Row, std::size_t N>
const char* name_in(const Row (&names)[N], decltype(Row::choice) choice) {
  for (const auto& row : names)
    if (choice == row.choice) return row.name;
  throw LogicError("a choice without a name");
}

}  // namespace

std::vector<DescribedMethod> described_methods() {
  std::vector<DescribedMethod> all;
  for (const auto& row : kMethods)
    all.push_back({{.name = row.name,
                    .schedule = row.schedule,
                    .score = row.score,
                    .denoise = row.denoise,
                    .rewind = row.rewind,
                    .scope = row.scope},
                   row.rule,
                   row.what,
                   row.source,
                   row.trainings});
  return all;
}

std::vector<Described> described_union_rules() {
  std::vector<Described> all;
  for (const auto& row : kUnionRules) all.push_back({row.name, row.what, row.source});
  return all;
}

Method make_method(const config::PruneConfig& c) {
  for (const auto& row : described_methods()) {
    if (c.method != row.method.name) continue;
    auto chosen = row.method;
    if (!c.schedule.empty()) chosen.schedule = c.schedule;
    if (!c.score.empty()) chosen.score = c.score;
    if (!c.rewind.empty()) chosen.rewind = choice_named(kRewinds, c.rewind);
    if (!c.scope.empty()) chosen.scope = choice_named(kScopes, c.scope);
    return chosen;
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
