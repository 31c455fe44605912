// SPDX-License-Identifier: Apache-2.0
#include "data/image/image_folder.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "core/error.hpp"

namespace stockpot::data {
namespace {

namespace fs = std::filesystem;

std::string extension_of(const fs::path& path) {
  std::string text = path.extension().string();
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// How pictures of a format are read, by the ends of their names.
struct Format {
  std::string_view extension;
  Picture (*read)(const fs::path&, std::string* sha256);
};

constexpr std::array<Format, 4> kFormats{
    {{".jpg", read_jpeg}, {".jpeg", read_jpeg}, {".png", read_png}, {".ppm", read_ppm}}};

const Format* format_of(const fs::path& path) {
  const auto* found = std::ranges::find(kFormats, extension_of(path), &Format::extension);
  return found == kFormats.end() ? nullptr : found;
}

Picture read_picture(const fs::path& path, std::string* sha256) {
  return format_of(path)->read(path, sha256);  // listed: its format is known
}

/// What lies in `folder`, sorted; not what is hidden.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::error_code failed;
  std::vector<fs::path> entries;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed))
    if (!entry->path().filename().string().starts_with('.')) entries.push_back(entry->path());
  if (failed == std::errc::not_a_directory) throw DataError(folder.string() + ": is no folder");
  if (failed) throw IoError(folder.string() + ": cannot be listed", failed.message());
  std::ranges::sort(entries);
  return entries;
}

/// The folders of classes below `folder`.
std::vector<fs::path> classes_in(const fs::path& folder) {
  const auto folders = entries_of(folder);
  for (const auto& path : folders)
    if (std::error_code ignored; !fs::is_directory(path, ignored))
      throw DataError(path.string() + ": no folder of a class",
                      "pictures lie in a folder for each class", "move it");
  if (folders.empty()) throw DataError(folder.string() + ": holds no folder of a class");
  return folders;
}

void add_class(const fs::path& folder, std::int32_t label, PictureList& list) {
  const auto pictures = entries_of(folder);
  if (pictures.empty()) throw DataError(folder.string() + ": holds no picture");
  for (const auto& path : pictures) {
    if (format_of(path) == nullptr)
      throw DataError(path.string() + ": no picture of a format that is read",
                      ".jpg, .jpeg, .png and .ppm (P6) are", "convert it, or move it away");
    list.paths.push_back(path);
    list.labels.push_back(label);
  }
}

}  // namespace

PictureList list_image_folder(const SourceFolder& folder, Part part) {
  PictureList list{.folder = folder.path / (part == Part::train ? "train" : "test"),
                   .paths = {},
                   .labels = {},
                   .read = read_picture};
  const auto training = classes_in(folder.find({"train"}));
  for (const auto& path : training) list.class_names.push_back(path.filename().string());
  for (const auto& path : part == Part::train ? training : classes_in(folder.find({"test"}))) {
    const auto found = std::ranges::find(list.class_names, path.filename().string());
    if (found == list.class_names.end())
      throw DataError(path.string() + ": train has no such class", "",
                      "classes are the folders of train");
    add_class(path, static_cast<std::int32_t>(found - list.class_names.begin()), list);
  }
  return list;
}

ImageSet read_image_folder(const SourceFolder& folder, Part part, const KeptSize& size) {
  const PictureList list = list_image_folder(folder, part);
  return decode(list, list.all(), size, folder.digests);
}

}  // namespace stockpot::data
