// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace stockpot {

/// From now on a crash (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT) writes `stockpot: on <host>:
/// crashed by SIGSEGV` with this process's rank to stderr, before it ends the process as it would
/// have; so does std::terminate, with the error that nobody caught. Call it when the log knows the
/// rank, and after MPI has begun, which has handlers of its own: they come behind.
void report_crashes();

}  // namespace stockpot
