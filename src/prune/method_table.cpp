// SPDX-License-Identifier: Apache-2.0
#include "prune/method_table.hpp"

#include <fmt/format.h>

#include "prune/method.hpp"
#include "prune/programs/schedule.hpp"
#include "prune/scorer.hpp"

namespace stockpot::prune {
namespace {

constexpr const char* kHead =
    "# Methods\n\n"
    "Made by `stockpot run --help-methods`; a test keeps it equal to the tables of the code. A "
    "method is a row of choices, each of\n"
    "which is a setting: `prune.schedule`, `prune.score`, `prune.rewind`, `prune.scope`, "
    "`isp.union`. Numbers behind a source are sections of\n"
    "[methods.md](methods.md). Cost is counted in trainings of T optimizer steps; `/cost` of a "
    "result has it exactly.\n\n"
    "| method | score | schedule | rule | other choices | what it does | source | cost in "
    "trainings "
    "| ini |\n"
    "|---|---|---|---|---|---|---|---|---|\n";

std::string row_of(const DescribedMethod& row) {
  const auto& method = row.method;
  std::string choices =
      fmt::format("rewind {}, scope {}", name_of(method.rewind), name_of(method.scope));
  if (method.denoise) choices += ", denoised";
  return fmt::format("| `{}` | `{}` | `{}` | {} | {} | {} | {} | {} | `configs/methods/{}.ini` |\n",
                     method.name, method.score, method.schedule, row.rule, choices, row.what,
                     row.source, row.trainings, method.name);
}

std::string section(const char* title, const char* setting, const std::vector<Described>& rows) {
  std::string text =
      fmt::format("\n## {}\n\n| `{}` | what it does | source |\n|---|---|---|\n", title, setting);
  for (const auto& row : rows)
    text += fmt::format("| `{}` | {} | {} |\n", row.name, row.what, row.source);
  return text;
}

}  // namespace

std::string method_table() {
  std::string text = kHead;
  for (const auto& row : described_methods()) text += row_of(row);
  text += section("Scores", "prune.score", described_scores());
  text += section("Schedules", "prune.schedule", described_schedules());
  text += section("Union rules", "isp.union", described_union_rules());
  return text;
}

}  // namespace stockpot::prune
