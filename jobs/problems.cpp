// SPDX-License-Identifier: Apache-2.0
#include "jobs/problems.hpp"

#include <unistd.h>

#include "io/disk_reserve.hpp"
#include "io/safetensors.hpp"
#include "jobs/run_folder.hpp"
#include "jobs/setup.hpp"
#include "model/weights_file.hpp"

namespace stockpot::jobs {
namespace {

/// Nearest folder above `path` that exists.
std::filesystem::path existing_parent(std::filesystem::path path) {
  path = std::filesystem::absolute(path);
  while (!std::filesystem::exists(path) && path.has_parent_path() && path != path.parent_path())
    path = path.parent_path();
  return path;
}

void check_space(const std::filesystem::path& folder, std::uint64_t bytes) {
  const io::DiskReserve reserve(existing_parent(folder), bytes);
}

void check_writable(const std::filesystem::path& folder) {
  const auto parent = existing_parent(folder);
  if (!std::filesystem::is_directory(parent))
    throw IoError("run folder " + folder.string() + " cannot be made",
                  parent.string() + " is not a folder");
  if (::access(parent.c_str(), W_OK) != 0)
    throw IoError("run folder " + folder.string() + " cannot be written",
                  "no permission in " + parent.string(), "choose another run_root or --run-dir");
}

}  // namespace

std::vector<Problem> find_problems(const config::RunConfig& config,
                                   const std::filesystem::path& folder) {
  std::vector<Problem> problems;
  const auto collect = [&](auto&& work) {
    try {
      work();
    } catch (const Error& error) {
      problems.push_back({error.what(), error.exit_code()});
    }
  };
  collect([&] { check_writable(folder); });
  bool has_weights = false;  // a readable file, which is then compared with the model
  collect([&] {
    if (config.model.weights == "random") return;
    const io::SafetensorsReader reader(config.model.weights);
    has_weights = true;
  });
  collect([&] {
    const auto setup = make_setup(config);
    collect([&] { check_space(folder, bytes_to_write(setup)); });
    if (!has_weights) return;
    model::Weights weights(setup.model->layout(), at::kCPU);
    const auto source = weights_source(config, config.model.weights, setup.splits.train);
    for (const auto& name : model::load_weights(source.weights, setup.model->file_names(), weights))
      setup.model->check_derive(source, name);
  });
  return problems;
}

}  // namespace stockpot::jobs
