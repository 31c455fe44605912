// SPDX-License-Identifier: Apache-2.0
#include "comm/watchdog.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>
#include <vector>

#include "comm/mpi_session.hpp"
#include "core/log.hpp"
#include "core/provenance.hpp"
#include "core/stacks.hpp"
#include "core/stopwatch.hpp"

namespace stockpot::comm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kTimesUsual = 10;       // so much slower than usual is still slow, not hung
constexpr double kTimesAtBeginning = 3;  // one rank reads, others wait, and nothing is usual yet
constexpr std::size_t kStepsOfMedian = 64;
constexpr unsigned kMomentForOthers_s = 2, kMomentForAbort_s = 10;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

const char* name_of(Stage stage) {
  switch (stage) {
    case Stage::begin:
      return "at the beginning";
    case Stage::step:
      return "in a step";
    case Stage::save:
      return "at a checkpoint";
    case Stage::evaluation:
      return "in an evaluation";
  }
  return "";
}

double median(std::deque<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// How often a thread looks, and so how exact a deadline is.
double tick_s(double hang_s) { return std::clamp(hang_s / 20, 0.01, 1.0); }

std::string text_of(const FlightRecord& record, const CallRecord& call) {
  return fmt::format("'{}' of group {} (call {}, collective {}, {} bytes)", call.name,
                     record.group(), call.sequence, call.collectives, call.bytes);
}

/// The calls that have begun and not returned.
std::vector<std::string> waiting(const FlightRecords& records) {
  std::vector<std::string> texts;
  for (const auto& record : records.all()) {
    const auto calls = record->calls();
    if (!calls.empty() && !calls.back().done) texts.push_back(text_of(*record, calls.back()));
  }
  return texts;
}

}  // namespace

Watchdog::Watchdog(double hang_s, const Group& world) : hang_s_(hang_s), world_(world) {
  if (hang_s_ > 0) thread_ = std::thread([this] { watch(); });
}

Watchdog::~Watchdog() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    ends_ = true;
  }
  wakes_.notify_all();
  thread_.join();
}

void Watchdog::write_into(std::filesystem::path folder) {
  const std::scoped_lock lock(mutex_);
  folder_ = std::move(folder);
}

void Watchdog::step_ended() {
  const std::scoped_lock lock(mutex_);
  ++ticks_;
  const auto now = Clock::now();
  if (last_step_ != Clock::time_point{})
    steps_s_.push_back(std::chrono::duration<double>(now - last_step_).count());
  if (steps_s_.size() > kStepsOfMedian) steps_s_.pop_front();
  last_step_ = now;
}

Watchdog::At::At(Watchdog& dog, Stage stage) : dog_(dog) {
  const std::scoped_lock lock(dog_.mutex_);
  ++dog_.ticks_;
  before_ = std::exchange(dog_.stage_, stage);
}

Watchdog::At::~At() {
  const std::scoped_lock lock(dog_.mutex_);
  ++dog_.ticks_;
  const auto stage = std::exchange(dog_.stage_, before_);
  const auto longest = [](double& so_far_s, double s) { so_far_s = std::max(so_far_s, s); };
  if (stage == Stage::save) longest(dog_.longest_save_s_, seconds_since(begun_));
  if (stage == Stage::evaluation) longest(dog_.longest_evaluation_s_, seconds_since(begun_));
}

double Watchdog::deadline_s() const {
  const std::scoped_lock lock(mutex_);
  double usual_s = 0;
  if (stage_ == Stage::begin) return kTimesAtBeginning * hang_s_;
  if (stage_ == Stage::step) usual_s = median(steps_s_);
  if (stage_ == Stage::save) usual_s = longest_save_s_;
  if (stage_ == Stage::evaluation) usual_s = longest_evaluation_s_;
  return std::max(hang_s_, kTimesUsual * usual_s);
}

std::uint64_t Watchdog::progress() const {
  std::uint64_t sum = 0;
  for (const auto& record : world_.records().all()) sum += record->sequence() + record->returned();
  const std::scoped_lock lock(mutex_);
  return sum + ticks_;
}

void Watchdog::watch() {
  const double interval_s = tick_s(hang_s_);
  const auto has_ended = [&] {
    std::unique_lock lock(mutex_);
    return wakes_.wait_for(lock, std::chrono::duration<double>(interval_s), [&] { return ends_; });
  };
  auto seen = progress();
  double still_s = 0;
  for (Stopwatch tick; !has_ended();) {
    const double passed_s = std::min(tick.elapsed_s(), 2 * interval_s);  // more: we were stopped
    tick.restart();
    const auto now = progress();
    still_s = std::exchange(seen, now) == now ? still_s + passed_s : 0;
    if (still_s >= deadline_s()) end(still_s);
  }
}

std::string Watchdog::words(double still_s) const {
  const auto calls = waiting(world_.records());
  const auto waits_for =
      calls.empty() ? "is in no call of MPI" : fmt::format("waits for {}", fmt::join(calls, ", "));
  const std::scoped_lock lock(mutex_);
  return fmt::format(
      "stockpot: on {}: hang (exit 76): nothing has moved for {:.0f} s {}, and this rank {}; "
      "watchdog.hang_s is the patience",
      host_name(), still_s, name_of(stage_), waits_for);
}

std::filesystem::path Watchdog::dump(const std::string& words) const {
  std::filesystem::path folder;
  {
    const std::scoped_lock lock(mutex_);
    folder = folder_;
  }
  if (folder.empty()) return {};
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  auto path = folder / fmt::format("hang-rank{}.txt", world_.rank());
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return {};
  const auto text = words + "\n\n" + text_of_calls(world_.records()) + "\n";
  [[maybe_unused]] const auto written = ::write(file, text.data(), text.size());
  write_stacks(file);
  ::close(file);
  return path;
}

void Watchdog::end(double still_s) const {
  ::signal(SIGALRM, SIG_DFL);
  const auto text = words(still_s);
  log_here(text);
  ::alarm(kMomentForAbort_s);  // whatever locks the dump may meet
  const auto path = dump(text);
  if (!path.empty()) log_here("stockpot: its last calls and stacks are in " + path.string());
  ::sleep(kMomentForOthers_s);
  ::alarm(kMomentForAbort_s);
  MpiSession::abort(ExitCode::hang);
}

std::string text_of_calls(const FlightRecords& records) {
  std::string text;
  for (const auto& record : records.all()) {
    text += fmt::format("group {}: {} calls, {} returned\n", record->group(), record->sequence(),
                        record->returned());
    for (const auto& call : record->calls())
      text += fmt::format("{} {}\n", call.done ? ' ' : '*', text_of(*record, call));
  }
  return text;
}

}  // namespace stockpot::comm
