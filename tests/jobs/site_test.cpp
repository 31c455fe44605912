// SPDX-License-Identifier: Apache-2.0
// What Slurm's commands print, as `stockpot site init` understands it. That it finds a real cluster
// is shown by tests/slurm/documents_test.sh.
#include <gtest/gtest.h>

#include "jobs/program.hpp"
#include "jobs/slurm_facts.hpp"

using namespace stockpot;
using jobs::Partition;
using test::expect_exit;

TEST(Site, FindsTheNameOfTheCluster) {
  EXPECT_EQ(jobs::cluster_name_in("Configuration data as of 2026-11-25T14:00:00\n"
                                  "ClusterName             = juwels-booster\nMpiDefault = none\n"),
            "juwels-booster");
  EXPECT_EQ(jobs::cluster_name_in("MyClusterName = other\nslurm_load_ctl_conf error\n"), "");
}

TEST(Site, CountsTheGpusOfEveryPartition) {
  const std::vector<Partition> expected = {
      {"batch", true, 0}, {"gpus", false, 4}, {"mixed", false, 6}, {"old", false, 0}};
  EXPECT_EQ(jobs::partitions_in("batch*|(null)\n"
                                "gpus|gpu:2\n"
                                "gpus|gpu:a100:4(S:0-1),shard:8\n"
                                "mixed|gpu:h100:4(S:0),gpu:l4:2(S:1)\n"
                                "old|craynetwork:4\n"),
            expected);
  EXPECT_TRUE(jobs::partitions_in("").empty());
}

TEST(Site, KnowsThePluginsThatSrunLists) {
  const std::vector<std::string> plugins = {"pmix", "none", "pmi2"};
  EXPECT_EQ(jobs::mpi_plugins_in("MPI plugin types are...\n\tpmix\n\tnone\n\tpmi2\n"
                                 "specific pmix plugin versions available: pmix_v4\n"),
            plugins);
  EXPECT_EQ(jobs::mpi_plugins_in("srun: MPI types are...\nsrun: pmix\nsrun: none\nsrun: pmi2\n"),
            plugins);  // Slurm 20
}

TEST(Site, HasOneCommand) {
  expect_exit(test::stockpot("site"), 64, "site has one command, init");
  expect_exit(test::stockpot("site int"), 64, "stockpot site init");
  expect_exit(test::stockpot("site init more"), 64, "stockpot site init");
  expect_exit(test::stockpot("site init --focre"), 64, "--force");
}

TEST(Site, SaysWhereItMustBeCalled) {
  const test::TempDir folder;
  const auto there = "cd " + folder.path().string() + " && ";
  expect_exit(test::shell("(" + there + STOCKPOT_PROGRAM + " site init)"), 78,
              "call it from the folder of the repository");
  std::filesystem::create_directories(folder / "slurm/env");
  expect_exit(test::shell("(" + there + "PATH=/nowhere " + STOCKPOT_PROGRAM + " site init)"), 78,
              "call it on a login node");
  EXPECT_TRUE(std::filesystem::is_empty(folder / "slurm/env"));
}
