// SPDX-License-Identifier: Apache-2.0
#include "jobs/initial_weights.hpp"

#include <fmt/format.h>

#include "comm/all_or_none.hpp"
#include "core/error.hpp"
#include "model/weights_file.hpp"

namespace stockpot::jobs {
namespace {

/// The command that makes a weights file, as far as its name tells.
std::string what_makes(const std::filesystem::path& path) {
  const auto run = path.parent_path();
  if (path.filename() != "model.safetensors" || run.empty())
    return fmt::format("`hf download ORGANISATION/MODEL --local-dir {}` fetches a model",
                       path.string());
  const auto settings = std::filesystem::path("configs") / run.parent_path() / run.filename();
  const auto ini = settings.string() + ".ini";
  std::error_code ignored;
  const bool known = run.is_relative() && std::filesystem::exists(ini, ignored);
  return fmt::format("`stockpot run {} --run-dir {}` makes it", known ? ini : "CONFIG",
                     run.string());
}

}  // namespace

void require_weights(const std::filesystem::path& path) {
  if (path == "random") return;
  std::error_code error;
  if (std::filesystem::exists(path, error)) return;
  const auto why = error ? error : std::make_error_code(std::errc::no_such_file_or_directory);
  throw IoError("model.weights: cannot read " + path.string(), why.message(),
                what_makes(path) + "; --model.weights=random starts without");
}

std::vector<std::string> load_initial_weights(const model::WeightsSource& source,
                                              const model::Model& model, std::uint64_t seed,
                                              const comm::Group& comm, model::Weights& weights,
                                              io::InputDigests* digests) {
  auto host = weights.device().is_cpu()
                  ? weights
                  : model::Weights(weights.shared_layout(), at::kCPU);  // a copy shares the memory
  std::vector<std::string> notes;
  if (source.weights == "random") {
    model::initialise(host, seed);
  } else {
    comm::all_or_none(comm, [&] {
      if (!comm.is_root()) return;
      require_weights(source.weights);
      auto fresh = model::load_weights(source.weights, model.file_names(), host, digests);
      std::erase_if(fresh, [&](const auto& name) { return model.derive(source, name, host); });
      model::initialise(host, seed, fresh);
      for (const auto& name : fresh)
        notes.push_back(name + " is not in " + source.weights.string() +
                        " in this shape: it starts at random");
    });
    comm.broadcast(host.host());
  }
  if (!weights.device().is_cpu()) weights.values().copy_(host.values());
  return notes;
}

}  // namespace stockpot::jobs
