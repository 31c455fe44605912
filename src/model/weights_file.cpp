// SPDX-License-Identifier: Apache-2.0
#include "model/weights_file.hpp"

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "config/nearest.hpp"
#include "core/error.hpp"
#include "core/shape_text.hpp"
#include "io/safetensors.hpp"
#include "io/strict_json.hpp"

namespace stockpot::model {
namespace {

bool matches(std::string_view pattern, std::string_view name) {
  const bool open_begin = pattern.starts_with('*'), open_end = pattern.ends_with('*');
  if (open_begin) pattern.remove_prefix(1);
  if (open_end) pattern.remove_suffix(1);
  if (open_begin && open_end) return name.find(pattern) != name.npos;
  return open_begin ? name.ends_with(pattern)
         : open_end ? name.starts_with(pattern)
                    : name == pattern;
}

using Names = std::set<std::string, std::less<>>;

/// The model's name for what a file calls `name`; empty if it has none.
std::string own_name(std::string name, const NameTable& table, const Names& names) {
  if (names.contains(name)) return name;
  for (const auto& [theirs, ours] : table.endings)
    if (name.ends_with(theirs)) name.replace(name.size() - theirs.size(), theirs.size(), ours);
  if (names.contains(name)) return name;
  return names.contains(table.prefix + name) ? table.prefix + name : "";
}

/// The missing name that was most likely meant, or "" if none is within three letters.
std::string nearest_missing(const std::string& name, const NameTable& table,
                            const std::vector<std::string>& missing) {
  std::string best;
  std::size_t fewest = 4;
  for (const auto& candidate : missing)
    for (const auto& said : {name, table.prefix + name}) {
      if (said.size() + 3 < candidate.size() || candidate.size() + 3 < said.size()) continue;
      if (const auto edits = config::edit_distance(said, candidate); edits < fewest)
        best = candidate, fewest = edits;
    }
  return best;
}

using Found = std::map<std::string, const io::TensorInfo*, std::less<>>;

/// The file's tensors by the model's names. Those that do not belong become lines of `problems`.
Found find_tensors(const io::SafetensorsReader& reader, const NameTable& table,
                   const Layout& layout, std::vector<std::string>& problems) {
  Names names;
  for (const auto& tensor : layout.tensors()) names.insert(tensor.name);
  Found found;
  std::vector<std::string> unexpected;
  for (const auto& tensor : reader.tensors()) {
    const auto name = own_name(tensor.name, table, names);
    if (!name.empty()) {
      if (const auto [other, added] = found.emplace(name, &tensor); !added)
        problems.push_back(tensor.name + " and " + other->second->name + " are the same tensor");
    } else if (std::ranges::none_of(table.ignored, [&](const auto& pattern) {
                 return matches(pattern, tensor.name);
               })) {
      unexpected.push_back(tensor.name);
    }
  }
  std::vector<std::string> missing;
  for (const auto& name : names)
    if (!found.contains(name)) missing.push_back(name);
  for (const auto& name : unexpected) {
    const auto near = nearest_missing(name, table, missing);
    problems.push_back(io::in_quotes(name) + " is not a tensor of the model" +
                       (near.empty() ? "" : "; did you mean " + near + "?"));
  }
  return found;
}

/// What keeps the file's tensor from being the model's; empty: nothing.
std::string misfit(const io::TensorInfo* found, const NamedTensor& wanted) {
  if (found == nullptr) return wanted.name + " is missing";
  if (found->shape != wanted.shape)
    return found->name + " has shape " + shape_text(found->shape) + ", the model needs " +
           shape_text(wanted.shape);
  const bool readable = found->dtype == io::Dtype::f32 || found->dtype == io::Dtype::f16 ||
                        found->dtype == io::Dtype::bf16;
  return readable ? ""
                  : found->name + " is of type " + std::string(io::name_of(found->dtype)) +
                        ", not F32, F16 or BF16";
}

[[noreturn]] void refuse(const std::filesystem::path& path,
                         const std::vector<std::string>& problems) {
  throw DataError({path.string() + " does not hold the weights of this model:", problems});
}

/// Which tensor of a file is which of the model's, and the heads that have none.
struct Binding {
  std::vector<std::pair<const io::TensorInfo*, NamedTensor>> pairs;
  std::vector<std::string> fresh;
};

Binding bind(const std::filesystem::path& path, const io::SafetensorsReader& reader,
             const NameTable& table, const Layout& layout) {
  std::vector<std::string> problems;
  const auto found = find_tensors(reader, table, layout, problems);
  Binding binding;
  for (const auto& tensor : layout.tensors()) {
    const auto at = found.find(tensor.name);
    const auto* source = at == found.end() ? nullptr : at->second;
    const auto problem = misfit(source, tensor);
    if (problem.empty())
      binding.pairs.emplace_back(source, tensor);
    else if (tensor.is_head)
      binding.fresh.push_back(tensor.name);
    else
      problems.push_back(problem);
  }
  if (!problems.empty()) refuse(path, problems);
  return binding;
}

}  // namespace

std::vector<std::string> check_weights(const std::filesystem::path& path, const NameTable& table,
                                       const Layout& layout) {
  return bind(path, io::SafetensorsReader(path), table, layout).fresh;
}

std::vector<std::string> load_weights(const std::filesystem::path& path, const NameTable& table,
                                      Weights& weights, io::InputDigests* digests) {
  const io::SafetensorsReader reader(path, digests);
  auto [pairs, fresh] = bind(path, reader, table, weights.layout());
  std::ranges::sort(pairs, {}, [](const auto& pair) {  // the files are read forward
    return std::pair(pair.first->shard, pair.first->begin);
  });
  std::vector<std::string> problems;
  const auto values = weights.host();
  for (const auto& [source, tensor] : pairs) {
    try {
      reader.read(*source, values.subspan(static_cast<std::size_t>(tensor.offset),
                                          static_cast<std::size_t>(tensor.size)));
    } catch (const DataError& error) {
      problems.emplace_back(error.what());
    }
  }
  if (!problems.empty()) refuse(path, problems);
  reader.done();
  return fresh;
}

void save_weights(const std::filesystem::path& path, const Weights& weights,
                  const std::map<std::string, std::string>& metadata) {
  const auto host = weights.values().to(at::kCPU);
  std::vector<io::TensorToWrite> tensors;
  for (const auto& t : weights.layout().tensors())
    tensors.push_back(io::float_tensor(
        t.name, t.shape, {host.data_ptr<float>() + t.offset, static_cast<std::size_t>(t.size)}));
  io::write_safetensors(path, std::move(tensors), metadata);
}

}  // namespace stockpot::model
