// SPDX-License-Identifier: Apache-2.0
#include "jobs/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/file_descriptor.hpp"

namespace stockpot::jobs {
namespace {

/// What a child does before it begins.
class SpawnActions {
 public:
  SpawnActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  void put(int descriptor, int as) {
    ::posix_spawn_file_actions_adddup2(&actions_, descriptor, as);
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

int run_child(const std::vector<std::string>& words, const std::filesystem::path& log) {
  const io::FileDescriptor out(
      ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!out) io::throw_io_error("open", log);
  SpawnActions actions;
  actions.put(out.get(), STDOUT_FILENO);
  actions.put(out.get(), STDERR_FILENO);
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = -1;
  if (const int code = ::posix_spawnp(&child, words.front().c_str(), actions.get(), nullptr,
                                      arguments.data(), environ);
      code != 0)
    io::throw_io_error("start", words.front(), code);
  int status = 0;
  if (io::retry_interrupted([&] { return ::waitpid(child, &status, 0); }) < 0)
    io::throw_io_error("wait for", words.front());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::filesystem::path this_program() { return std::filesystem::read_symlink("/proc/self/exe"); }

}  // namespace stockpot::jobs
