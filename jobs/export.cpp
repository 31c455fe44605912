// SPDX-License-Identifier: Apache-2.0
// stockpot export: a complete run -> one format -> a folder, whole or absent, after a re-count from
// the written files.
#include "jobs/export.hpp"

#include <algorithm>
#include <cstdio>

#include "config/command_line.hpp"
#include "config/help.hpp"
#include "core/error.hpp"
#include "core/escape.hpp"
#include "io/atomic_folder.hpp"
#include "io/result_file.hpp"
#include "jobs/job.hpp"

namespace stockpot::jobs {
namespace {

const std::vector<config::Flag> kFlags = {
    {"format", "NAME",
     "hf (transformers loads it), masks (packed bits) or sparse (bits and kept values)"},
    {"to", "DIR", "folder to write"},
    {"force", "", "replace the folder if there is one"},
};

struct Format {
  const char* name;
  std::string (*write)(const ExportSource&, const std::filesystem::path&);
};

constexpr Format kFormats[] = {
    {"hf", export_hugging_face}, {"masks", export_masks}, {"sparse", export_sparse}};

const Format& find_format(const std::string& name) {
  const auto* found =
      std::ranges::find_if(kFormats, [&](const Format& format) { return name == format.name; });
  if (found == std::end(kFormats))
    throw UsageError("--format " + name + " is unknown", "", "hf, masks or sparse");
  return *found;
}

std::string needed(const config::CommandLine& line, const char* flag, const char* value) {
  if (const auto given = line.value(flag)) return *given;
  throw UsageError("export needs --" + std::string(flag) + " " + value, "",
                   "stockpot export runs/<run> --format hf --to exported");
}

}  // namespace

const io::PackedMask* ExportSource::mask_of(const std::string& tensor) const {
  const auto found = std::ranges::find(result.masks, tensor, &io::PackedMask::name);
  return found == result.masks.end() ? nullptr : &*found;
}

ExitCode export_run(const Words& words) {
  const auto line = config::parse_command_line(words, kFlags);
  if (config::print_help_if_asked(line, "stockpot export RUN --format hf|masks|sparse --to DIR",
                                  kFlags))
    return ExitCode::done;
  if (line.files.size() != 1)
    throw UsageError("export takes one run folder", "",
                     "stockpot export runs/<run> --format hf --to exported");
  const auto& format = find_format(needed(line, "format", "NAME"));
  io::AtomicFolder folder(needed(line, "to", "DIR"), line.has("force"));
  const auto run = open_saved_run(line.files[0]);
  const ExportSource source{run, io::read_result(run.result), io::SafetensorsReader(run.weights)};
  const auto report = format.write(source, folder.path());
  folder.commit();
  std::fputs(escaped_lines(report).c_str(), stdout);
  return ExitCode::done;
}

}  // namespace stockpot::jobs
