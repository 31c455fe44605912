// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace stockpot::io {

/// Element types of safetensors, in the order in which its reference implementation sorts them.
enum class Dtype : std::uint8_t { boolean, u8, i8, i16, f16, bf16, i32, f32, f64, i64 };

/// As written in a safetensors header, e.g. BF16.
std::string_view name_of(Dtype dtype);
/// The type of that name; nothing for a name that we do not read.
std::optional<Dtype> dtype_named(std::string_view name);
/// Bytes of one element.
std::size_t size_of(Dtype dtype);
bool is_floating(Dtype dtype);

/// Widen F32, F16 or BF16 elements, stored little-endian at any alignment, to `values`; exact.
/// LogicError for another dtype.
void widen(Dtype dtype, std::span<const std::byte> bytes, std::span<float> values);

/// Position of the first NaN or infinity.
std::optional<std::size_t> first_not_finite(std::span<const float> values);

/// Number of elements that are zero (of either sign).
std::int64_t count_zeros(Dtype dtype, std::span<const std::byte> bytes);

}  // namespace stockpot::io
