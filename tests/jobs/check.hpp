// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "jobs/program.hpp"

// `run --check` beside `run`.
namespace stockpot::test {

/// What the program says is wrong, to its end.
inline std::string complaint(const Ended& ended) {
  const auto at = ended.text.find("stockpot: ");
  return at == std::string::npos ? "" : ended.text.substr(at);
}

/// `run` refuses these words, and --check with the same exit code and message first.
inline void expect_foreseen(const std::string& words, const std::string& before = "") {
  const auto run = test::shell(before + STOCKPOT_PROGRAM " run " + words),
             check = test::shell(before + STOCKPOT_PROGRAM " run --check " + words);
  EXPECT_NE(run.code, 0) << words << "\n" << run.text;
  EXPECT_NE(complaint(run), "") << words << "\n" << run.text;
  EXPECT_EQ(check.code, run.code) << words << "\n" << run.text << check.text;
  EXPECT_TRUE(complaint(check).starts_with(complaint(run))) << words << "\n"
                                                            << run.text << "--check:\n"
                                                            << check.text;
}

/// Settings of a run of seconds on the data set `name` in `dir`.
inline std::string settings(const std::string& name, const std::filesystem::path& dir,
                            const std::string& more = "") {
  return "--data.name=" + name + " --data.official=no --data.dir=" + dir.string() +
         " --device=cpu --dist.reduction=fixed --model.depth=1 --model.heads=2 --model.width=16 "
         "--model.mlp_width=16 --train.steps=4 --train.batch=4 --prune.method=dense --run-dir " +
         (dir / "run").string() + " " + more;
}

}  // namespace stockpot::test
