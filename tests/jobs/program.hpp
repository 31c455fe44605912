// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "io/content_hash.hpp"
#include "io/files.hpp"
#include "support/temp_dir.hpp"

namespace stockpot::test {

/// How the program ended and what it said (both streams).
struct Ended {
  int code;
  std::string text;
};

/// Run a command in a shell, with no input.
inline Ended shell(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1 < /dev/null").c_str(), "r");
  Ended ended{-1, {}};
  std::array<char, 4096> part{};
  for (std::size_t size = 0; (size = std::fread(part.data(), 1, part.size(), pipe)) > 0;)
    ended.text.append(part.data(), size);
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) ended.code = WEXITSTATUS(status);
  return ended;
}

/// Run `stockpot <words>` on `ranks` ranks; 0: without a launcher. Words are given to a shell.
inline Ended stockpot(const std::string& words, int ranks = 0) {
  const std::string launcher =
      ranks == 0 ? "" : std::string(STOCKPOT_MPIEXEC) + " -np " + std::to_string(ranks) + " ";
  return shell(launcher + STOCKPOT_PROGRAM + " " + words);
}

/// The program ended with `code`, and `says` stands in what it said.
inline void expect_exit(const Ended& ended, int code, const std::string& says) {
  EXPECT_EQ(ended.code, code) << ended.text;
  EXPECT_NE(ended.text.find(says), std::string::npos) << ended.text;
}

/// SHA-256 of a file, in hexadecimal digits.
inline std::string sha256_of(const std::filesystem::path& path) {
  const auto text = read_text(path);
  return io::hash_of(io::HashAlgorithm::sha256, std::as_bytes(std::span(text)));
}

inline std::string big_endian(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

/// One official part in MNIST's form: 28 x 28, class i % 10 shows as a bright band with a little
/// texture.
inline void write_idx(const std::filesystem::path& folder, const std::string& part,
                      std::uint32_t count) {
  std::string images = big_endian(0x803) + big_endian(count) + big_endian(28) + big_endian(28),
              labels = big_endian(0x801) + big_endian(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    labels += static_cast<char>(i % 10);
    for (std::uint32_t p = 0; p < 28 * 28; ++p)
      images +=
          static_cast<char>(p / 28 / 3 == i % 10 ? 200 + (i + p) % 50 : (i * 7 + p * 13) % 60);
  }
  write_text(folder / (part + "-images-idx3-ubyte"), images);
  write_text(folder / (part + "-labels-idx1-ubyte"), labels);
}

/// 200 training and 600 test images, in a folder of their own with a place for runs.
struct Images {
  Images() {
    write_idx(folder.path(), "train", 200);
    write_idx(folder.path(), "t10k", 600);
  }

  /// Settings of a run of seconds into `run`.
  std::string settings(const std::string& run, const std::string& more = "", int width = 16) const {
    return "--data.name=mnist --data.official=no --data.dir=" + folder.path().string() +
           " --device=cpu --dist.reduction=fixed --model.depth=1 --model.heads=2 "
           "--model.mlp_width=16 --model.width=" +
           std::to_string(width) +
           " --train.steps=6 --train.batch=20 --train.lr=0.003 --prune.sparsity=0.5 "
           "--isp.denoisers=2 --isp.look_ahead_steps=2 --isp.round_steps=1 --run-dir " +
           (folder / run).string() + " " + more;
  }

  TempDir folder;
};

}  // namespace stockpot::test
