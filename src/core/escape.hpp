// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace stockpot {

/// `text` as a terminal may be shown it: every byte that is no part of printable UTF-8 (control
/// characters, newlines, broken sequences) as \xNN. What is printable stays as it is, so that
/// escaping twice changes nothing more.
std::string escaped(std::string_view text);

/// The same for a message of several lines: its newlines stay.
std::string escaped_lines(std::string_view text);

}  // namespace stockpot
