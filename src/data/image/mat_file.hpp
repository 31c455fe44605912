// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "data/input_file.hpp"

namespace stockpot::data {

/// Kinds of MAT-file arrays that are read.
enum class MatKind { numbers, text, cells, structs };

/// One array of a MAT file, with views into MatFile's memory.
struct MatArray {
  MatKind kind = MatKind::numbers;
  std::string name;
  std::vector<std::int64_t> sizes;  ///< column-major
  int number_type =
      0;  ///< type of the stored numbers (mi...), which may be narrower than the class
  std::span<std::uint8_t> data;     ///< numbers, characters
  std::vector<std::string> fields;  ///< structs: names
  std::vector<MatArray>
      children;  ///< cells: elements; structs: fields of element 0, of element 1, ...

  std::int64_t count() const;
  bool is_bytes() const;  ///< numbers stored as uint8
  /// Number `i` as an integer; DataError if it is none. `where` names the file.
  std::int64_t integer(std::int64_t i, const std::string& where) const;
  /// Number `i` as a message shows it.
  std::string number_text(std::int64_t i) const;
  /// The characters of a text of bytes.
  std::string text(const std::string& where) const;
};

/// The variable `name` of a file, `where`; DataError if it is not there, or there twice.
MatArray& find_array(std::span<MatArray> arrays, const std::string& name, const std::string& where);

/// The variables of a MATLAB 5 file by their beginnings: kind, name, sizes and type of numbers,
/// without values. DataError as MatFile, but for what only the values show.
std::vector<MatArray> list_mat_file(const std::filesystem::path& path);

/// The variables of a MATLAB 5 file (the format that `save -v6` and `-v7` write), read whole.
///
/// Our own reader of a small subset, because the known libraries do not bound what damaged files
/// make them do. Refused with a reason: version 4 and 7.3, big-endian files, sparse, complex and
/// object arrays. source: MathWorks, "MAT-File Format", level 5.
class MatFile {
 public:
  explicit MatFile(const std::filesystem::path& path, io::InputDigests* digests = nullptr);

  /// Variable `name`; DataError if it is not there, or there twice.
  MatArray& variable(const std::string& name);

  /// Memory that holds the data of variable `name`, moved out; the data of a uint8 array begin at
  /// its front.
  Bytes take_bytes(const std::string& name);

 private:
  std::string path_;
  std::vector<Bytes> elements_;
  std::vector<MatArray> variables_;
};

}  // namespace stockpot::data
