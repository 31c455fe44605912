// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <source_location>

namespace stockpot::comm {

/// Throw CommError unless an MPI call returned MPI_SUCCESS; the message names call site, library
/// text, rank and host.
void check_mpi(int code, std::source_location where = std::source_location::current());

}  // namespace stockpot::comm
