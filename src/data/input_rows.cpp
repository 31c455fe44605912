// SPDX-License-Identifier: Apache-2.0
#include "data/input_rows.hpp"

#include <map>

namespace stockpot::data {
namespace {

/// The row that a file belongs to, and its name there; that is empty where the file is the row.
struct Place {
  std::string row, member;
};

/// `name` below the folder `prefix`; empty if it lies elsewhere.
std::string below(std::string_view prefix, const std::string& name) {
  const bool inside = name.size() > prefix.size() && name.starts_with(prefix);
  return inside && name[prefix.size()] == '/' ? name.substr(prefix.size() + 1) : "";
}

Place place_of(const std::string& name, const OfficialSet* set) {
  if (set != nullptr)
    for (const auto& file : set->files)
      for (const auto alias : file.names) {
        if (alias == name) return {std::string(file.names.front()), ""};
        if (auto member = below(alias, name); !member.empty())
          return {std::string(file.names.front()), std::move(member)};
      }
  const auto slash = name.find('/');
  if (slash == std::string::npos) return {name, ""};
  return {name.substr(0, slash), name.substr(slash + 1)};
}

}  // namespace

std::vector<io::InputRow> input_rows(const std::string& role, const io::InputDigests& digests,
                                     const std::filesystem::path& folder, const OfficialSet* set) {
  std::map<std::string, io::InputRow> rows;
  for (const auto& [path, is_folder, content] : digests.all()) {
    auto name = path.lexically_relative(folder).generic_string();
    if (name.empty() || name.starts_with("..")) name = path.filename().string();
    const auto [of, member] = place_of(name, set);
    auto& row = rows[of];
    row.role = role;
    row.file = of;
    row.bytes += static_cast<std::int64_t>(content.bytes);
    if (!is_folder && member.empty()) {
      row.sha256 = content.sha256;
      continue;
    }
    auto sum =
        is_folder ? io::DigestSum::from_hex(content.sha256) : io::DigestSum(member, content.sha256);
    if (!row.sha256.empty()) sum += io::DigestSum::from_hex(row.sha256);
    row.sha256 = sum.hex();
  }
  std::vector<io::InputRow> sorted;
  for (auto& [name, row] : rows) sorted.push_back(std::move(row));
  return sorted;
}

}  // namespace stockpot::data
