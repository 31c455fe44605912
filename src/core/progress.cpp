// SPDX-License-Identifier: Apache-2.0
#include "core/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "core/log.hpp"

namespace stockpot {
namespace {

constexpr std::size_t kLongestLine = 159;
constexpr std::int64_t kStepsForEta = 10;  // from so many on, the time left is worth telling

/// 4:05, 3:04:05.
std::string time_text(std::int64_t seconds) {
  const auto minutes = fmt::format("{:02}:{:02}", seconds / 60 % 60, seconds % 60);
  if (seconds >= 3600) return fmt::format("{}:{}", seconds / 3600, minutes);
  return minutes.substr(minutes.front() == '0' ? 1 : 0);
}

}  // namespace

Progress::Progress(std::string label, std::int64_t total_steps, bool visible)
    : label_(std::move(label)),
      total_(std::max<std::int64_t>(1, total_steps)),
      visible_(visible),
      terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (visible_ && terminal_ && done_ > 0 && done_ < total_) std::fputs("\n", stderr);
}

std::string Progress::line(std::string_view detail) const {
  const double fraction = std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
  const double spent_s = std::max(since_start_.elapsed_s(), 1e-9);
  const double step_s = spent_s / static_cast<double>(std::max<std::int64_t>(1, done_ - before_));
  const auto left = std::max<std::int64_t>(0, total_ - done_);
  const auto left_s = static_cast<std::int64_t>(step_s * static_cast<double>(left));
  return fmt::format("{} {}/{} {:>3.0f}% eta {}  {:.1f} ms/step  {:.0f} samples/s  {}", label_,
                     done_, total_, 100.0 * fraction, time_text(left_s), 1e3 * step_s,
                     static_cast<double>(samples_) / spent_s, detail)
      .substr(0, kLongestLine);
}

void Progress::start(std::int64_t done_before) {
  before_ = done_ = done_before;
  since_start_.restart();
  since_drawn_.restart();
}

void Progress::advance(std::int64_t steps, std::int64_t samples, std::string_view detail) {
  done_ += steps;
  samples_ += samples;
  if (!visible_) return;
  const bool last = done_ >= total_;
  const auto here = done_ - before_;
  const bool eta_is_known = here >= kStepsForEta && here - steps < kStepsForEta;
  if (!last && !eta_is_known && since_drawn_.elapsed_s() < (terminal_ ? kDrawEvery_s : kLogEvery_s))
    return;
  since_drawn_.restart();
  if (terminal_) {
    // the last one is left standing, and what follows begins a line of its own
    std::fprintf(stderr, "\r%s\033[K%s", line(detail).c_str(), last ? "\n" : "");
  } else {
    log_info(line(detail));
  }
}

}  // namespace stockpot
