// SPDX-License-Identifier: Apache-2.0
#include "io/lease_owner.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <vector>

#include "core/error.hpp"
#include "core/escape.hpp"
#include "core/provenance.hpp"

namespace stockpot::io {
namespace {

using nlohmann::json;

constexpr const char* kFormat = "stockpot-owner";
constexpr std::size_t kTextBytes = 1024;

/// Of a process, as /proc/PID/stat tells it. source: proc(5)
struct Process {
  char state = 0;
  std::int64_t parent = 0, threads = 0, began = 0;
  bool exits = false;
};

std::optional<Process> process_of(std::int64_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const auto name_end = line.rfind(')');  // a program's name may hold blanks and brackets
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(line.substr(name_end + 1));
  std::vector<std::string> fields;
  for (std::string field; rest >> field;) fields.push_back(field);
  // fields are counted from 1 in proc(5), and the first one behind the name is the third
  constexpr std::size_t kFirst = 3, kState = 3, kParent = 4, kFlags = 9, kThreads = 20, kBegan = 22;
  constexpr long long kExiting = 0x4;  // PF_EXITING of linux/sched.h
  if (fields.size() <= kBegan - kFirst) return std::nullopt;
  const auto number = [&](std::size_t field) {
    return std::strtoll(fields[field - kFirst].c_str(), nullptr, 10);
  };
  return Process{.state = fields[kState - kFirst].front(),
                 .parent = number(kParent),
                 .threads = number(kThreads),
                 .began = number(kBegan),
                 .exits = (number(kFlags) & kExiting) != 0};
}

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string process_name_space() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
}

std::string in_environment(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

std::string new_token() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

LeaseOwner this_process() {
  LeaseOwner owner;
  owner.host = host_name();
  owner.boot = first_line("/proc/sys/kernel/random/boot_id");
  owner.processes = process_name_space();
  owner.pid = ::getpid();
  owner.parent = ::getppid();
  if (const auto process = process_of(owner.pid)) owner.began = process->began;
  owner.job = in_environment("SLURM_JOB_ID");
  owner.restarts = std::strtoll(in_environment("SLURM_RESTART_COUNT").c_str(), nullptr, 10);
  return owner;
}

/// Whether Slurm has started the job of `owner` again since, as this process.
bool is_started_again(const LeaseOwner& owner, const LeaseOwner& here) {
  return !owner.job.empty() && owner.job == here.job && owner.restarts < here.restarts;
}

}  // namespace

LeaseOwner this_owner() {
  auto owner = this_process();
  owner.token = new_token();
  owner.since = owner.renewed = utc_now();
  return owner;
}

std::string encode_owner(const LeaseOwner& o) {
  auto text = json{{"format", kFormat},        {"host", o.host},   {"boot", o.boot},
                   {"processes", o.processes}, {"pid", o.pid},     {"began", o.began},
                   {"parent", o.parent},       {"job", o.job},     {"restarts", o.restarts},
                   {"token", o.token},         {"since", o.since}, {"renewed", o.renewed},
                   {"renewals", o.renewals}}
                  .dump(1, ' ', true, json::error_handler_t::replace);
  expect(text.size() < kTextBytes, "an owner's text is too long", text.size());
  text.resize(kTextBytes - 1, ' ');
  return text + "\n";
}

std::optional<LeaseOwner> decode_owner(std::string_view text) {
  if (text.size() != kTextBytes) return std::nullopt;
  const auto j = json::parse(text, nullptr, /*allow_exceptions=*/false);
  try {
    if (j.at("format") != kFormat) return std::nullopt;
    return LeaseOwner{.host = j.at("host").get<std::string>(),
                      .boot = j.at("boot").get<std::string>(),
                      .processes = j.at("processes").get<std::string>(),
                      .pid = j.at("pid").get<std::int64_t>(),
                      .began = j.at("began").get<std::int64_t>(),
                      .parent = j.at("parent").get<std::int64_t>(),
                      .job = j.at("job").get<std::string>(),
                      .restarts = j.at("restarts").get<std::int64_t>(),
                      .token = j.at("token").get<std::string>(),
                      .since = j.at("since").get<std::string>(),
                      .renewed = j.at("renewed").get<std::string>(),
                      .renewals = j.at("renewals").get<std::int64_t>()};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::string text_of(const LeaseOwner& owner) {
  const auto job = owner.job.empty() ? "" : ", Slurm job " + escaped(owner.job);
  return fmt::format("pid {} on {}{}, since {}", owner.pid, escaped(owner.host), job,
                     escaped(owner.since));
}

Life life_of(const LeaseOwner& owner) {
  const auto here = this_process();
  if (owner.processes != here.processes) return Life::elsewhere;
  if (owner.boot != here.boot) return owner.host == here.host ? Life::gone : Life::elsewhere;
  const auto process = process_of(owner.pid);
  if (!process) {
    const bool is_there = ::kill(static_cast<pid_t>(owner.pid), 0) == 0 || errno == EPERM;
    return is_there ? Life::lives : Life::gone;
  }
  if (process->began != owner.began) return Life::gone;
  const bool is_dead = process->state == 'Z' || process->state == 'X';
  if (is_dead && process->threads <= 1) return Life::gone;
  const bool ends =
      is_dead || process->exits || process->parent != owner.parent || is_started_again(owner, here);
  return ends ? Life::ends : Life::lives;
}

}  // namespace stockpot::io
