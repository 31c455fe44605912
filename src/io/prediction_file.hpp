// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace stockpot::io {

inline constexpr const char* kPredictionFormat = "stockpot-predictions";
inline constexpr std::int64_t kPredictionVersion = 1;

/// One dataset of a prediction file: a row per sample.
struct PredictionColumn {
  std::string name;
  std::vector<std::int64_t> row_shape;  ///< empty: a number per sample
  std::variant<std::vector<std::int64_t>, std::vector<float>> values;
  std::string units, description;
};

/// What `stockpot predict` writes: plain values.
struct PredictionTable {
  std::map<std::string, std::string> facts;  ///< root attributes: data, split, model, ...
  std::vector<std::string> class_names;      ///< in label order; empty: regression, or unknown
  std::int64_t samples = 0;
  std::vector<PredictionColumn> columns;
};

/// Write `table` as HDF5 (docs/export_format.md), built in memory and put down by an AtomicFile;
/// equal tables give equal bytes. throws  IoError; LogicError where a column has another number of
/// rows
void write_predictions(const std::filesystem::path& path, const PredictionTable& table);

/// Read back a file of write_predictions, as carefully as read_result does; its columns are those
/// that the format names. throws DataError naming the file and what is wrong with it
PredictionTable read_predictions(const std::filesystem::path& path);

/// The attribute `format` of an HDF5 file that ends with our checksum; empty where it has none.
/// throws DataError
std::string format_of_hdf5(const std::filesystem::path& path);

}  // namespace stockpot::io
