// SPDX-License-Identifier: Apache-2.0
#include "data/image/gtsrb.hpp"

#include <fmt/format.h>

#include <charconv>

#include "core/error.hpp"

namespace stockpot::data {
namespace {

constexpr std::int64_t kClasses = 43;
constexpr std::uint64_t kLargestTable = 16 << 20;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end; (end = text.find(separator)) != std::string_view::npos;
       text.remove_prefix(end + 1))
    parts.push_back(text.substr(0, end));
  parts.push_back(text);
  return parts;
}

/// Position of the column `title` in the first line of a table.
std::size_t column(const std::vector<std::string_view>& titles, std::string_view title,
                   const std::string& table) {
  for (std::size_t i = 0; i < titles.size(); ++i)
    if (titles[i] == title) return i;
  throw DataError(table + ": line 1: no column " + std::string(title),
                  "columns are separated by semicolons", "use the official file");
}

/// Append the rows of an annotation table; its pictures lie in `pictures`. `only`: the class that
/// every row must have; -1: any.
void read_table(const std::filesystem::path& path, const std::filesystem::path& pictures,
                std::int32_t only, io::InputDigests* digests, PictureList& list) {
  const Bytes bytes = read_file(path, kLargestTable, digests);
  const std::string table = path.string();
  std::vector<std::string_view> lines =
      split({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, '\n');
  for (std::string_view& line : lines)
    if (line.ends_with('\r')) line.remove_suffix(1);
  if (lines.back().empty()) lines.pop_back();
  if (lines.size() < 2)
    throw DataError(table + ": has no rows", "it is empty or was cut short", "fetch it again");
  const auto titles = split(lines[0], ';');
  const std::size_t name_at = column(titles, "Filename", table),
                    class_at = column(titles, "ClassId", table);
  for (std::size_t l = 1; l < lines.size(); ++l) {
    const auto fields = split(lines[l], ';');
    const std::string where = fmt::format("{}: line {}: ", table, l + 1);
    if (fields.size() != titles.size())
      throw DataError(fmt::format("{}{} columns, expected {}", where, fields.size(), titles.size()),
                      "it was cut short", "fetch it again");
    if (!is_plain_name(fields[name_at]))
      throw DataError(where + "the file name is not a plain name",
                      "names of files lead nowhere else", "use the official file");
    const std::string_view text = fields[class_at];
    std::int32_t label = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), label);
    if (error != std::errc() || end != text.data() + text.size() || label < 0 || label >= kClasses)
      throw DataError(fmt::format("{}class \"{}\"", where, text.substr(0, 32)),
                      "classes are the whole numbers 0 to 42");
    if (only >= 0 && label != only)
      throw DataError(fmt::format("{}class {}", where, label),
                      fmt::format("this is the folder of class {}", only), "use the official file");
    list.paths.push_back(pictures / fields[name_at]);
    list.labels.push_back(label);
  }
}

PictureList training_pictures(const SourceFolder& folder) {
  const auto images = folder.find(
      {"Training", "GTSRB/Training", "Final_Training/Images", "GTSRB/Final_Training/Images"});
  PictureList list{.folder = images, .paths = {}, .labels = {}, .read = read_ppm};
  for (int label = 0; label < kClasses; ++label) {
    const std::string name = fmt::format("{:05}", label);
    const SourceFolder of_class{images / name, folder.origin};
    read_table(of_class.find({fmt::format("GT-{}.csv", name)}), of_class.path, label,
               folder.digests, list);
  }
  return list;
}

PictureList test_pictures(const SourceFolder& folder) {
  const auto images = folder.find({"Final_Test/Images", "GTSRB/Final_Test/Images"});
  PictureList list{.folder = images, .paths = {}, .labels = {}, .read = read_ppm};
  read_table(folder.find({"GT-final_test.csv", "GTSRB/GT-final_test.csv",
                          "Final_Test/Images/GT-final_test.csv",
                          "GTSRB/Final_Test/Images/GT-final_test.csv",
                          "Final_Test/GT-final_test.csv", "GTSRB/Final_Test/GT-final_test.csv"}),
             images, -1, folder.digests, list);
  return list;
}

}  // namespace

PictureList list_gtsrb(const SourceFolder& folder, Part part) {
  return part == Part::train ? training_pictures(folder) : test_pictures(folder);
}

ImageSet read_gtsrb(const SourceFolder& folder, Part part, const KeptSize& size) {
  const PictureList list = list_gtsrb(folder, part);
  return decode(list, list.all(), size, folder.digests);
}

}  // namespace stockpot::data
