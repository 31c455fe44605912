// SPDX-License-Identifier: Apache-2.0
#include "data/text/code_points.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "core/error.hpp"

namespace stockpot::data {
namespace {

/// Code points from `first` to the next run's have these classes.
struct ClassRun {
  std::uint32_t first;
  std::uint8_t classes;
};

/// Every `step`-th code point of [first, last] has its lower case `distance` further.
struct LowerRun {
  std::uint32_t first, last, step;
  std::int32_t distance;
};

#include "data/text/code_points.inc"

template <typename Run, std::size_t n>
const Run& run_of(const Run (&runs)[n], char32_t code_point) {
  const auto after = std::upper_bound(std::begin(runs), std::end(runs), code_point,
                                      [](char32_t c, const Run& run) { return c < run.first; });
  return after == std::begin(runs) ? *after : *std::prev(after);
}

/// Decompose `part` (all of kComposes) to the end of `to`, marks in canonical order.
void append_decomposed(std::span<const std::int32_t> part, std::vector<std::int32_t>& to) {
  const std::size_t begin = to.size();
  constexpr utf8proc_option_t kOptions =
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
  for (const std::int32_t code_point : part) {
    utf8proc_int32_t pieces[8];
    const auto count =
        utf8proc_decompose_char(code_point, pieces, std::size(pieces), kOptions, nullptr);
    expect(count > 0 && count <= static_cast<utf8proc_ssize_t>(std::size(pieces)),
           "utf8proc_decompose_char");
    to.insert(to.end(), pieces, pieces + count);
  }
  const auto combining = [](std::int32_t c) { return utf8proc_get_property(c)->combining_class; };
  for (auto first = to.begin() + static_cast<std::ptrdiff_t>(begin); first != to.end();) {
    if (combining(*first) == 0) {
      ++first;
      continue;
    }
    const auto last =
        std::find_if(first, to.end(), [&](std::int32_t c) { return combining(c) == 0; });
    std::stable_sort(first, last,
                     [&](std::int32_t a, std::int32_t b) { return combining(a) < combining(b); });
    first = last;
  }
}

/// Replace every longest part of `text` whose code points all compose by what `append` makes of it.
template <typename Append>
void replace_composing_parts(std::vector<std::int32_t>& text, Append append) {
  const auto composes = [](std::int32_t c) {
    return (classes_of(static_cast<char32_t>(c)) & kComposes) != 0;
  };
  std::vector<std::int32_t> result;
  result.reserve(text.size());
  for (auto first = text.cbegin(); first != text.cend();) {
    const auto last = std::find_if_not(first, text.cend(), composes);
    if (first != last) append(std::span(first, last), result);
    first = std::find_if(last, text.cend(), composes);
    result.insert(result.end(), last, first);
  }
  text.swap(result);
}

}  // namespace

std::uint8_t classes_of(char32_t code_point) { return run_of(kClassRuns, code_point).classes; }

void append_lower_case(char32_t code_point, std::vector<std::int32_t>& to) {
  auto lower = static_cast<std::int32_t>(code_point);
  if (code_point == 0x130) {  // capital I with dot above: i, combining dot above
    to.insert(to.end(), {'i', 0x307});
    return;
  }
  if (code_point < 0x80) {
    if (code_point >= 'A' && code_point <= 'Z') lower += 'a' - 'A';
  } else if (const LowerRun& run = run_of(kLowerRuns, code_point);
             code_point >= run.first && code_point <= run.last &&
             (code_point - run.first) % run.step == 0) {
    lower += run.distance;
  }
  to.push_back(lower);
}

void decompose(std::vector<std::int32_t>& text) {
  replace_composing_parts(text, append_decomposed);
}

void compose(std::vector<std::int32_t>& text) {
  replace_composing_parts(
      text, [](std::span<const std::int32_t> part, std::vector<std::int32_t>& to) {
        const std::size_t begin = to.size();
        append_decomposed(part, to);
        constexpr utf8proc_option_t kOptions =
            static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
        const auto count = utf8proc_normalize_utf32(
            to.data() + begin, static_cast<utf8proc_ssize_t>(to.size() - begin), kOptions);
        expect(count >= 0, "utf8proc_normalize_utf32");
        to.resize(begin + static_cast<std::size_t>(count));
      });
}

}  // namespace stockpot::data
