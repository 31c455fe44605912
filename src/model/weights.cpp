#include "model/weights.hpp"

#include <ATen/core/Tensor.h>

#include <set>
#include <sstream>

#include "core/error.hpp"
#include "io/safetensors.hpp"

namespace stockpot::model {
namespace {

std::string text_of(const std::vector<std::int64_t>& shape) {
  std::ostringstream text;
  text << "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text << (i ? ", " : "") << shape[i];
  text << "]";
  return text.str();
}

}  // namespace

std::vector<std::string> load_weights(const std::filesystem::path& path, Arena& arena) {
  const io::SafetensorsReader reader(path);
  std::string problems;
  std::vector<std::string> fresh;
  std::set<std::string> wanted;
  for (const auto& tensor : arena.layout().tensors()) {
    wanted.insert(tensor.name);
    const auto* found = reader.find(tensor.name);
    const bool fits = found && found->shape == tensor.shape;
    if (!fits && tensor.is_head) fresh.push_back(tensor.name);
    else if (!found) problems += "\n  " + tensor.name + " is missing";
    else if (!fits) problems += "\n  " + tensor.name + " has shape " + text_of(found->shape) + ", the model needs " + text_of(tensor.shape);
  }
  for (const auto& tensor : reader.tensors())
    if (!wanted.contains(tensor.name)) problems += "\n  " + tensor.name + " is not a tensor of the model";
  if (!problems.empty()) throw DataError(path.string() + " does not hold the weights of this model:" + problems);

  const auto weights = arena.host_weights();
  for (const auto& tensor : arena.layout().tensors()) {
    if (std::ranges::find(fresh, tensor.name) != fresh.end()) continue;
    reader.read(*reader.find(tensor.name), weights.subspan(static_cast<std::size_t>(tensor.offset), static_cast<std::size_t>(tensor.size)));
  }
  return fresh;
}

void save_weights(const std::filesystem::path& path, const Arena& arena, const std::map<std::string, std::string>& metadata) {
  const auto host = arena.weights().to(at::kCPU);
  std::vector<io::TensorToWrite> tensors;
  for (const auto& t : arena.layout().tensors())
    tensors.push_back(io::float_tensor(t.name, t.shape, {host.data_ptr<float>() + t.offset, static_cast<std::size_t>(t.size)}));
  io::write_safetensors(path, std::move(tensors), metadata);
}

}  // namespace stockpot::model
