// SPDX-License-Identifier: Apache-2.0
#include "faults/disk_model.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "io/files.hpp"

namespace stockpot::test {
namespace {

namespace fs = std::filesystem;

/// `"\x2f\x74"` as strace -xx writes strings
std::string unquoted(const std::string& word) {
  std::string text;
  for (std::size_t i = word.find("\\x"); i != std::string::npos; i = word.find("\\x", i + 4))
    text += static_cast<char>(std::stoi(word.substr(i + 2, 2), nullptr, 16));
  return text;
}

/// The path of `5</tmp/x>`, which strace -y tells of a descriptor.
std::string path_of(const std::string& word) {
  const auto from = word.find('<'), to = word.rfind('>');
  if (from == std::string::npos || to == std::string::npos) return "";
  const auto text = word.substr(from + 1, to - from - 1);
  return text.find("\\x") == std::string::npos ? text : unquoted(text);
}

/// The words between the brackets of a call; strings hold no comma, since they are hexadecimal.
std::vector<std::string> words_in(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; std::getline(stream, word, ',');) {
    word.erase(0, word.find_first_not_of(' '));
    words.push_back(word);
  }
  return words;
}

std::string joined(const std::string& folder, const std::string& name) {
  return name.starts_with('/') ? name : (fs::path(folder) / name).string();
}

std::string parent_of(const std::string& path) { return fs::path(path).parent_path().string(); }

}  // namespace

DiskModel::DiskModel(const fs::path& folder) : folder_(folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto name = fs::relative(entry.path(), folder).string();
    if (entry.is_directory()) {
      folders_before_.insert(name);
    } else {
      names_before_[name] = files_++;
      data_before_.push_back(read_text(entry.path()));
    }
  }
  names_ = names_before_;
}

/// `path` below the folder; empty: it lies elsewhere.
std::string DiskModel::below(const std::string& path) const {
  const auto prefix = folder_.string();
  if (path == prefix) return ".";
  return path.starts_with(prefix + "/") ? path.substr(prefix.size() + 1) : "";
}

void DiskModel::take(const std::string& log, const std::string& mark) {
  std::string hexadecimal;
  for (const char letter : mark) {
    static const char* const kDigits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(letter);
    hexadecimal += std::string("\\x") + kDigits[byte >> 4] + kDigits[byte & 15];
  }
  bool begun = false;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    if (!begun) {
      begun = line.find(hexadecimal) != std::string::npos;
      continue;
    }
    const auto open = line.find('('), close = line.rfind(") ");
    const auto equals = line.find("= ", close == std::string::npos ? 0 : close);
    if (open == std::string::npos || close == std::string::npos || equals == std::string::npos)
      continue;
    const auto name_from = line.find_first_not_of(' ', line.find(' '));
    const auto result = line.substr(equals + 2);
    if (result.starts_with('-')) continue;  // it failed, and changed nothing
    take_call(line.substr(name_from, open - name_from),
              words_in(line.substr(open + 1, close - open - 1)), result);
  }
  if (!begun) throw std::runtime_error("the log does not tell where the calls begin");
}

void DiskModel::take_call(const std::string& name, const std::vector<std::string>& words,
                          const std::string& result) {
  using Kind = Call::Kind;
  const auto named = [&](std::size_t folder, std::size_t file) {
    return below(joined(path_of(words.at(folder)), unquoted(words.at(file))));
  };
  const auto absolute = [&](std::size_t file) { return below(unquoted(words.at(file))); };
  if (name == "openat") {
    const auto path = below(path_of(result));
    if (path.empty() || names_.contains(path) || words.at(2).find("O_CREAT") == std::string::npos)
      return;
    names_[path] = files_;
    calls_.push_back({.kind = Kind::make, .path = path, .file = files_++});
  } else if (name == "write") {
    const auto path = below(path_of(words.at(0)));
    if (path.empty()) return;
    calls_.push_back({.kind = Kind::write,
                      .path = path,
                      .data = unquoted(words.at(1)).substr(0, std::stoull(result)),
                      .file = names_.at(path)});
  } else if (name == "fsync" || name == "fdatasync") {
    const auto path = below(path_of(words.at(0)));
    if (path.empty()) return;
    calls_.push_back(
        {.kind = Kind::flush, .path = path, .file = names_.contains(path) ? names_.at(path) : -1});
  } else if (name == "renameat" || name == "rename") {
    const auto from = name == "rename" ? absolute(0) : named(0, 1);
    const auto to = name == "rename" ? absolute(1) : named(2, 3);
    if (from.empty() || to.empty()) return;
    const int file = names_.at(from);
    names_.erase(from);
    names_[to] = file;
    calls_.push_back({.kind = Kind::rename, .path = from, .to = to, .file = file});
  } else if (name == "mkdir") {
    if (const auto path = absolute(0); !path.empty())
      calls_.push_back({.kind = Kind::make_folder, .path = path});
  } else if (name == "unlink" || name == "rmdir" || name == "unlinkat") {
    const auto path = name == "unlinkat" ? named(0, 1) : absolute(0);
    if (path.empty()) return;
    const bool is_folder = !names_.contains(path);
    names_.erase(path);
    calls_.push_back({.kind = is_folder ? Kind::remove_folder : Kind::remove, .path = path});
  } else if (name != "fallocate" && name != "newfstatat" && name != "stat") {
    throw std::runtime_error(name + " is not modelled");
  }
}

