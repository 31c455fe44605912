// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mpi.h>

namespace stockpot::comm {

/// What stands behind a Group: an MPI_Comm, which is a pointer in Open MPI and an int in MPICH,
/// Intel MPI and Cray MPI. Only the .cpp files of this module include it, so nobody else needs
/// mpi.h. Owned: freed with it.
struct Handle {
  explicit Handle(MPI_Comm owned) : comm(owned) {}
  ~Handle() { MPI_Comm_free(&comm); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  MPI_Comm comm;
};

}  // namespace stockpot::comm
