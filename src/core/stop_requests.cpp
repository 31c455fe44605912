// SPDX-License-Identifier: Apache-2.0
// Nothing is done in a signal handler: the signals are blocked everywhere, and one thread waits for
// them.
#include "core/stop_requests.hpp"

#include <pthread.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <utility>

#include "core/log.hpp"

namespace stockpot {
namespace {

constexpr int kSignals[] = {SIGTERM, SIGINT, SIGUSR2};
constexpr timespec kTick{.tv_sec = 0, .tv_nsec = 50'000'000};

std::string name_of(int signal) {
  return signal == SIGTERM ? "SIGTERM" : signal == SIGINT ? "SIGINT" : "SIGUSR2";
}

bool is_ignored(int signal) {
  struct sigaction action{};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_IGN;
}

}  // namespace

double process_age_s() {
  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  // fields 3 to 22 stand behind the name, which may hold anything; the last of them is the start in
  // ticks since boot. source: proc(5)
  const auto behind_name = text.rfind(')');
  if (behind_name == std::string::npos) return 0;
  std::size_t at = behind_name + 1;
  constexpr int kFirst = 3, kStart = 22;
  for (int field = kFirst; field < kStart; ++field) at = text.find(' ', at + 1);
  const double started_s = std::stod(text.substr(at)) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec) - started_s;
}

StopRequests::StopRequests(bool speaks, std::optional<double> limit_s)
    : speaks_(speaks), limit_s_(limit_s) {
  ::sigemptyset(&taken_);
  for (const int signal : kSignals)
    if (!is_ignored(signal)) ::sigaddset(&taken_, signal);
  ::pthread_sigmask(SIG_BLOCK, &taken_, &before_);
  thread_ = std::thread([this] { watch(); });
}

StopRequests::~StopRequests() {
  ends_ = true;
  thread_.join();
  // who stops as asked is not asked again on the way out
  if (!passed_on_) ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopRequests::prepare(std::string_view line) {
  const std::scoped_lock lock(mutex_);
  line_ = line;
}

StopRequests::Taker::Taker(StopRequests& requests, std::function<void()> stop, std::string line)
    : requests_(requests) {
  const std::scoped_lock lock(requests_.mutex_);
  requests_.stop_ = std::move(stop);
  requests_.taker_line_ = std::move(line);
  requests_.pass_on();
}

StopRequests::Taker::~Taker() {
  const std::scoped_lock lock(requests_.mutex_);
  requests_.stop_ = nullptr;
}

void StopRequests::Taker::others_were_asked() {
  const std::scoped_lock lock(requests_.mutex_);
  requests_.passed_on_ = true;
}

void StopRequests::watch() {
  while (!ends_) {
    if (const int signal = ::sigtimedwait(&taken_, nullptr, &kTick); signal > 0) take(signal);
    if (limit_s_ && process_age_s() >= *limit_s_) request("--max-time has passed");
  }
}

void StopRequests::take(int signal) {
  std::unique_lock lock(mutex_);
  if (signal == SIGINT && std::exchange(interrupted_, true)) end_by(signal, "interrupted again");
  if (signal != SIGUSR2 && !stop_ && !passed_on_) end_by(signal, "interrupted");
  lock.unlock();
  request(name_of(signal));
}

void StopRequests::request(const std::string& why) {
  const std::scoped_lock lock(mutex_);
  if (!why_.empty()) return;
  why_ = why;
  pass_on();
}

/// With the mutex held.
void StopRequests::pass_on() {
  if (why_.empty() || !stop_ || std::exchange(passed_on_, true)) return;
  stop_();
  say(why_ + ": " + taker_line_ + (interrupted_ ? "; once more ends it at once" : ""));
}

void StopRequests::say(const std::string& line) const {
  if (speaks_) log_info("stockpot: " + line);
}

/// With the mutex held, so nobody else speaks any more.
void StopRequests::end_by(int signal, const std::string& how) {
  say(how + "; " + line_);
  ::signal(signal, SIG_DFL);
  sigset_t own;
  ::sigemptyset(&own);
  ::sigaddset(&own, signal);
  ::pthread_sigmask(SIG_UNBLOCK, &own, nullptr);
  ::raise(signal);
  ::_exit(128 + signal);
}

}  // namespace stockpot
