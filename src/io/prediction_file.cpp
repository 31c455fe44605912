// SPDX-License-Identifier: Apache-2.0
#include "io/prediction_file.hpp"

#include <functional>
#include <numeric>

#include "core/error.hpp"
#include "io/hdf5_writing.hpp"

namespace stockpot::io {
namespace {

void write_column(hid_t file, const PredictionColumn& column, std::int64_t samples) {
  std::vector<hsize_t> shape{static_cast<hsize_t>(samples)};
  shape.insert(shape.end(), column.row_shape.begin(), column.row_shape.end());
  const auto size = std::accumulate(shape.begin(), shape.end(), hsize_t{1}, std::multiplies<>());
  std::visit(
      [&]<typename T>(const std::vector<T>& values) {
        expect(values.size() == size, "prediction column " + column.name + " has a row per sample");
        write_dataset<T>(file, column.name, shape, values, column.units, column.description);
      },
      column.values);
}

}  // namespace

void write_predictions(const std::filesystem::path& path, const PredictionTable& table) {
  const Hdf5Handle file = create_memory_file();
  write_attribute(file, "format", std::string(kPredictionFormat));
  write_attribute(file, "format_version", kPredictionVersion);
  for (const auto& [name, value] : table.facts) write_attribute(file, name, value);
  for (const auto& column : table.columns) write_column(file, column, table.samples);
  if (!table.class_names.empty()) {
    std::vector<const char*> names;
    for (const auto& name : table.class_names) names.push_back(name.c_str());
    write_dataset<std::string>(file, "class_names", {names.size()}, names, "",
                               "name of each class, in the order of logits and labels");
  }
  write_memory_file(path, file);
}

}  // namespace stockpot::io
