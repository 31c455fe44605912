// SPDX-License-Identifier: Apache-2.0
#include "soup/finished_members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "core/error.hpp"
#include "io/result_file.hpp"
#include "model/weights_file.hpp"
#include "soup/member_rows.hpp"

namespace stockpot::soup {
namespace {

/// The masks of a result, put together in the order of the arena.
train::SharedMask mask_of(const io::RunResult& result, const model::Layout& layout,
                          const std::string& source) {
  std::map<std::string, const io::PackedMask*> by_name;
  for (const auto& mask : result.masks) by_name[mask.name] = &mask;
  auto all = mask::Mask::none(layout.prunable());
  for (const auto& tensor : layout.tensors()) {
    if (tensor.role != model::Role::prunable) continue;
    const auto found = by_name.find(tensor.name);
    if (found == by_name.end() || found->second->shape != tensor.shape)
      throw DataError(source + " has no mask of " + tensor.name + " in the shape of this model", "",
                      "members of a soup are networks of one model");
    mask::unpack_big_endian(found->second->bits, tensor.offset, tensor.offset + tensor.size, all);
  }
  return std::make_shared<const mask::Mask>(std::move(all));
}

FinishedMember from_run(const std::filesystem::path& folder, const config::RunConfig& config,
                        const model::Layout& layout) {
  const auto source = folder.string();
  for (const char* name : {"result.h5", "model.safetensors"})
    if (std::error_code ignored; !std::filesystem::exists(folder / name, ignored))
      throw DataError(source + " is not the folder of a complete run",
                      std::string(name) + " is missing",
                      "`stockpot run` with its settings completes it");
  const auto result = io::read_result(folder / "result.h5");
  if (result.status != "complete")
    throw DataError(source + " holds a run that failed", result.failure, "run it again");
  const auto require_same = [&](const char* key, const std::string& theirs,
                                const std::string& ours) {
    if (theirs != ours)
      throw ConfigError(
          fmt::format("soup.members: {} is of {} {}, this run of {}", source, key, theirs, ours),
          "members of a soup share model and task",
          "name runs of the same, or change the settings");
  };
  require_same("data.name", result.data, config.data.name);
  require_same("model.name", result.model, config.model.name);
  return {folder / "model.safetensors", source, mask_of(result, layout, source)};
}

FinishedMember look_at(const std::filesystem::path& path, const config::RunConfig& config,
                       const model::Model& model) {
  std::error_code error;
  if (!std::filesystem::exists(path, error))
    throw IoError("soup.members: cannot read " + path.string(),
                  error ? error.message() : "No such file or directory",
                  "`stockpot run CONFIG --run-dir " + path.string() + "` makes a run");
  const auto& layout = *model.layout();
  const bool is_run = std::filesystem::exists(path / "result.h5", error) ||
                      std::filesystem::exists(path / "config.ini", error);
  auto member =
      is_run
          ? from_run(path, config, layout)
          : FinishedMember{path, path.string(),
                           std::make_shared<const mask::Mask>(mask::Mask::all(layout.prunable()))};
  const auto absent = model::check_weights(member.weights, model.file_names(), layout);
  if (!absent.empty())
    throw DataError(
        member.weights.string() + " has no " + absent.front() + " in the shape of this task",
        "members of a soup share one head", "mix finished runs of one task");
  return member;
}

void require_one_mask(const std::vector<FinishedMember>& members, const Recipe& recipe) {
  for (const auto& member : members)
    if (*member.mask != *members.front().mask)
      throw ConfigError(
          fmt::format("soup.members: {} has another mask than {}", member.source,
                      members.front().source),
          fmt::format("soup.method {} would bring pruned weights back", recipe.name),
          "soup.method=lottery_pools, swa or ema prune what they mix to prune.sparsity");
}

}  // namespace

std::vector<std::filesystem::path> member_paths(const config::SoupConfig& config) {
  std::istringstream words(config.members);
  std::vector<std::filesystem::path> paths;
  for (std::string word; words >> word;) paths.emplace_back(word);
  return paths;
}

MemberFiles files_of(const std::vector<FinishedMember>& members) {
  std::vector<std::filesystem::path> paths;
  for (const auto& member : members) paths.push_back(member.weights);
  return MemberFiles(std::move(paths));
}

MemberFiles member_files(const config::SoupConfig& config, const std::filesystem::path& folder) {
  if (config.members.empty()) return MemberFiles(folder / kMemberFolder);
  auto paths = member_paths(config);
  for (auto& path : paths)
    if (std::error_code ignored; std::filesystem::exists(path / "result.h5", ignored))
      path /= "model.safetensors";
  return MemberFiles(std::move(paths));
}

std::vector<FinishedMember> find_finished(const Recipe& recipe, const config::RunConfig& config,
                                          const model::Model& model) {
  std::vector<FinishedMember> members;
  for (const auto& path : member_paths(config.soup))
    members.push_back(look_at(path, config, model));
  if (members.empty()) return members;
  if (recipe.start != Start::network && members.size() < 2)
    throw ConfigError("soup.members names one member", "a soup has two or more",
                      "name more, separated by blanks");
  if (recipe.prune == Recipe::Prune::never && recipe.start != Start::network)
    require_one_mask(members, recipe);
  return members;
}

}  // namespace stockpot::soup
