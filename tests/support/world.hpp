#pragma once
#include "comm/communicator.hpp"

namespace stockpot::test {

/// The communicator of all ranks of this test program (set by the one main).
const comm::Communicator& world();

}  // namespace stockpot::test
