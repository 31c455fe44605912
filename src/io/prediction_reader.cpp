// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "core/error.hpp"
#include "io/hdf5_reading.hpp"
#include "io/prediction_file.hpp"

namespace stockpot::io {
namespace {

/// The datasets that may be there, in the order of docs/export_format.md.
constexpr const char* kColumnNames[] = {"index",     "label",       "logits", "features",
                                        "token_ids", "token_types", "length", "pixels"};

std::string text_or_nothing(hid_t object, const char* name) {
  return has_attribute(object, name) ? read_attribute<std::string>(object, name) : "";
}

PredictionColumn read_prediction_column(hid_t file, const std::string& name,
                                        std::uint64_t file_bytes, std::int64_t& samples) {
  const Hdf5Handle dataset = open_child(file, name, H5O_TYPE_DATASET);
  auto shape = shape_of(dataset);
  require(!shape.empty(), name + " has no rows");
  if (name == "index") samples = shape.front();
  require(shape.front() == samples, name + " has another number of rows than index");
  shape.erase(shape.begin());
  PredictionColumn column{name,
                          std::move(shape),
                          {},
                          text_or_nothing(dataset, "units"),
                          text_or_nothing(dataset, "description")};
  const Hdf5Handle type(H5Dget_type(dataset), H5Tclose);
  if (is_type<float>(type))
    column.values = read_dataset<float>(dataset, name, file_bytes);
  else
    column.values = read_dataset<std::int64_t>(dataset, name, file_bytes);
  return column;
}

PredictionTable read_table(hid_t file, std::uint64_t file_bytes) {
  require(has_attribute(file, "format") &&
              read_attribute<std::string>(file, "format") == kPredictionFormat,
          fmt::format("its format is not {}", kPredictionFormat));
  const auto version = read_attribute<std::int64_t>(file, "format_version");
  require(
      version == kPredictionVersion,
      fmt::format("format version {} is not the one known here, {}", version, kPredictionVersion));
  PredictionTable table;
  for (const auto& name : attributes_of(file))
    if (name != "format" && is_one<std::string>(file, name))
      table.facts[name] = read_attribute<std::string>(file, name);
  require(has_child(file, "index"), "it has no index");
  for (const char* name : kColumnNames)
    if (has_child(file, name))
      table.columns.push_back(read_prediction_column(file, name, file_bytes, table.samples));
  if (has_child(file, "class_names"))
    table.class_names = read_dataset<std::string>(open_child(file, "class_names", H5O_TYPE_DATASET),
                                                  "class_names", file_bytes);
  return table;
}

}  // namespace

PredictionTable read_predictions(const std::filesystem::path& path) {
  const MappedFile checked(path);
  try {
    const Hdf5Handle file = open_checked_hdf5(checked);
    auto table = read_table(file, checked.bytes().size());
    checked.check_unchanged();
    return table;
  } catch (const Error& error) {
    throw DataError(path.string() + " holds no predictions that can be read", error.what());
  }
}

std::string format_of_hdf5(const std::filesystem::path& path) {
  const MappedFile checked(path);
  try {
    const Hdf5Handle file = open_checked_hdf5(checked);
    return text_or_nothing(file, "format");
  } catch (const Error& error) {
    throw DataError(path.string() + " is no HDF5 file of stockpot that can be read", error.what());
  }
}

}  // namespace stockpot::io
