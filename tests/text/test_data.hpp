// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/temp_dir.hpp"

namespace stockpot::test {

/// `name` in the folder that STOCKPOT_TEST_DATA names; empty where it is absent.
inline std::filesystem::path test_data(const std::string& name) {
  const char* folder = std::getenv("STOCKPOT_TEST_DATA");
  const std::filesystem::path path = std::filesystem::path(folder ? folder : "") / name;
  return folder && std::filesystem::exists(path) ? path : std::filesystem::path();
}

/// Folder of the official files of a GLUE task, unpacked into `scratch` where only the archive is
/// there; empty where neither is.
inline std::filesystem::path glue_folder(const std::string& task, const TempDir& scratch) {
  if (const auto folder = test_data("glue/" + task); !folder.empty()) return folder;
  const auto archive = test_data("glue/glue-CoLA-RTE-STSB-SST2.tar.xz");
  if (archive.empty()) return {};
  const std::string command =
      "tar -xf '" + archive.string() + "' -C '" + scratch.path().string() + "'";
  return std::system(command.c_str()) == 0 ? scratch / task : std::filesystem::path();
}

}  // namespace stockpot::test

/// Declare `path` as the named test data, or skip the test.
#define STOCKPOT_TEST_DATA_OR_SKIP(path, name)         \
  const auto path = ::stockpot::test::test_data(name); \
  if (path.empty()) GTEST_SKIP() << "absent: STOCKPOT_TEST_DATA/" << name
