// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace stockpot::test {

/// Whether the address sanitizer watches: it takes memory of its own, and ends the process at a
/// request that no memory could meet.
#if defined(__has_feature)  // Clang
inline constexpr bool kUnderAsan = __has_feature(address_sanitizer);
#elif defined(__SANITIZE_ADDRESS__)  // GCC
inline constexpr bool kUnderAsan = true;
#else
inline constexpr bool kUnderAsan = false;
#endif

}  // namespace stockpot::test
