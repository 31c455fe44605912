// SPDX-License-Identifier: Apache-2.0
// acquire:   .owner.json.TOKEN is written and flushed, and linked to owner.json: one process can.
// take over: the record is linked to .owner.json.after.GONE first (one process can), and renamed to
//            owner.json where that still is the record of who is gone. A process that dies between
//            the two is followed in the same way.
// renew:     by the open file. After a take-over that file has no name any more, so an earlier
//            owner that goes on cannot take the folder back.
#include "io/folder_lease.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <csignal>
#include <ctime>
#include <optional>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/log.hpp"
#include "core/provenance.hpp"
#include "io/durable.hpp"

namespace stockpot::io {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kLargestRecord = 4096;
constexpr const char* kRecordBegin = ".owner.json.";

/// The text of a record; empty optional where there is none. throws IoError
std::optional<std::string> text_in(const fs::path& record) {
  const FileDescriptor file(::open(record.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno == ENOENT) return std::nullopt;
  if (!file) throw_io_error("open", record);
  std::string text(kLargestRecord, '\0');
  const auto size = retry_interrupted([&] { return ::read(file.get(), text.data(), text.size()); });
  if (size < 0) throw_io_error("read", record);
  text.resize(static_cast<std::size_t>(size));
  return text;
}

void write_record(const FileDescriptor& file, std::string_view text, const fs::path& path) {
  const auto size =
      retry_interrupted([&] { return ::pwrite(file.get(), text.data(), text.size(), 0); });
  const bool is_written = size == static_cast<ssize_t>(text.size());
  if (is_written && retry_interrupted([&] { return ::fdatasync(file.get()); }) == 0) return;
  const int code = size >= 0 && !is_written ? ENOSPC : errno;
  throw IoError("cannot write " + path.string(),
                fmt::format("{}, {} bytes needed", errno_text(code), text.size()),
                "make room, or choose another --run-dir or run_root");
}

OwnedError owned(const fs::path& folder, const LeaseOwner& owner) {
  return OwnedError("another process works in " + folder.string(), text_of(owner),
                    "wait for it, or choose another --run-dir");
}

fs::path successor_of(const fs::path& folder, const std::optional<LeaseOwner>& owner) {
  return folder / (std::string(kRecordBegin) + "after." + (owner ? owner->token : "unreadable"));
}

/// What looking at a record comes to.
enum class Found {
  gone,     ///< its owner is; the record is what it was
  changed,  ///< look again
};

/// Watch the record of an owner that cannot be seen from here for as long as its lease lasts.
/// throws OwnedError where it is renewed
Found watch(const fs::path& record, const std::string& text, const LeaseTimes& times) {
  const auto owner = decode_owner(text);
  const auto name = owner ? text_of(*owner) : "an unreadable record";
  log_info(fmt::format("{} is of {}; it is watched for {:g} s: whether its owner lives",
                       record.string(), name,
                       std::chrono::duration<double>(times.runs_out).count()));
  for (const auto begun = Clock::now(); Clock::now() - begun < times.runs_out;) {
    std::this_thread::sleep_for(times.renewal / 60);
    const auto now = text_in(record);
    if (now == text) continue;
    const auto next = now ? decode_owner(*now) : std::nullopt;
    if (owner && next && next->token == owner->token) throw owned(record.parent_path(), *next);
    return Found::changed;
  }
  log_info(fmt::format("{} has not changed meanwhile: it is taken over", record.string()));
  return Found::gone;
}

/// Look at an owner on this machine while it is as it was found, for so long. throws OwnedError if
/// it stays so
Found watch_here(const LeaseOwner& owner, Life found, const fs::path& record,
                 std::chrono::milliseconds patience) {
  for (const auto begun = Clock::now(); Clock::now() - begun < patience;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const auto now = text_in(record);
    const auto next = now ? decode_owner(*now) : std::nullopt;
    if (!next || next->token != owner.token) return Found::changed;
    // a last renewal is no change: look again at the text that is there now
    if (life_of(owner) != found) return Found::changed;
  }
  throw owned(record.parent_path(), owner);
}

/// throws OwnedError where the owner lives
Found look_at(const fs::path& record, const std::string& text, const LeaseTimes& times) {
  const auto owner = decode_owner(text);
  const auto life = owner ? life_of(*owner) : Life::elsewhere;
  if (life == Life::elsewhere) return watch(record, text, times);
  if (life == Life::lives) return watch_here(*owner, life, record, times.moment);
  if (life == Life::ends) {
    log_info(
        fmt::format("{} is of {}, which ends: waiting for it", record.string(), text_of(*owner)));
    return watch_here(*owner, life, record, times.patience);
  }
  return Found::gone;
}

}  // namespace

void LeaseToken::require() const {
  if (token_.empty()) return;
  const auto text = text_in(folder_ / kOwnerFile);
  const auto owner = text ? decode_owner(*text) : std::nullopt;
  if (owner && owner->token == token_) return;
  throw OwnedError("another process has taken over " + folder_.string(),
                   owner ? text_of(*owner) : std::string(kOwnerFile) + " is gone",
                   "this one was away for longer than its lease, and writes nothing any more");
}

FolderLease::FolderLease(fs::path folder, LeaseTimes times)
    : folder_(std::move(folder)), times_(times), owner_(this_owner()) {
  token_ = LeaseToken(folder_, owner_.token);
  record_ = path_of(kRecordBegin + owner_.token);
  try {
    acquire();
  } catch (...) {
    std::error_code ignored;
    fs::remove(record_, ignored);
    throw;
  }
  remove_leftovers();
  renewer_ = std::thread([this] { keep_renewing(); });
}

FolderLease::~FolderLease() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  renewer_.join();
  try {
    token_.require();
    std::error_code ignored;
    fs::remove(path_of(kOwnerFile), ignored);
  } catch (const std::exception&) {
    return;  // it is another's by now, or cannot be read
  }
}

