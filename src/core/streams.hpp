// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace stockpot {

/// Let nothing that happens to output end the process by itself: a reader that is gone (SIGPIPE)
/// and a file beyond the limit on its size (SIGXFSZ) become errors of the calls that write, which
/// are seen or are nobody's error. Where standard input, output or error is closed, /dev/null takes
/// its number, so that no file of a run gets it. Once, first thing in main.
void secure_streams();

}  // namespace stockpot
