// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "comm/group.hpp"
#include "core/error.hpp"
#include "core/provenance.hpp"

namespace stockpot::comm {

/// The life of MPI in this process: made first in `main`, destroyed last.
class MpiSession {
 public:
  /// Starts MPI (one thread makes MPI calls). Blocks until all ranks have started.
  MpiSession();
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  /// Whether MPI has begun in this process; true too after it has ended, and it begins once only.
  static bool has_begun();

  /// A group of our own over all ranks (a duplicate of MPI_COMM_WORLD). Collective over all ranks.
  Group world() const;

  /// End all ranks with `code`, at once; for errors that only this rank has seen. Only `main` calls
  /// it, and the thread of a Watchdog while that waits.
  [[noreturn]] static void abort(ExitCode code);

  /// Library version of MPI.
  static Provenance provenance();
};

/// Name and number in what MPI_Get_library_version says: the first line, up to a comma, its words
/// apart by one space. Open MPI writes one line of many facts, MPICH many lines with tabs.
std::string library_name(std::string_view version);

/// Throw ConfigError if Slurm has started this process as one of several tasks while MPI sees one
/// rank alone: N independent runs would then overwrite each other. Call it before anything is done.
/// source: slurm/README.md (srun without a PMIx plugin gives N singletons)
void refuse_singletons(const Group& world);

}  // namespace stockpot::comm
