// SPDX-License-Identifier: Apache-2.0
#include "io/folder_lease.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <vector>

#include "core/error.hpp"
#include "io/files.hpp"
#include "support/temp_dir.hpp"
#include "support/trials.hpp"

using namespace stockpot;
using io::FolderLease;
using io::LeaseOwner;
using io::LeaseToken;

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr io::LeaseTimes kQuick{
    .renewal = 60ms, .runs_out = 400ms, .patience = 2s, .moment = 200ms};
constexpr const char* kOwned = "another process works in ";

/// A folder with the record of an owner.
struct Owned {
  explicit Owned(LeaseOwner there) : owner(std::move(there)) { write(); }
  void write() const { test::write_text(folder / "owner.json", io::encode_owner(owner)); }

  /// What a lease says; empty: it was got.
  std::string says(io::LeaseTimes times = kQuick) const {
    try {
      const FolderLease lease(folder.path(), times);
      lease.token().require();
      return "";
    } catch (const OwnedError& error) {
      return error.what();
    }
  }

  test::TempDir folder;
  LeaseOwner owner;
};

LeaseOwner changed(const std::function<void(LeaseOwner&)>& change) {
  auto owner = io::this_owner();
  change(owner);
  return owner;
}

/// A child process that does `work`, and its end.
class Child {
 public:
  explicit Child(const std::function<int()>& work) : pid_(::fork()) {
    if (pid_ == 0) ::_exit(work());
  }
  ~Child() {
    if (pid_ > 0) ::kill(pid_, SIGKILL), wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  pid_t pid() const { return pid_; }
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_;
};

double seconds_of(const std::function<void()>& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

/// When a process began, as its owner's record would say.
std::int64_t beginning_of(pid_t pid) {
  const auto stat = test::read_text(fmt::format("/proc/{}/stat", pid));
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string field;
  for (int i = 3; i <= 22; ++i) fields >> field;
  return std::stoll(field);
}

}  // namespace

TEST(FolderLease, IsHeldByOneAtATimeAndLeavesNothing) {
  const test::TempDir folder;
  {
    const FolderLease lease(folder.path());
    EXPECT_EQ(test::files_in(folder.path()), 1U);
    lease.token().require();
    const auto text =
        test::message_of<OwnedError>([&] { const FolderLease second(folder.path()); });
    EXPECT_NE(text.find(kOwned + folder.path().string()), std::string::npos) << text;
    EXPECT_NE(text.find(fmt::format("pid {} on ", ::getpid())), std::string::npos) << text;
    EXPECT_NE(text.find(", since 2"), std::string::npos) << text;
    EXPECT_EQ(test::files_in(folder.path()), 1U);
  }
  EXPECT_EQ(test::files_in(folder.path()), 0U);
  const FolderLease again(folder.path());
}

TEST(FolderLease, NamesTheJobOfSlurmThatHasIt) {
  const Owned owned(changed([](auto& owner) { owner.job = "123"; }));
  EXPECT_NE(owned.says().find("Slurm job 123, since 2"), std::string::npos) << owned.says();
}

TEST(FolderLease, OfADeadOwnerOnThisMachineIsTakenOverAtOnce) {
  Child gone([] { return 0; });
  const auto pid = gone.pid();
  gone.wait();
  const LeaseOwner dead[] = {
      changed([&](auto& owner) { owner.pid = pid; }),
      changed([](auto& owner) { --owner.began; }),          // another process of that number
      changed([](auto& owner) { owner.boot = "another"; })  // before the machine booted
  };
  test::TrialCount count("G13", "a dead owner on this machine is replaced");
  for (const auto& owner : dead) {
    const Owned owned(owner);
    std::string said;
    EXPECT_LT(seconds_of([&] { said = owned.says({}); }), 5.0);
    EXPECT_EQ(said, "");
    EXPECT_EQ(test::files_in(owned.folder.path()), 0U);
    count.add(said.empty());
  }
}

TEST(FolderLease, OfAZombieIsTakenOverAtOnce) {
  const Child zombie([] { return 0; });
  while (test::read_text(fmt::format("/proc/{}/stat", zombie.pid())).find(") Z ") ==
         std::string::npos)
    std::this_thread::sleep_for(1ms);
  const Owned owned(changed([&](auto& owner) {
    owner.pid = zombie.pid();
    owner.began = beginning_of(zombie.pid());
    owner.parent = ::getpid();
  }));
  EXPECT_EQ(owned.says({}), "");
}

TEST(FolderLease, WaitsForAnOwnerThatEndsAndNotForever) {
  // its launcher is gone: this process is not its parent as far as the record tells
  const auto orphan = [](const Child& child) {
    return changed([&](auto& owner) {
      owner.pid = child.pid();
      owner.began = beginning_of(child.pid());
      owner.parent = 1;
    });
  };
  Child ending([] { return std::this_thread::sleep_for(300ms), 0; });
  const Owned owned(orphan(ending));
  std::string said;
  std::thread reaper([&] { ending.wait(); });
  EXPECT_GE(seconds_of([&] { said = owned.says(); }), 0.2);
  reaper.join();
  EXPECT_EQ(said, "");

  const Child lasting([] { return std::this_thread::sleep_for(60s), 0; });
  const Owned others(orphan(lasting));
  const auto took = seconds_of(
      [&] { said = others.says({.renewal = 60ms, .runs_out = 400ms, .patience = 300ms}); });
  EXPECT_NE(said.find(kOwned), std::string::npos);
  EXPECT_GE(took, 0.25);
  EXPECT_TRUE(fs::exists(others.folder / "owner.json"));
}

TEST(FolderLease, OfAnOwnerElsewhereRunsOutByThisClockAlone) {
  // whatever the clock of the other machine said, or that of this one says by now
  for (const char* renewed : {"1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z"}) {
    const Owned owned(changed([&](auto& owner) {
      owner.host = "elsewhere";
      owner.boot = "another";
      owner.renewed = renewed;
    }));
    std::string said;
    EXPECT_GE(seconds_of([&] { said = owned.says(); }), 0.39);
    EXPECT_EQ(said, "");
  }
  const Owned container(changed([](auto& owner) { owner.processes = "pid:[1]"; }));
  EXPECT_GE(seconds_of([&] { EXPECT_EQ(container.says(), ""); }), 0.39);
}

TEST(FolderLease, OfAnOwnerElsewhereThatRenewsItIsLeftAlone) {
  Owned owned(changed([](auto& owner) { owner.host = owner.boot = "elsewhere"; }));
  bool ends = false;
  std::thread renewer([&] {
    while (!std::atomic_ref(ends).load()) {
      std::this_thread::sleep_for(60ms);
      ++owned.owner.renewals;
      test::write_text(owned.folder / "next", io::encode_owner(owned.owner));
      fs::rename(owned.folder / "next", owned.folder / "owner.json");
    }
  });
  const auto said = owned.says();
  std::atomic_ref(ends).store(true);
  renewer.join();
  EXPECT_NE(said.find("on elsewhere"), std::string::npos) << said;
}

TEST(FolderLease, OfAnUnreadableRecordRunsOutToo) {
  const test::TempDir folder;
  for (const auto& text : {std::string(), std::string("{"), std::string(1024, '\0')}) {
    test::write_text(folder / "owner.json", text);
    EXPECT_GE(seconds_of([&] { const FolderLease lease(folder.path(), kQuick); }), 0.39);
    EXPECT_EQ(test::files_in(folder.path()), 0U);
  }
}

TEST(FolderLease, ShowsThatItsOwnerLives) {
  const test::TempDir folder;
  const FolderLease lease(folder.path(), kQuick);
  const auto begun = test::read_text(folder / "owner.json");
  std::this_thread::sleep_for(kQuick.renewal * 4);
  const auto later = io::decode_owner(test::read_text(folder / "owner.json"));
  ASSERT_TRUE(later);
  EXPECT_GE(later->renewals, 1);
  EXPECT_EQ(later->token, io::decode_owner(begun)->token);
  EXPECT_EQ(test::files_in(folder.path()), 1U);
}

TEST(FolderLease, ThatWasTakenOverIsNeitherUsedNorRenewedNorRemoved) {
  const test::TempDir folder;
  auto lease = std::make_unique<FolderLease>(folder.path(), kQuick);
  const auto token = lease->token();
  // as another machine's take-over does it: a new file under the name
  const auto next = io::encode_owner(io::this_owner());
  test::write_text(folder / "next", next);
  fs::rename(folder / "next", folder / "owner.json");
  const auto text = test::message_of<OwnedError>([&] { token.require(); });
  EXPECT_NE(text.find("another process has taken over " + folder.path().string()),
            std::string::npos)
      << text;
  std::this_thread::sleep_for(kQuick.renewal * 4);
  EXPECT_EQ(test::read_text(folder / "owner.json"), next);
  lease.reset();
  EXPECT_EQ(test::read_text(folder / "owner.json"), next);
  fs::remove(folder / "owner.json");
  EXPECT_NE(test::message_of<OwnedError>([&] { token.require(); }).find("owner.json is gone"),
            std::string::npos);
}

TEST(FolderLease, OfADeadOwnerIsTakenOverByOneOfManyThatStartAtOnce) {
  constexpr int kStarters = 6;
  const auto seed = test::trial_seed();
  test::TrialCount count("G13", "one of six starts takes over from a dead owner", seed);
  std::mt19937 random(seed);
  for (int trial = test::trials(20, 500); trial > 0; --trial) {
    const Owned owned(changed([](auto& owner) { owner.boot = "another"; }));
    // a process that died while it took over is no obstacle
    if (random() % 2 == 0)
      test::write_text(owned.folder / (".owner.json.after." + owned.owner.token),
                       io::encode_owner(changed([](auto& owner) { --owner.began; })));
    int go[2];
    ASSERT_EQ(::pipe(go), 0);
    std::vector<std::unique_ptr<Child>> starters;
    for (int i = 0; i < kStarters; ++i)
      starters.push_back(std::make_unique<Child>([&] {
        char byte = 0;
        ::close(go[1]);
        if (::read(go[0], &byte, 1) != 0) return 99;
        try {
          const FolderLease lease(owned.folder.path(), kQuick);
          const auto working = owned.folder / "working";
          if (::open(working.c_str(), O_CREAT | O_EXCL, 0600) < 0) return 98;  // two at once
          std::this_thread::sleep_for(50ms);
          lease.token().require();
          fs::remove(working);
          ::_exit(0);  // as if killed: the record stays
        } catch (const OwnedError&) {
          return 73;
        } catch (const std::exception&) {
          return 74;
        }
      }));
    ::close(go[0]);
    ::close(go[1]);  // all of them go on
    int winners = 0, refused = 0;
    for (auto& starter : starters) {
      const int code = starter->wait();
      winners += code == 0;
      refused += code == 73;
    }
    // who looks after the winner has died may take over from it in turn
    EXPECT_GE(winners, 1) << "seed " << seed;
    EXPECT_EQ(winners + refused, kStarters) << "seed " << seed;
    count.add(winners >= 1 && winners + refused == kStarters);
  }
}

TEST(FolderLease, IsForeseenByACheckThatLeavesNoTrace) {
  const test::TempDir empty;
  io::require_no_owner(empty.path());
  EXPECT_EQ(test::files_in(empty.path()), 0U);
  const auto says = [](const LeaseOwner& owner) {
    const Owned owned(owner);
    return test::message_of<OwnedError>([&] { io::require_no_owner(owned.folder.path()); });
  };
  EXPECT_NE(says(io::this_owner()).find(kOwned), std::string::npos);
  EXPECT_EQ(says(changed([](auto& owner) { --owner.began; })), "no error");
  const auto elsewhere = [&](const std::string& renewed) {
    return says(changed([&](auto& owner) {
      owner.host = owner.boot = "elsewhere";
      if (!renewed.empty()) owner.renewed = renewed;
    }));
  };
  EXPECT_NE(elsewhere("").find("on elsewhere"), std::string::npos);
  EXPECT_EQ(elsewhere("2001-01-01T00:00:00Z"), "no error");
}

TEST(FolderLease, WantsAFolderThatCanBeWritten) {
  const test::TempDir folder;
  const auto text = test::message_of<IoError>([&] { const FolderLease lease(folder / "nowhere"); });
  EXPECT_NE(text.find("cannot write to "), std::string::npos) << text;
  fs::create_symlink(folder / "file", folder / "owner.json");
  EXPECT_NE(test::message_of<IoError>([&] {
              const FolderLease lease(folder.path());
            }).find("cannot open "),
            std::string::npos);
  EXPECT_EQ(test::files_in(folder.path()), 1U);
}
