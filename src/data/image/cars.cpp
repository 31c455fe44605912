// SPDX-License-Identifier: Apache-2.0
#include "data/image/cars.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "data/image/mat_file.hpp"

namespace stockpot::data {
namespace {

constexpr std::int64_t kClasses = 196;

/// Position of a field of the annotation structs.
std::size_t field(const MatArray& annotations, const std::string& name, const std::string& where) {
  const auto found = std::find(annotations.fields.begin(), annotations.fields.end(), name);
  if (found == annotations.fields.end())
    throw DataError(where + ": annotations have no field " + name, "",
                    "the test file is the one `_withlabels`");
  return static_cast<std::size_t>(found - annotations.fields.begin());
}

}  // namespace

PictureList list_cars(const SourceFolder& folder, Part part) {
  const bool train = part == Part::train;
  const auto table = train ? folder.find({"devkit/cars_train_annos.mat",
                                          "stanford_cars/devkit/cars_train_annos.mat"})
                           : folder.find({"cars_test_annos_withlabels.mat",
                                          "stanford_cars/cars_test_annos_withlabels.mat",
                                          "devkit/cars_test_annos_withlabels.mat",
                                          "stanford_cars/devkit/cars_test_annos_withlabels.mat"});
  const auto pictures = train ? folder.find({"cars_train", "stanford_cars/cars_train"})
                              : folder.find({"cars_test", "stanford_cars/cars_test"});
  const std::string where = table.string();
  MatFile file(table, folder.digests);
  const MatArray& annotations = file.variable("annotations");
  if (annotations.kind != MatKind::structs || annotations.count() == 0)
    throw DataError(where + ": annotations are no structs");
  const std::size_t name_at = field(annotations, "fname", where),
                    class_at = field(annotations, "class", where),
                    fields = annotations.fields.size();
  PictureList list{.folder = pictures, .paths = {}, .labels = {}, .read = read_jpeg};
  for (std::int64_t i = 0; i < annotations.count(); ++i) {
    const MatArray* row = annotations.children.data() + static_cast<std::size_t>(i) * fields;
    const std::string at = fmt::format("{}: annotation {}", where, i + 1),
                      name = row[name_at].text(at);
    if (!is_plain_name(name))
      throw DataError(at + ": the file name is not a plain name",
                      "names of files lead nowhere else", "use the official file");
    const std::int64_t label = row[class_at].integer(0, at + ": class");
    if (label < 1 || label > kClasses)
      throw DataError(fmt::format("{}: class {}", at, label), "classes are 1 to 196");
    list.paths.push_back(pictures / name);
    list.labels.push_back(static_cast<std::int32_t>(label - 1));
  }
  return list;
}

ImageSet read_cars(const SourceFolder& folder, Part part, const KeptSize& size) {
  const PictureList list = list_cars(folder, part);
  return decode(list, list.all(), size, folder.digests);
}

}  // namespace stockpot::data
