// SPDX-License-Identifier: Apache-2.0
// stockpot site init: what this cluster's Slurm says about itself -> slurm/env/<cluster>.sh, which
// run.sbatch and the user's shell source.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "comm/device.hpp"
#include "comm/mpi_session.hpp"
#include "config/command_line.hpp"
#include "config/help.hpp"
#include "core/escape.hpp"
#include "core/provenance.hpp"
#include "io/atomic_file.hpp"
#include "jobs/job.hpp"
#include "jobs/slurm_facts.hpp"

namespace stockpot::jobs {
namespace {

namespace fs = std::filesystem;

const std::vector<config::Flag> kFlags = {
    {"force", "", "replace the file if there is one"},
};
const fs::path kFolder = "slurm/env";

/// What goes into the file.
struct Site {
  std::string cluster;
  std::string modules;      ///< as `module load` takes them; empty: none
  std::string module_init;  ///< defines `module` in a shell that has none; empty: unknown
  std::string module_path;
  std::string program;
  bool cuda = false;  ///< this build has CUDA
  std::string mpi;    ///< of srun --mpi
  std::string partition, account;
  int gpus_per_node = 0;  ///< in that partition
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// One word of a shell.
std::string quoted(const std::string& text) {
  constexpr const char* kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+:@%-";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

/// LOADEDMODULES as words of a command: `a:b` is `a b`.
std::string words_of_modules(const std::string& loaded) {
  std::string words;
  for (std::size_t begin = 0; begin < loaded.size();) {
    const auto end = std::min(loaded.find(':', begin), loaded.size());
    if (end > begin) {
      if (!words.empty()) words += ' ';
      words += quoted(loaded.substr(begin, end - begin));
    }
    begin = end + 1;
  }
  return words;
}

/// The shell's entry to Lmod or Environment Modules, which a batch job may not have read.
std::string find_module_init() {
  for (const char* variable : {"LMOD_PKG", "MODULESHOME"}) {
    std::error_code ignored;
    const auto home = environment(variable);
    const auto path = fs::path(home) / "init/bash";
    if (!home.empty() && fs::exists(path, ignored)) return path.string();
  }
  return {};
}

/// This program, by its place below the repository where it lies there.
std::string this_program() {
  const auto program = fs::read_symlink("/proc/self/exe");
  const auto below = program.lexically_relative(fs::current_path());
  return below.empty() || *below.begin() == ".." ? program.string() : below.string();
}

std::string choose_mpi(const std::vector<std::string>& plugins) {
  for (const char* known : {"pmix", "pmi2", "cray_shasta"})
    if (std::ranges::find(plugins, known) != plugins.end()) return known;
  return "pmix";
}

/// The default partition; for a build with CUDA, where that has no GPU, the first that has.
const Partition* choose_partition(const std::vector<Partition>& partitions, bool cuda) {
  const auto fits = [&](const Partition& p) { return !cuda || p.gpus_per_node > 0; };
  const Partition* chosen = nullptr;
  for (const auto& partition : partitions) {
    if (chosen == nullptr && fits(partition)) chosen = &partition;
    if (partition.is_default && fits(partition)) chosen = &partition;
  }
  return chosen;
}

Site describe_site(const SlurmFacts& slurm) {
  Site site{.cluster = slurm.cluster,
            .modules = words_of_modules(environment("LOADEDMODULES")),
            .module_init = find_module_init(),
            .module_path = environment("MODULEPATH"),
            .program = this_program(),
            .cuda = !comm::cuda_provenance().empty(),
            .mpi = choose_mpi(slurm.mpi_plugins),
            .partition = {},
            .account = slurm.account};
  if (const auto* partition = choose_partition(slurm.partitions, site.cuda)) {
    site.partition = partition->name;
    site.gpus_per_node = partition->gpus_per_node;
  }
  return site;
}

/// `name=value`, or a comment where there is no value.
std::string export_line(const char* name, const std::string& value) {
  return value.empty() ? fmt::format("# export {}=\n", name)
                       : fmt::format("export {}={}\n", name, quoted(value));
}

std::string modules_text(const Site& site) {
  if (site.modules.empty())
    return "# no modules were loaded when this was written\n# module load gcc openmpi hdf5 boost\n";
  std::string text;
  if (!site.module_init.empty())
    text += fmt::format("command -v module >/dev/null || . {}\n", quoted(site.module_init));
  if (!site.module_path.empty()) text += export_line("MODULEPATH", site.module_path);
  return text + fmt::format("module load {}\n", site.modules);
}

std::string file_text(const Site& site) {
  const bool asks_for_gpus = site.cuda && site.gpus_per_node > 0;
  return fmt::format(
             "# SPDX-License-Identifier: Apache-2.0\n"
             "# The cluster {}: written by `stockpot site init` on {}, yours to edit. run.sbatch "
             "sources it in every job, and\n"
             "# your shell by `. slurm/site.sh`, so that sbatch knows the last lines.\n"
             "# shellcheck shell=bash disable=SC2034  # run.sbatch reads `program` and `mpi`\n\n",
             escaped(site.cluster), escaped(host_name())) +
         modules_text(site) +
         fmt::format(
             "\nprogram={}\n"
             "mpi={}  # how srun and MPI find each other (srun --mpi=list)\n"
             "export OMP_NUM_THREADS=${{SLURM_CPUS_PER_TASK:-1}}\n\n",
             quoted(site.program), quoted(site.mpi)) +
         export_line("SBATCH_PARTITION", site.partition) +
         export_line("SBATCH_ACCOUNT", site.account) +
         export_line("SBATCH_GPUS_PER_NODE",
                     asks_for_gpus ? std::to_string(site.gpus_per_node) : "");
}

std::string gpus_text(const Site& site) {
  if (site.gpus_per_node == 0) return "none in this partition";
  return fmt::format("{} per node{}", site.gpus_per_node,
                     site.cuda ? "" : ", which this program has no CUDA for (preset cuda)");
}

void say(const char* what, const std::string& found) {
  fmt::print("  {:<10} {}\n", what, escaped(found));
}

void report(const Site& site, const SlurmFacts& slurm, const fs::path& path) {
  fmt::print("{} written\n", escaped(path.string()));
  say("cluster", site.cluster);
  say("modules", site.modules.empty() ? "none loaded; if the build needs some, add them to the file"
                                      : site.modules);
  say("program", site.program + (site.cuda ? ", with CUDA" : ", without CUDA"));
  const bool knows_mpi = std::ranges::find(slurm.mpi_plugins, site.mpi) != slurm.mpi_plugins.end();
  say("launcher", fmt::format("srun --mpi={} ({}srun knows {}), {}", site.mpi,
                              knows_mpi ? "" : "NOT there: ", fmt::join(slurm.mpi_plugins, ", "),
                              comm::MpiSession::provenance().front().second));
  say("partition", site.partition.empty() ? "none found: Slurm's default" : site.partition);
  say("account", site.account.empty() ? "none found: Slurm's default" : site.account);
  say("GPUs", gpus_text(site));
  fmt::print(
      "Edit the file where that is wrong; then\n"
      "  . slurm/site.sh\n"
      "  sbatch --ntasks=4 --time=1:00:00 slurm/run.sbatch CONFIG... [--section.key=value ...]\n");
}

void check_cluster(const std::string& cluster) {
  if (cluster.empty())
    throw ConfigError("no cluster was found",
                      "`scontrol show config` names none, or there is no Slurm here",
                      "call it on a login node of the cluster; or copy slurm/env/default.sh");
  if (cluster.find('/') != std::string::npos || cluster.starts_with('.'))
    throw ConfigError("the cluster's name '" + cluster + "' is no name of a file");
}

ExitCode init(bool force) {
  if (!fs::is_directory(kFolder))
    throw ConfigError("there is no " + kFolder.string() + " in " + fs::current_path().string(), "",
                      "call it from the folder of the repository");
  const auto slurm = ask_slurm();
  check_cluster(slurm.cluster);
  const auto path = kFolder / (slurm.cluster + ".sh");
  if (fs::exists(fs::symlink_status(path)) && !force)
    throw IoError(path.string() + " is there already", "it may have been edited",
                  "--force replaces it");
  const auto site = describe_site(slurm);
  io::write_atomically(path, file_text(site));
  report(site, slurm, path);
  return ExitCode::done;
}

}  // namespace

ExitCode site(const Words& words) {
  const auto line = config::parse_command_line(words, kFlags);
  if (config::print_help_if_asked(line, "stockpot site init [--force]", kFlags))
    return ExitCode::done;
  if (line.files != Words{"init"})
    throw UsageError("site has one command, init", "", "stockpot site init");
  return init(line.has("force"));
}

}  // namespace stockpot::jobs
