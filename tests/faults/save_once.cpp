// SPDX-License-Identifier: Apache-2.0
// One save of a checkpoint by the functions that a run saves by, and nothing else: what the tests
// of faults stop at every system call. save_once RUN_FOLDER; exits as stockpot does.
#include <cstdio>
#include <filesystem>
#include <string>

#include "core/error.hpp"
#include "io/checkpoint_store.hpp"

using namespace stockpot;

int main(int, char** argv) {
  const io::CheckpointStore store(argv[1]);
  const std::string name = io::checkpoint_name(3, 1);
  std::error_code ignored;
  // a mark in the log of strace
  if (std::filesystem::exists("/stockpot-the-save-begins", ignored)) return 1;
  try {
    store.make(name);
    io::CheckpointManifest manifest{.name = name,
                                    .parent = io::checkpoint_name(2, 1),
                                    .attempt = 1,
                                    .steps = 3,
                                    .run = {},
                                    .method = "isp",
                                    .metrics_bytes = 6,
                                    .parts = {},
                                    .members = {store.look_at("members/member-000.safetensors")}};
    const std::string part(100'000, 'w');
    for (const int rank : {0, 1})
      manifest.parts.push_back(store.write_part(name, rank, std::as_bytes(std::span(part))));
    store.commit(manifest);
    store.remove(io::checkpoint_name(1, 1));
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.exit_code());
  }
  return 0;
}
