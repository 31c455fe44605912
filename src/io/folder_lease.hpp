// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

#include "io/file_descriptor.hpp"
#include "io/lease_owner.hpp"

namespace stockpot::io {

/// The file of a run folder that says who works in it.
inline constexpr const char* kOwnerFile = "owner.json";

/// What a lease goes by.
struct LeaseTimes {
  /// So often an owner shows that it lives.
  std::chrono::milliseconds renewal{30'000};
  /// An owner elsewhere that has not shown it for so long is gone: four renewals, and two more than
  /// the 60 s for which NFS may show an old file (acdirmax of nfs(5)).
  std::chrono::milliseconds runs_out{120'000};
  /// So long an owner on this machine that ends just now is waited for.
  std::chrono::milliseconds patience{10'000};
  /// So long one that lives is looked at before it is said to: where another rank was killed, the
  /// launcher takes two seconds to end this one.
  std::chrono::milliseconds moment{3'000};
};

/// One owner of a folder, on any rank of its run.
class LeaseToken {
 public:
  LeaseToken() = default;
  LeaseToken(const std::filesystem::path& folder, std::string token)
      : folder_(folder), token_(std::move(token)) {}

  const std::string& text() const { return token_; }

  /// See that the folder still belongs to this owner: who was stopped for longer than its lease,
  /// and goes on, may not write where another works by now. Reads one small file. A default token
  /// belongs to no folder and asks nothing.
  /// throws OwnedError (73) that names who has it, IoError
  void require() const;

 private:
  std::filesystem::path folder_;
  std::string token_;
};

/// Says that this process works in a folder, so that no two runs write into one: owner.json, which
/// names it, is made where none is (an instant that one process wins: link(2), or O_EXCL), renewed
/// by a thread while this object lives, and removed at its end. Needs no file locks.
///
/// Who was killed leaves the file. On its own machine its end is seen at once, by process id, time
/// of its beginning and boot; one that ends just now is waited for. An owner elsewhere is gone when
/// its file has not changed for LeaseTimes::runs_out by the clock of who looks, whatever either
/// clock says. Of several that find an owner gone, one takes over. The earlier owner, if it goes on
/// after all, renews the file that it had, which has no name any more, and finds by its token that
/// it may not write (`LeaseToken::require` before each commit).
class FolderLease {
 public:
  /// throws  OwnedError (73), after LeaseTimes::moment where another process of this machine works
  /// in the folder, within a renewal where one elsewhere does; IoError if the folder may not be
  /// written
  explicit FolderLease(std::filesystem::path folder, LeaseTimes times = {});
  ~FolderLease();
  FolderLease(const FolderLease&) = delete;
  FolderLease& operator=(const FolderLease&) = delete;

  const LeaseToken& token() const { return token_; }

 private:
  std::filesystem::path path_of(const std::string& name) const { return folder_ / name; }
  void acquire();
  void make_record();
  bool put_at(const std::filesystem::path& place) const;
  bool take_over(const std::string& text) const;
  void move_into_place() const;
  void remove_leftovers() const noexcept;
  void keep_renewing();
  void renew() noexcept;

  std::filesystem::path folder_;
  LeaseTimes times_;
  LeaseOwner owner_;
  std::filesystem::path record_;  ///< the owner's text under a name of its own
  FileDescriptor file_;           ///< the same, whatever name it has
  LeaseToken token_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  std::thread renewer_;
};

/// Throw the OwnedError that a FolderLease of `folder` would, without waiting: an owner elsewhere
/// counts while its last renewal is younger than LeaseTimes::runs_out by the clocks. Leaves no
/// trace.
void require_no_owner(const std::filesystem::path& folder);

}  // namespace stockpot::io