void FolderLease::acquire() {
  const auto place = path_of(kOwnerFile);
  while (true) {
    make_record();
    if (put_at(place)) {
      move_into_place();
      break;
    }
    const auto text = text_in(place);
    if (text && look_at(place, *text, times_) == Found::gone && take_over(*text)) break;
  }
  flush_to_disk(folder_);
}

/// Write the record anew: who cleans up behind a take-over may have removed it.
void FolderLease::make_record() {
  std::error_code ignored;
  fs::remove(record_, ignored);
  file_ = FileDescriptor(
      ::open(record_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file_)
    throw IoError("cannot write to " + folder_.string(), errno_text(),
                  "choose another --run-dir or run_root");
  write_record(file_, encode_owner(owner_), record_);
}

/// Give the record the name `place` if no file has it; false: one has. Where there are no hard
/// links the name is that of a copy.
bool FolderLease::put_at(const fs::path& place) const {
  if (::link(record_.c_str(), place.c_str()) == 0) return true;
  const int code = errno;
  struct stat record{};
  // NFS: a repeated call finds what the first one did
  if (::fstat(file_.get(), &record) == 0 && record.st_nlink == 2) return true;
  if (code == EEXIST || code == ENOENT) return false;
  const FileDescriptor taken(
      ::open(place.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!taken && errno == EEXIST) return false;
  if (!taken) throw_io_error("make", place);
  write_record(taken, encode_owner(owner_), place);
  return true;
}

/// Become the owner after the one of `text`, who is gone; false: another process was quicker.
bool FolderLease::take_over(const std::string& text) const {
  auto gone = decode_owner(text);
  auto claim = successor_of(folder_, gone);
  while (!put_at(claim)) {
    const auto other = text_in(claim);
    if (!other || look_at(claim, *other, times_) != Found::gone) return false;
    gone = decode_owner(*other);  // it died while it took over
    claim = successor_of(folder_, gone);
  }
  std::error_code ignored;
  if (text_in(path_of(kOwnerFile)) != text) {
    fs::remove(claim, ignored);
    return false;
  }
  move_into_place();
  return true;
}

/// owner.json is the record from now on, by its own file, which renewals go to.
void FolderLease::move_into_place() const {
  if (::rename(record_.c_str(), path_of(kOwnerFile).c_str()) != 0)
    throw_io_error("rename a record to", path_of(kOwnerFile));
}

/// Remove this and other processes' records but owner.json. Who needs one yet writes it anew.
void FolderLease::remove_leftovers() const noexcept {
  try {
    std::error_code ignored;
    std::vector<fs::path> left;
    for (const auto& entry : fs::directory_iterator(folder_, ignored))
      if (entry.path().filename().string().starts_with(kRecordBegin)) left.push_back(entry.path());
    for (const auto& path : left) fs::remove(path, ignored);
  } catch (const std::exception&) {
    return;  // memory for a name
  }
}

void FolderLease::keep_renewing() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals are for the run's own thread
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, times_.renewal, [this] { return ends_; })) renew();
}

void FolderLease::renew() noexcept {
  try {
    owner_.renewed = utc_now();
    ++owner_.renewals;
    write_record(file_, encode_owner(owner_), path_of(kOwnerFile));
  } catch (const std::exception& error) {
    log_here(error.what());  // the next commit finds out what it means
  }
}

void require_no_owner(const fs::path& folder) {
  const auto text = text_in(folder / kOwnerFile);
  const auto owner = text ? decode_owner(*text) : std::nullopt;
  if (!owner) return;
  const auto life = life_of(*owner);
  if (life == Life::gone) return;
  if (life == Life::elsewhere) {
    std::tm renewed{};
    if (::strptime(owner->renewed.c_str(), "%Y-%m-%dT%H:%M:%SZ", &renewed) == nullptr) return;
    const auto age = std::chrono::seconds(std::time(nullptr) - ::timegm(&renewed));
    if (age > LeaseTimes().runs_out) return;
  }
  throw owned(folder, *owner);
}

}  // namespace stockpot::io
