// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>

namespace stockpot::bench {

/// Bytes of LibTorch's CPU memory that `work` held at once, at most, beyond what was there before.
/// Memory of others (MPI, the standard library) is not seen. One at a time.
std::int64_t peak_bytes(const std::function<void()>& work);

}  // namespace stockpot::bench
