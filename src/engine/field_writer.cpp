// SPDX-License-Identifier: Apache-2.0
#include "engine/field_writer.hpp"

#include <iterator>

namespace stockpot::engine {

void FieldWriter::put(const std::string& name, const at::Tensor& values, Part part) {
  const auto host = values.detach().to(at::kCPU).contiguous();  // itself where it is there already
  on_host_.push_back(host);
  const auto size = static_cast<std::size_t>(host.numel());
  add(name, io::Dtype::f32, size, std::as_bytes(std::span(host.const_data_ptr<float>(), size)),
      part);
}

void FieldWriter::put(const std::string& name, const train::SharedMask& mask, Part part) {
  put(name + "/size", mask ? mask->size() : std::int64_t{-1}, part);
  if (mask)
    add(name + "/words", io::Dtype::i64, mask->words().size(), std::as_bytes(mask->words()), part);
}

void FieldWriter::put(const std::string& name, const std::vector<train::SharedMask>& masks,
                      Part part) {
  put(name + "/count", std::ssize(masks), part);
  for (std::size_t i = 0; i < masks.size(); ++i)
    put(name + "/" + std::to_string(i), masks[i], part);
}

void FieldWriter::put(const std::string& name, const std::vector<float>& values, Part part) {
  add(name, io::Dtype::f32, values.size(), std::as_bytes(std::span(values)), part);
}

void FieldWriter::put(const std::string& name, const std::map<std::string, Snapshot>& snapshots,
                      Part part) {
  std::vector<std::string> names;
  for (const auto& [key, snapshot] : snapshots) {
    names.push_back(key);
    put(name + "/" + key, snapshot, part);
  }
  put_column(name + "/names", names, part);
}

void FieldWriter::put(const std::string& name, const std::vector<DenoiserVote>& votes, Part part) {
  std::vector<io::DenoiserRow> rows;
  std::vector<std::int64_t> work, sizes;
  for (const auto& vote : votes) {
    rows.push_back(vote.row);
    const auto& [row, mask, done] = vote;
    work.insert(work.end(),
                {done.steps, done.samples, done.flops_executed, done.flops_theoretical});
    sizes.push_back(mask.size());
    add(name + "/mask_" + std::to_string(row.denoiser), io::Dtype::i64, mask.words().size(),
        std::as_bytes(mask.words()), part);
  }
  put(name + "/rows", rows, part);
  put_numbers(name + "/work", std::move(work), part);
  put_numbers(name + "/sizes", std::move(sizes), part);
}

void FieldWriter::put(const std::string& name, const std::vector<io::DenoiserMask>& masks,
                      Part part) {
  std::vector<std::int64_t> numbers;
  for (const auto& mask : masks) {
    numbers.insert(numbers.end(), {mask.round, mask.denoiser, mask.kept, mask.size});
    add(name + "/" + std::to_string(mask.round) + "_" + std::to_string(mask.denoiser),
        io::Dtype::u8, mask.bits.size(), std::as_bytes(std::span(mask.bits)), part);
  }
  put_numbers(name + "/numbers", std::move(numbers), part);
}

void FieldWriter::put_column(const std::string& name, const std::vector<std::string>& texts,
                             Part part) {
  std::string all;
  std::vector<std::int64_t> lengths;
  for (const auto& text : texts) {
    all += text;
    lengths.push_back(std::ssize(text));
  }
  add(name + "/text", io::Dtype::u8, all.size(), keep(std::as_bytes(std::span(all))), part);
  put_numbers(name + "/lengths", std::move(lengths), part);
}

void FieldWriter::add(const std::string& name, io::Dtype dtype, std::size_t size,
                      std::span<const std::byte> bytes, Part part) {
  fields_.push_back({.name = name,
                     .dtype = dtype,
                     .shape = {static_cast<std::int64_t>(size)},
                     .bytes = bytes,
                     .part = part});
}

std::span<const std::byte> FieldWriter::keep(std::span<const std::byte> bytes) {
  return kept_.emplace_back(bytes.begin(), bytes.end());
}

}  // namespace stockpot::engine
