// SPDX-License-Identifier: Apache-2.0
#include "jobs/slurm_facts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>

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

/// What a command prints where it ends well; nothing where it does not, or is not there.
std::optional<std::string> output_of(const std::string& command) {
  // NOLINTNEXTLINE(bugprone-command-processor): our own commands, none of them from a file
  FILE* pipe = ::popen(("timeout 10 " + command + " 2>&1 </dev/null").c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 4096> part{};
  for (std::size_t size = 0; (size = std::fread(part.data(), 1, part.size(), pipe)) > 0;)
    text.append(part.data(), size);
  return ::pclose(pipe) == 0 ? std::optional(std::move(text)) : std::nullopt;
}

std::string account_of_user() {
  for (const char* name : {"SBATCH_ACCOUNT", "SLURM_ACCOUNT"})
    if (const char* account = std::getenv(name); account != nullptr && *account != '\0')
      return account;
  const auto said =
      output_of("sacctmgr --noheader --parsable2 show user \"$(id -un)\" format=DefaultAccount");
  const auto lines = lines_of(said.value_or(""));
  return lines.empty() ? "" : std::string(lines.front());
}

}  // namespace

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
  facts.cluster = cluster_name_in(output_of("scontrol show config").value_or(""));
  if (facts.cluster.empty()) return facts;  // the others would wait for it in vain
  facts.partitions = partitions_in(output_of("sinfo --noheader --format='%P|%G'").value_or(""));
  facts.mpi_plugins = mpi_plugins_in(output_of("srun --mpi=list").value_or(""));
  facts.account = account_of_user();
  return facts;
}

}  // namespace stockpot::jobs
