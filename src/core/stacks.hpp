// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace stockpot {

/// Write the stacks of all other threads of this process to a file, one call a line with its place
/// in the program (`addr2line -e PROGRAM OFFSET` names the line of source). For a process that is
/// about to end: each thread is interrupted once and waited for half a second.
void write_stacks(int file);

}  // namespace stockpot