void DiskModel::forget_flushes_of(const std::string& part) {
  std::erase_if(calls_, [&](const Call& call) {
    return call.kind == Call::Kind::flush && call.path.find(part) != std::string::npos;
  });
}

/// Calls among the first `count` that change a name in a folder which was not flushed after them.
std::vector<std::size_t> DiskModel::open_calls(std::size_t count) const {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& call = calls_[i];
    if (call.kind == Call::Kind::write) continue;
    if (call.kind != Call::Kind::flush) {
      open.push_back(i);
      continue;
    }
    std::erase_if(open, [&](std::size_t o) {
      const auto parent = parent_of(calls_[o].path);
      return (parent.empty() ? "." : parent) == call.path;
    });
  }
  return open;
}

std::size_t DiskModel::open_names(std::size_t count) const { return open_calls(count).size(); }

void DiskModel::restore(std::size_t count, const std::vector<bool>& names, Unflushed data,
                        const fs::path& to) const {
  using Kind = Call::Kind;
  std::vector<File> files(static_cast<std::size_t>(files_));
  for (std::size_t i = 0; i < data_before_.size(); ++i)
    files[i] = {data_before_[i], data_before_[i]};
  auto there = names_before_;
  auto folders = folders_before_;
  const auto open = open_calls(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& call = calls_[i];
    if (call.kind == Kind::write) files[static_cast<std::size_t>(call.file)].data += call.data;
    if (call.kind == Kind::flush && call.file >= 0) {
      auto& file = files[static_cast<std::size_t>(call.file)];
      file.flushed = file.data;
    }
    const auto is_open = std::ranges::find(open, i);
    if (is_open != open.end() && !names[static_cast<std::size_t>(is_open - open.begin())]) continue;
    if (call.kind == Kind::make) there[call.path] = call.file;
    if (call.kind == Kind::rename) there.erase(call.path), there[call.to] = call.file;
    if (call.kind == Kind::remove) there.erase(call.path);
    if (call.kind == Kind::make_folder) folders.insert(call.path);
    if (call.kind == Kind::remove_folder) folders.erase(call.path);
  }
  for (const auto& folder : folders)  // a folder comes before what it holds
    if (fs::is_directory((to / folder).parent_path())) fs::create_directory(to / folder);
  for (const auto& [name, number] : there) {
    if (!fs::is_directory((to / name).parent_path())) continue;
    const auto& file = files[static_cast<std::size_t>(number)];
    auto text = data == Unflushed::all ? file.data : file.flushed;
    if (data == Unflushed::half && file.data.size() > text.size()) {
      const auto half = text.size() + (file.data.size() - text.size()) / 2;
      text += file.data.substr(text.size(), half - text.size());
      text.resize(file.data.size(), '\0');  // the length is there before the data are
    }
    write_text(to / name, text);
  }
}

std::size_t DiskModel::flushed_after(const std::string& file) const {
  bool is_there = false;
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    is_there |= calls_[i].kind == Call::Kind::rename && calls_[i].to == file;
    if (is_there && calls_[i].kind == Call::Kind::flush && calls_[i].path == parent_of(file))
      return i + 1;
  }
  throw std::runtime_error(file + " is never flushed");
}

}  // namespace stockpot::test
