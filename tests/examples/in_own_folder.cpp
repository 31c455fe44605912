// SPDX-License-Identifier: Apache-2.0
// Examples name files as a user does, relative to where they run: a fresh folder with our configs.
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "support/temp_dir.hpp"

namespace {

class InOwnFolder final : public ::testing::Environment {
 public:
  void SetUp() override {
    folder_.emplace();
    std::filesystem::create_directory_symlink(STOCKPOT_SOURCE_DIR "/configs", *folder_ / "configs");
    std::filesystem::current_path(folder_->path());
  }
  void TearDown() override {
    std::filesystem::current_path("/");
    folder_.reset();
  }

 private:
  std::optional<stockpot::test::TempDir> folder_;
};

const auto* const kInOwnFolder = ::testing::AddGlobalTestEnvironment(new InOwnFolder);

}  // namespace
