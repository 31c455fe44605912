// SPDX-License-Identifier: Apache-2.0
#include "jobs/initial_weights.hpp"

#include "comm/all_or_none.hpp"
#include "model/weights_file.hpp"

namespace stockpot::jobs {

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
