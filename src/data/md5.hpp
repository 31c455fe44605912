// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace stockpot::data {

/// MD5 of `bytes` as 32 lower-case hexadecimal digits: to compare files with what their owners
/// publish, not to keep secrets.
std::string md5(std::span<const std::uint8_t> bytes);

}  // namespace stockpot::data
