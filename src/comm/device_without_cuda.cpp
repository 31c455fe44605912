// SPDX-License-Identifier: Apache-2.0
#include "comm/all_or_none.hpp"
#include "comm/device.hpp"
#include "core/error.hpp"

namespace stockpot::comm {

bool check_device(const std::string& wanted) {
  if (wanted == "cuda")
    throw ConfigError("device = cuda", "this program was built without CUDA",
                      "build the preset cuda, or set device = auto");
  return false;
}

Device choose_device(const std::string& wanted, const Group& group) {
  all_or_none(group, [&] { check_device(wanted); });
  return {};
}

Provenance cuda_provenance() { return {}; }

}  // namespace stockpot::comm
