// SPDX-License-Identifier: Apache-2.0
// A file is a header of 128 bytes and elements; an element is a tag (type, size) and data padded to
// 8 bytes; an array is an element of type miMATRIX whose data are elements again: flags, sizes,
// name and content. Compressed elements are inflated one at a time: their inner tag tells the size,
// which is compared with the compressed one before memory is asked for.
#include "data/image/mat_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/error.hpp"
#include "data/inflate.hpp"

namespace stockpot::data {
namespace {

enum Type : std::uint32_t {
  kInt8 = 1,
  kUint8 = 2,
  kInt16 = 3,
  kUint16 = 4,
  kInt32 = 5,
  kUint32 = 6,
  kSingle = 7,
  kDouble = 9,
  kInt64 = 12,
  kUint64 = 13,
  kMatrix = 14,
  kCompressed = 15,
  kUtf8 = 16
};
enum Class : std::uint32_t {
  kCellClass = 1,
  kStructClass = 2,
  kCharClass = 4,
  kFirstNumberClass = 6,
  kLastNumberClass = 15
};

constexpr std::size_t kHeader = 128, kTag = 8;
constexpr int kDeepest = 4;
constexpr std::uint64_t kMostArrays = 100'000, kMostSizes = 8, kLongestName = 63;
constexpr std::uint64_t kLargestElement = std::uint64_t{4} << 30;

static_assert(std::endian::native == std::endian::little,
              "numbers are read as the file holds them");

template <typename T>
T load(const std::uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

std::size_t size_of(int type) {
  switch (type) {
    case kInt8:
    case kUint8:
    case kUtf8:
      return 1;
    case kInt16:
    case kUint16:
      return 2;
    case kInt32:
    case kUint32:
    case kSingle:
      return 4;
    case kDouble:
    case kInt64:
    case kUint64:
      return 8;
    default:
      return 0;
  }
}

/// Reads elements from a piece of memory that begins at byte `offset` of what `where` names.
class Cursor {
 public:
  Cursor(std::span<std::uint8_t> bytes, std::string where)
      : bytes_(bytes), where_(std::move(where)) {}

  struct Element {
    std::uint32_t type = 0;
    std::span<std::uint8_t> data;
  };

  Element next() {
    require(at_ + kTag <= bytes_.size(), "ends inside a tag");
    const auto first = load<std::uint32_t>(bytes_.data() + at_);
    if (first >> 16 != 0) return small(first);
    const std::uint64_t size = load<std::uint32_t>(bytes_.data() + at_ + 4);
    require(size <= bytes_.size() - at_ - kTag,
            fmt::format("an element of {} bytes is longer than what is left", size));
    const Element element{first, bytes_.subspan(at_ + kTag, size)};
    at_ = std::min<std::uint64_t>(bytes_.size(), at_ + kTag + (size + 7) / 8 * 8);
    return element;
  }

  /// Type of the element that comes next, whose data need not be there.
  int next_type() const {
    require(at_ + kTag <= bytes_.size(), "ends inside a tag");
    return static_cast<int>(load<std::uint32_t>(bytes_.data() + at_) & 0xFFFF);
  }

  bool done() const { return at_ == bytes_.size(); }
  const std::string& where() const { return where_; }

  void require(bool holds, const std::string& what) const {
    if (!holds)
      throw DataError(fmt::format("{}: byte {} of a MAT element: {}", where_, at_, what),
                      "the file is damaged", "fetch it again");
  }

 private:
  /// An element of at most 4 bytes that shares the 8 bytes of its tag.
  Element small(std::uint32_t tag) {
    require(tag >> 16 <= 4, "a small element tells more than 4 bytes");
    const Element element{tag & 0xFFFF, bytes_.subspan(at_ + 4, tag >> 16)};
    at_ += kTag;
    return element;
  }

  std::span<std::uint8_t> bytes_;
  std::string where_;
  std::size_t at_ = 0;
};

MatArray parse_array(std::span<std::uint8_t> data, const std::string& where, int depth,
                     std::uint64_t& arrays_left);

void parse_sizes(Cursor& cursor, MatArray& array) {
  const auto [type, data] = cursor.next();
  cursor.require(type == kInt32 && data.size() % 4 == 0 && data.size() / 4 >= 2 &&
                     data.size() / 4 <= kMostSizes,
                 "wrong dimensions");
  std::uint64_t product = 1;
  for (std::size_t d = 0; d < data.size() / 4; ++d) {
    const auto size = load<std::int32_t>(data.data() + 4 * d);
    cursor.require(size >= 0, "a negative dimension");
    array.sizes.push_back(size);
    cursor.require(size == 0 || product <= kLargestElement / static_cast<std::uint64_t>(size),
                   "dimensions beyond 4 GiB");
    product *= static_cast<std::uint64_t>(size);
  }
}

std::string parse_name(Cursor& cursor) {
  const auto [type, data] = cursor.next();
  cursor.require(type == kInt8 && data.size() <= kLongestName, "wrong name");
  return {data.begin(), data.end()};
}

void parse_values(Cursor& cursor, MatArray& array) {
  const auto [type, data] = cursor.next();
  const std::size_t width = size_of(static_cast<int>(type));
  cursor.require(width > 0 && static_cast<std::uint64_t>(array.count()) * width == data.size(),
                 "as many bytes as the dimensions tell are needed");
  array.number_type = static_cast<int>(type);
  array.data = data;
}

void parse_children(Cursor& cursor, MatArray& array, std::uint64_t per_element, int depth,
                    std::uint64_t& arrays_left) {
  const std::uint64_t count = static_cast<std::uint64_t>(array.count()) * per_element;
  cursor.require(count <= arrays_left, "more arrays than are read");
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto [type, data] = cursor.next();
    cursor.require(type == kMatrix, "an array is needed");
    array.children.push_back(parse_array(data, cursor.where(), depth + 1, arrays_left));
  }
}

void parse_fields(Cursor& cursor, MatArray& array) {
  const auto [length_type, length_data] = cursor.next();
  cursor.require(length_type == kInt32 && length_data.size() == 4, "wrong length of field names");
  const auto length = load<std::uint32_t>(length_data.data());
  const auto [type, data] = cursor.next();
  cursor.require(
      type == kInt8 && length >= 1 && length <= kLongestName + 1 && data.size() % length == 0,
      "wrong field names");
  for (std::size_t i = 0; i < data.size(); i += length) {
    const char* name = reinterpret_cast<const char*>(data.data() + i);
    array.fields.emplace_back(name, strnlen(name, length));
  }
}

/// Flags, sizes and name of an array; returns its class.
std::uint32_t parse_head(Cursor& cursor, MatArray& array) {
  const auto [type, flags] = cursor.next();
  cursor.require(type == kUint32 && flags.size() == 8, "wrong array flags");
  const std::uint32_t word = load<std::uint32_t>(flags.data()), kind = word & 0xFF;
  cursor.require((word & 0x0800) == 0, "complex numbers are not read");
  parse_sizes(cursor, array);
  array.name = parse_name(cursor);
  return kind;
}

MatArray parse_array(std::span<std::uint8_t> data, const std::string& where, int depth,
                     std::uint64_t& arrays_left) {
  Cursor cursor(data, where);
  cursor.require(depth <= kDeepest && arrays_left > 0, "arrays nested too deep, or too many");
  --arrays_left;
  MatArray array;
  if (data.empty()) {  // how an empty cell may be written
    array.sizes = {0, 0};
    return array;
  }
  const std::uint32_t kind = parse_head(cursor, array);
  if (kind == kCellClass) {
    array.kind = MatKind::cells;
    parse_children(cursor, array, 1, depth, arrays_left);
  } else if (kind == kStructClass) {
    array.kind = MatKind::structs;
    parse_fields(cursor, array);
    parse_children(cursor, array, array.fields.size(), depth, arrays_left);
  } else {
    cursor.require(kind == kCharClass || (kind >= kFirstNumberClass && kind <= kLastNumberClass),
                   fmt::format("array class {} is not read", kind));
    array.kind = kind == kCharClass ? MatKind::text : MatKind::numbers;
    parse_values(cursor, array);
  }
  cursor.require(cursor.done(), "bytes follow the array");
  return array;
}

void check_header(const InputFile& file) {
  std::array<std::uint8_t, kHeader> header;
  const std::string name = file.path().string();
  if (file.size() < kHeader + kTag)
    throw DataError(fmt::format("{}: {} bytes are no MAT file", name, file.size()),
                    "it was cut short", "fetch it again");
  file.read(0, header);
  if (load<std::uint16_t>(header.data() + 126) != 0x4D49)
    throw DataError(name + ": byte 126: no mark of a little-endian MAT 5 file",
                    "version 4 and big-endian files are not read", "save it with -v7");
  if (load<std::uint16_t>(header.data() + 124) != 0x0100)
    throw DataError(name + ": byte 124: MAT version is not 5", "version 7.3 is HDF5",
                    "save it with -v7");
}

/// Data of the element at `offset`, inflated if it is compressed, or the first `most` bytes of
/// them; `offset` moves behind it.
Bytes read_element(const InputFile& file, std::uint64_t& offset,
                   std::uint64_t most = kLargestElement) {
  const std::string at = fmt::format("{}: byte {}: ", file.path().string(), offset);
  std::array<std::uint8_t, kTag> tag;
  if (file.size() - offset < kTag)
    throw DataError(at + "ends inside a tag", "it was cut short", "fetch it again");
  file.read(offset, tag);
  const auto outer = load<std::uint32_t>(tag.data());
  const std::uint64_t stored = load<std::uint32_t>(tag.data() + 4), begin = offset + kTag,
                      end = begin + stored;
  if (end > file.size())
    throw DataError(fmt::format("{}an element of {} bytes is longer than the file", at, stored),
                    "it was cut short", "fetch it again");
  offset = end;
  if (outer == kMatrix) {
    Bytes bytes(std::min(stored, most));
    file.read(begin, bytes.span());
    return bytes;
  }
  if (outer != kCompressed)
    throw DataError(fmt::format("{}element type {}, expected an array", at, outer),
                    "the file is damaged", "fetch it again");
  Inflater inflater(file, {begin, end, Inflater::Format::zlib});
  inflater.read(tag);
  const std::uint64_t size = load<std::uint32_t>(tag.data() + 4);
  if (load<std::uint32_t>(tag.data()) != kMatrix || size > stored * kLargestInflateRatio)
    throw DataError(fmt::format("{}compressed element tells {} bytes of type {}", at, size,
                                load<std::uint32_t>(tag.data())),
                    fmt::format("an array is expected, and at most {} : 1", kLargestInflateRatio),
                    "fetch it again");
  Bytes bytes(std::min(size, most));
  inflater.read(bytes.span());
  if (size <= most) inflater.finish();
  return bytes;
}

/// What the beginning of an array tells.
MatArray parse_beginning(std::span<std::uint8_t> data, const std::string& where) {
  Cursor cursor(data, where);
  MatArray array;
  const std::uint32_t kind = parse_head(cursor, array);
  array.kind = kind == kCellClass     ? MatKind::cells
               : kind == kStructClass ? MatKind::structs
               : kind == kCharClass   ? MatKind::text
                                      : MatKind::numbers;
  array.number_type = cursor.next_type();
  return array;
}

}  // namespace

std::int64_t MatArray::count() const {
  std::int64_t product = 1;
  for (const std::int64_t size : sizes) product *= size;
  return product;
}

bool MatArray::is_bytes() const { return kind == MatKind::numbers && number_type == kUint8; }

std::int64_t MatArray::integer(std::int64_t i, const std::string& where) const {
  if (kind != MatKind::numbers || i >= count())
    throw DataError(fmt::format("{}: {} has no number {}", where, name, i));
  const std::uint8_t* from = data.data() + static_cast<std::size_t>(i) * size_of(number_type);
  switch (number_type) {
    case kInt8:
      return load<std::int8_t>(from);
    case kUint8:
      return *from;
    case kInt16:
      return load<std::int16_t>(from);
    case kUint16:
      return load<std::uint16_t>(from);
    case kInt32:
      return load<std::int32_t>(from);
    case kUint32:
      return load<std::uint32_t>(from);
    case kInt64:
      return load<std::int64_t>(from);
    case kDouble: {
      const auto value = load<double>(from);
      if (std::abs(value) <= 1e15 && value == std::trunc(value))
        return static_cast<std::int64_t>(value);
      [[fallthrough]];
    }
    default:
      throw DataError(fmt::format("{}: {}{} is no whole number", where,
                                  name.empty() ? "" : fmt::format("number {} of {}: ", i, name),
                                  number_text(i)));
  }
}

std::string MatArray::number_text(std::int64_t i) const {
  if (number_type != kDouble) return fmt::format("a value of MAT type {}", number_type);
  return fmt::format("{}", load<double>(&data[static_cast<std::size_t>(i) * sizeof(double)]));
}

std::string MatArray::text(const std::string& where) const {
  if (kind != MatKind::text) throw DataError(where + ": a text is expected");
  const std::size_t width = size_of(number_type);
  std::string out;
  for (std::size_t i = 0; i < data.size(); i += width) {
    if (width > 2 || (width == 2 && data[i + 1] != 0))
      throw DataError(where + ": a text has characters beyond one byte");
    out.push_back(static_cast<char>(data[i]));
  }
  return out;
}

std::vector<MatArray> list_mat_file(const std::filesystem::path& path) {
  constexpr std::uint64_t kBeginning = 512;  // flags, sizes, name and the tag of the values
  const InputFile file(path);
  check_header(file);
  std::vector<MatArray> arrays;
  for (std::uint64_t offset = kHeader; offset < file.size();)
    arrays.push_back(parse_beginning(read_element(file, offset, kBeginning).span(), path.string()));
  return arrays;
}

MatFile::MatFile(const std::filesystem::path& path, io::InputDigests* digests)
    : path_(path.string()) {
  const InputFile file(path, digests);
  check_header(file);
  std::uint64_t arrays_left = kMostArrays;
  for (std::uint64_t offset = kHeader; offset < file.size();) {
    elements_.push_back(read_element(file, offset));
    variables_.push_back(parse_array(elements_.back().span(), path_, 0, arrays_left));
  }
  file.done();
}

MatArray& find_array(std::span<MatArray> arrays, const std::string& name,
                     const std::string& where) {
  MatArray* found = nullptr;
  for (MatArray& array : arrays) {
    if (array.name != name) continue;
    if (found != nullptr) throw DataError(where + ": variable " + name + " is there twice");
    found = &array;
  }
  if (found == nullptr) throw DataError(where + ": has no variable " + name);
  return *found;
}

MatArray& MatFile::variable(const std::string& name) { return find_array(variables_, name, path_); }

Bytes MatFile::take_bytes(const std::string& name) {
  MatArray& array = variable(name);
  Bytes bytes = std::move(elements_[static_cast<std::size_t>(&array - variables_.data())]);
  bytes.drop_front(static_cast<std::size_t>(array.data.data() - bytes.data()));
  return bytes;
}

}  // namespace stockpot::data
