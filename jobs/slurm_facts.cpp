// SPDX-License-Identifier: Apache-2.0
#include "jobs/slurm_facts.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "core/error.hpp"
#include "jobs/child.hpp"

namespace stockpot::jobs {
namespace {

constexpr std::string_view kSpace = " \t\r";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

/// Lines without the spaces around them, empty ones left out.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (const auto line = trimmed(text.substr(0, end)); !line.empty()) lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// GPUs in a list of generic resources, such as `gpu:a100:4(S:0-1),gpu:2,shard:8` (6).
int gpus_in(std::string_view resources) {
  int gpus = 0;
  while (!resources.empty()) {
    const auto end = std::min(resources.find(','), resources.size());
    auto resource = resources.substr(0, end);
    resources.remove_prefix(std::min(end + 1, resources.size()));
    resource = {resource.begin(), std::ranges::find(resource, '(')};
    if (!resource.starts_with("gpu:")) continue;
    resource.remove_prefix(resource.rfind(':') + 1);
    int count = 0;
    std::from_chars(resource.data(), resource.data() + resource.size(), count);
    gpus += count;
  }
  return gpus;
}

std::string account_of_user() {
  for (const char* name : {"SBATCH_ACCOUNT", "SLURM_ACCOUNT"})
    if (const char* account = std::getenv(name); account != nullptr && *account != '\0')
      return account;
  const auto* user = ::getpwuid(::getuid());
  if (user == nullptr) return "";
  const auto said = slurm_says({"sacctmgr", "--noheader", "--parsable2", "show", "user",
                                user->pw_name, "format=DefaultAccount"});
  const auto lines = lines_of(said.value_or(""));
  return lines.empty() ? "" : std::string(lines.front());
}

}  // namespace

std::optional<std::string> slurm_says(std::vector<std::string> words, int seconds) {
  words.insert(words.begin(), {"timeout", std::to_string(seconds)});
  try {
    auto said = ask_child(words);
    return said.code == 0 ? std::optional(std::move(said.text)) : std::nullopt;
  } catch (const IoError&) {
    return std::nullopt;  // no such program here
  }
}

std::string cluster_name_in(std::string_view config) {
  constexpr std::string_view kKey = "ClusterName";
  for (const auto line : lines_of(config)) {
    const auto equals = line.find('=');
    if (equals != std::string_view::npos && trimmed(line.substr(0, equals)) == kKey)
      return std::string(trimmed(line.substr(equals + 1)));
  }
  return {};
}

std::vector<Partition> partitions_in(std::string_view lines) {
  std::vector<Partition> partitions;
  for (const auto line : lines_of(lines)) {
    auto name = line.substr(0, line.find('|'));
    const bool is_default = name.ends_with('*');
    if (is_default) name.remove_suffix(1);
    const int gpus = gpus_in(line.substr(std::min(line.find('|') + 1, line.size())));
    const auto known = std::ranges::find(partitions, name, &Partition::name);
    if (known == partitions.end())
      partitions.push_back({std::string(name), is_default, gpus});
    else
      known->gpus_per_node = std::max(known->gpus_per_node, gpus);
  }
  return partitions;
}

std::vector<std::string> mpi_plugins_in(std::string_view list) {
  std::vector<std::string> plugins;
  for (auto line : lines_of(list)) {
    // before Slurm 21 every line began with `srun:`
    if (line.starts_with("srun:")) line = trimmed(line.substr(5));
    if (line.find(' ') == std::string_view::npos) plugins.emplace_back(line);
  }
  return plugins;
}

SlurmFacts ask_slurm() {
  SlurmFacts facts;
  facts.cluster = cluster_name_in(slurm_says({"scontrol", "show", "config"}).value_or(""));
  if (facts.cluster.empty()) return facts;  // the others would wait for it in vain
  facts.partitions =
      partitions_in(slurm_says({"sinfo", "--noheader", "--format=%P|%G"}).value_or(""));
  facts.mpi_plugins = mpi_plugins_in(slurm_says({"srun", "--mpi=list"}).value_or(""));
  facts.account = account_of_user();
  return facts;
}

}  // namespace stockpot::jobs
