// SPDX-License-Identifier: Apache-2.0
// BERT-base's weights from a safetensors file into the arena, read, checked and bound, over a plain
// read of the file; the page cache is warm.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "bench/entries.hpp"
#include "bench/scratch_folder.hpp"
#include "core/error.hpp"
#include "model/model.hpp"
#include "model/weights_file.hpp"

namespace stockpot::bench {
namespace {

std::unique_ptr<const model::Model> bert(const Setting& setting,
                                         const std::filesystem::path& config_json) {
  std::ofstream(config_json) << R"({"model_type": "bert", "hidden_size": )"
                             << 64 * scaled(12, setting) << R"(, "num_attention_heads": )"
                             << scaled(12, setting) << R"(, "num_hidden_layers": )"
                             << scaled(12, setting) << R"(, "intermediate_size": )"
                             << 256 * scaled(12, setting) << "}";
  config::ModelConfig config;
  config.name = "bert";
  config.config = config_json.string();
  return model::make_model(config, {.classes = 2, .vocabulary = 1, .tokens = 128});
}

void read_plainly(const std::filesystem::path& path, std::vector<char>& memory) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::size_t done = 0;
  for (ssize_t got = 0;
       file >= 0 && (got = ::read(file, memory.data() + done, memory.size() - done)) > 0;)
    done += static_cast<std::size_t>(got);
  if (file >= 0) ::close(file);
  if (done != memory.size()) throw IoError(path.string() + " cannot be read");
}

/// A line of /proc/self/status in bytes; 0 where the kernel does not tell.
std::size_t memory_line(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field)) return std::stoull(line.substr(field.size() + 1)) * 1024;
  return 0;
}

/// Check that loading into an arena that is there needs no more memory than the largest tensor.
void check_peak(const model::Layout& layout, const std::function<void()>& load) {
  constexpr std::size_t kSlack = 4 << 20;  // of the allocator, and of names
  std::size_t largest = 0;
  for (const auto& tensor : layout.tensors())
    largest = std::max(largest, static_cast<std::size_t>(tensor.size) * sizeof(float));
  if (!(std::ofstream("/proc/self/clear_refs") << "5").flush()) return;
  const std::size_t before = memory_line("VmRSS");
  load();
  expect(memory_line("VmHWM") <= before + largest + kSlack,
         "loading takes more memory than the arena and one tensor");
}

}  // namespace

Timings load_vs_read(const Setting& setting) {
  const ScratchFolder folder;
  const auto model = bert(setting, folder / "config.json");
  const auto path = folder / "model.safetensors";
  model::Weights written(model->layout(), at::kCPU), arena(model->layout(), at::kCPU);
  model::initialise(written, 1);
  model::save_weights(path, written, {});
  const auto load = [&] { model::load_weights(path, model->file_names(), arena); };
  std::vector<char> memory(std::filesystem::file_size(path));
  const Timings timings = time_interleaved(setting, 9, load, [&] { read_plainly(path, memory); });
  expect(std::ranges::equal(arena.host(), written.host()), "other weights were read than written");
  check_peak(*model->layout(), load);
  return timings;
}

}  // namespace stockpot::bench
