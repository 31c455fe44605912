// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "core/provenance.hpp"

namespace stockpot::model {

/// Version of LibTorch and the vector instructions it uses on this machine.
Provenance torch_provenance();

}  // namespace stockpot::model
