// SPDX-License-Identifier: Apache-2.0
#include "soup/member_files.hpp"

#include <fmt/format.h>

#include "comm/all_or_none.hpp"
#include "core/error.hpp"
#include "model/weights_file.hpp"

namespace stockpot::soup {

std::filesystem::path MemberFiles::path(std::size_t member) const {
  if (!folder_.empty()) return folder_ / fmt::format("member-{:03}.safetensors", member);
  return files_.at(member);
}

void MemberFiles::write(std::size_t member, const model::Weights& weights,
                        const comm::Group& group) const {
  expect(!folder_.empty(), "members that are finished are not written");
  comm::all_or_none(group, [&] {
    if (!group.is_root()) return;
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) throw IoError("cannot make folder " + folder_.string(), error.message());
    model::save_weights(path(member), weights, {{"format", "pt"}});
  });
}

void MemberFiles::load(std::size_t member, const model::Model& model,
                       model::Weights& weights) const {
  const auto absent = model::load_weights(path(member), model.file_names(), weights);
  if (!absent.empty())
    throw DataError(path(member).string() + " has no " + absent.front(),
                    "members of a soup share one head", "mix finished runs of one task");
}

void MemberFiles::read(std::size_t member, const model::Model& model, model::Weights& weights,
                       const comm::Group& group) const {
  auto host =
      weights.device().is_cpu() ? weights : model::Weights(weights.shared_layout(), at::kCPU);
  comm::all_or_none(group, [&] {
    if (group.is_root()) load(member, model, host);
  });
  group.broadcast(host.host());
  if (!weights.device().is_cpu()) weights.values().copy_(host.values());
}

}  // namespace stockpot::soup
