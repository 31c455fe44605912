// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "core/escape.hpp"
#include "jobs/inspect.hpp"

namespace stockpot::jobs {
namespace {

constexpr std::size_t kNameColumn = 56;

}  // namespace

double fraction(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::int64_t elements(std::span<const std::int64_t> shape) {
  std::int64_t size = 1;
  for (const std::int64_t dimension : shape) size *= dimension;
  return size;
}

void print_row(std::string name, const std::string& kind, const std::string& shape,
               std::int64_t count, double sparsity) {
  name = escaped(name);
  if (name.size() > kNameColumn) {
    fmt::print("  {}\n", name);
    name.clear();
  }
  fmt::print("  {:<{}} {:<5} {:<20} {:>12} {:>9.6f}\n", name, kNameColumn, kind, shape, count,
             sparsity);
}

void print_header(const char* count) {
  fmt::print("  {:<{}} {:<5} {:<20} {:>12} {:>9}\n", "tensor", kNameColumn, "type", "shape", count,
             "sparsity");
}

}  // namespace stockpot::jobs
