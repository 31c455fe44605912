// SPDX-License-Identifier: Apache-2.0
#include "jobs/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

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
  void read_nothing() {
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// A child answers signals as ever, whatever this process does with them.
class DefaultSignals {
 public:
  DefaultSignals() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGINT);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  ~DefaultSignals() { ::posix_spawnattr_destroy(&attributes_); }
  DefaultSignals(const DefaultSignals&) = delete;
  DefaultSignals& operator=(const DefaultSignals&) = delete;

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

/// While it lives, SIGINT does nothing to this process.
class Uninterrupted {
 public:
  Uninterrupted() : before_(std::signal(SIGINT, SIG_IGN)) {}
  ~Uninterrupted() { std::signal(SIGINT, before_); }
  Uninterrupted(const Uninterrupted&) = delete;
  Uninterrupted& operator=(const Uninterrupted&) = delete;

 private:
  void (*before_)(int);
};

/// Start a program whose two outputs go to `out`.
pid_t start(const std::vector<std::string>& words, const io::FileDescriptor& out) {
  SpawnActions actions;
  actions.read_nothing();
  actions.put(out.get(), STDOUT_FILENO);
  actions.put(out.get(), STDERR_FILENO);
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = -1;
  const DefaultSignals signals;
  const int code = ::posix_spawnp(&child, words.front().c_str(), actions.get(), signals.get(),
                                  arguments.data(), environ);
  if (code != 0) io::throw_io_error("start", words.front(), code);
  return child;
}

int wait_for(pid_t child, const std::string& name) {
  int status = 0;
  if (io::retry_interrupted([&] { return ::waitpid(child, &status, 0); }) < 0)
    io::throw_io_error("wait for", name);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int run_child(const std::vector<std::string>& words, const std::filesystem::path& log) {
  const io::FileDescriptor out(
      ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!out) io::throw_io_error("open", log);
  const Uninterrupted wait;
  return wait_for(start(words, out), words.front());
}

Said ask_child(const std::vector<std::string>& words) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) io::throw_io_error("make a pipe for", words.front());
  const io::FileDescriptor in(ends[0]);
  io::FileDescriptor out(ends[1]);
  const auto child = start(words, out);
  out.close();  // or the end of what it says would never come
  Said said;
  std::array<char, 4096> part{};
  while (true) {
    const auto size =
        io::retry_interrupted([&] { return ::read(in.get(), part.data(), part.size()); });
    if (size <= 0) break;
    said.text.append(part.data(), static_cast<std::size_t>(size));
  }
  said.code = wait_for(child, words.front());
  return said;
}

std::filesystem::path this_program() { return std::filesystem::read_symlink("/proc/self/exe"); }

}  // namespace stockpot::jobs
