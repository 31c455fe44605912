// SPDX-License-Identifier: Apache-2.0
// Apart from provenance.cpp, which needs what the build writes: readers of files need this alone.
#include <unistd.h>

#include "core/provenance.hpp"

namespace stockpot {

std::string host_name() {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  return host;
}

}  // namespace stockpot
