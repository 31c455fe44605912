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

}  // namespace

Progress::Progress(std::string label, std::int64_t total_steps, bool visible)
    : label_(std::move(label)),
      total_(std::max<std::int64_t>(1, total_steps)),
      visible_(visible),
      terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (visible_ && terminal_ && done_ > 0) std::fputs("\n", stderr);
}

std::string Progress::line(std::string_view detail) const {
  const double fraction = std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
  const auto left_s =
      static_cast<int>(done_ == 0 ? 0.0 : since_start_.elapsed_s() * (1.0 - fraction) / fraction);
  return fmt::format("{} {}/{} {:>3.0f}% eta {}:{:02}  {}", label_, done_, total_, 100.0 * fraction,
                     left_s / 60, left_s % 60, detail)
      .substr(0, kLongestLine);
}

void Progress::advance(std::int64_t steps, std::string_view detail) {
  done_ += steps;
  if (!visible_) return;
  const bool last = done_ >= total_;
  if (!last && since_drawn_.elapsed_s() < (terminal_ ? kDrawEvery_s : kLogEvery_s)) return;
  since_drawn_.restart();
  if (terminal_) {
    std::fprintf(stderr, "\r%s\033[K", line(detail).c_str());
  } else {
    log_info(line(detail));
  }
}

}  // namespace stockpot
