// SPDX-License-Identifier: Apache-2.0
#include "data/check_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/error.hpp"
#include "data/image/corruption.hpp"
#include "data/image/image_source.hpp"
#include "data/official_check.hpp"
#include "data/text/glue.hpp"

namespace stockpot::data {
namespace {

namespace fs = std::filesystem;
using State = FoundFile::State;

/// The first of the file's names that exists in `folder`; empty: none.
fs::path locate(const OfficialFile& file, const fs::path& folder) {
  std::error_code ignored;
  for (const std::string_view name : file.names)
    if (fs::exists(folder / name, ignored)) return folder / name;
  return {};
}

/// Compare the content with what is published.
void compare(const OfficialFile& official, FoundFile& found) {
  const Bytes content = read_file_or_gzip(found.path);
  const auto md5 = official.md5.empty()
                       ? ""
                       : io::hash_of(io::HashAlgorithm::md5, std::as_bytes(content.span()));
  found.note = difference(official, {.bytes = content.size(), .sha256 = "", .md5 = md5});
  found.state = !found.note.empty() ? State::different
                : md5.empty()       ? State::there
                                    : State::official;
}

FoundFile check_file(const OfficialFile& official, const fs::path& folder) {
  FoundFile found{.path = locate(official, folder), .needed = official.needed};
  if (found.path.empty()) {
    found.path = folder / official.names.front();
    return found;
  }
  try {
    std::error_code ignored;
    if (fs::is_directory(found.path, ignored) &&
        !fs::path(official.names.front()).has_extension()) {
      found.state = State::there;
    } else {
      found.bytes = InputFile(found.path).size();
      compare(official, found);
    }
  } catch (const Error& error) {
    found.state = State::unreadable;
    found.note = error.what();
  }
  return found;
}

/// Samples of each class as text, such as "10 classes of 5421 to 6742".
std::string classes_text(const std::vector<std::int64_t>& labels) {
  std::map<std::int64_t, std::int64_t> count;
  for (const std::int64_t label : labels) ++count[label];
  const auto [least, most] =
      std::ranges::minmax_element(count, {}, &std::pair<const std::int64_t, std::int64_t>::second);
  return fmt::format("{} {} of {} to {}", count.size(), count.size() == 1 ? "class" : "classes",
                     least->second, most->second);
}

/// What was read, good if the number of samples is an official one.
FoundPart part_of(const std::string& name, std::int64_t samples,
                  const std::vector<std::int64_t>& official, const std::string& more) {
  FoundPart part{name, true,
                 official.empty() || std::ranges::find(official, samples) != official.end(),
                 fmt::format("{} samples, {}", samples, more)};
  if (!part.good) part.text += fmt::format("; the official file has {}", official.front());
  return part;
}

template <typename Read>
FoundPart read_part(const std::string& name, Read&& read) {
  try {
    return read();
  } catch (const Error& error) {
    return {name, false, false, error.what()};
  }
}

FoundPart describe_images(const std::string& name, const ImageSet& images,
                          const std::vector<std::int64_t>& official) {
  return part_of(name, images.size(), official,
                 classes_text({images.labels.begin(), images.labels.end()}));
}

std::vector<FoundPart> read_images(const ImageSource& source, const OfficialSet& set,
                                   const fs::path& folder) {
  constexpr KeptSize kSmall{.side = 8};  // pictures are decoded, then nearly thrown away
  std::vector<FoundPart> parts;
  for (const Part part : {Part::train, Part::test}) {
    const bool train = part == Part::train;
    const std::string name = train ? "training" : "test";
    parts.push_back(read_part(name, [&] {
      return describe_images(name, source.read({folder, std::string(source.origin)}, part, kSmall),
                             train ? set.train : set.test);
    }));
  }
  return parts;
}

std::vector<FoundPart> read_corruptions(const OfficialSet& set, const fs::path& folder,
                                        const std::vector<FoundFile>& files) {
  std::vector<FoundPart> parts;
  for (const FoundFile& file : files) {
    const std::string name = file.path.stem().string();
    if (name == "labels" || file.state == State::absent || file.state == State::unreadable)
      continue;
    const std::int64_t classes = set.name == "cifar10_c" ? 10 : 100;
    parts.push_back(read_part(name, [&] {
      return describe_images(name, read_corruption({folder, ""}, name, kSeverities, classes),
                             set.test);
    }));
  }
  return parts;
}

std::vector<FoundPart> read_texts(const GlueTask& task, const OfficialSet& set,
                                  const std::vector<FoundFile>& files) {
  std::vector<FoundPart> parts;
  for (const FoundFile& file : files) {
    if (file.state == State::absent || file.state == State::unreadable) continue;
    const std::string name = file.path.filename().string();
    parts.push_back(read_part(name, [&] {
      const GlueFile read = read_glue(file.path, task, file.needed);
      std::vector<std::int64_t> labels;
      for (const GlueExample& example : read.examples) labels.push_back(example.label);
      const auto official = !file.needed                   ? std::vector<std::int64_t>{}
                            : name == "train.tsv"          ? set.train
                            : name == "dev_mismatched.tsv" ? std::vector<std::int64_t>{}
                                                           : set.test;
      return part_of(name, static_cast<std::int64_t>(labels.size()), official,
                     !file.needed        ? "unlabelled"
                     : task.regression() ? "with scores"
                                         : classes_text(labels));
    }));
  }
  return parts;
}

/// How well the files fit the set: what decides between sets whose files have the same names.
int fitness(const FoundSet& set) {
  int points = 0;
  for (const FoundFile& file : set.files) points += file.state == State::official ? 1 : 0;
  for (const FoundPart& part : set.parts) points += part.reads ? 1 : 0;
  return points;
}

/// Add the sets that lie in `folder` itself; a file belongs to one set only.
void find_here(const fs::path& folder, std::vector<FoundSet>& sets) {
  std::vector<FoundSet> candidates;
  for (const OfficialSet& set : official_sets())
    if (std::ranges::any_of(set.files, [&](const OfficialFile& file) {
          return file.needed && !locate(file, folder).empty();
        }))
      candidates.push_back(check_files(set, folder));
  std::ranges::stable_sort(candidates, std::greater{}, fitness);
  std::set<fs::path> taken;
  for (FoundSet& candidate : candidates) {
    const auto is_taken = [&](const FoundFile& file) {
      return file.state != State::absent && taken.contains(file.path);
    };
    if (std::ranges::any_of(candidate.files, is_taken)) continue;
    for (const FoundFile& file : candidate.files) taken.insert(file.path);
    sets.push_back(std::move(candidate));
  }
}

void find_below(const fs::path& folder, int levels, std::vector<FoundSet>& sets) {
  const std::size_t before = sets.size();
  find_here(folder, sets);
  if (levels == 0 || sets.size() > before) return;
  std::set<fs::path> subfolders;
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed))
    if (std::error_code ignored; entry->is_directory(ignored)) subfolders.insert(entry->path());
  for (const fs::path& subfolder : subfolders) find_below(subfolder, levels - 1, sets);
}

}  // namespace

bool FoundSet::good() const {
  const auto is_good = [](const FoundFile& file) {
    return file.state == State::official || file.state == State::there ||
           (file.state == State::absent && !file.needed);
  };
  return std::ranges::all_of(files, is_good) && std::ranges::all_of(parts, &FoundPart::good);
}

FoundSet check_files(const OfficialSet& set, const fs::path& folder) {
  FoundSet found{.name = set.name, .folder = folder};
  for (const OfficialFile& file : set.files) found.files.push_back(check_file(file, folder));
  if (const auto* task = find_glue_task(set.name))
    found.parts = read_texts(*task, set, found.files);
  else if (const auto* source = find_image_source(set.name))
    found.parts = read_images(*source, set, folder);
  else
    found.parts = read_corruptions(set, folder, found.files);
  return found;
}

std::vector<FoundSet> check_folder(const fs::path& folder) {
  std::vector<FoundSet> sets;
  find_below(folder, 2, sets);
  return sets;
}

}  // namespace stockpot::data
