// SPDX-License-Identifier: Apache-2.0
#include "model/versions.hpp"

#include <ATen/Version.h>
#include <torch/version.h>

namespace stockpot::model {

Provenance torch_provenance() {
  return {{"torch", TORCH_VERSION}, {"cpu_capability", at::get_cpu_capability()}};
}

}  // namespace stockpot::model
