// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace stockpot::jobs {

/// Each prints what one kind of file holds, counted from its bits. throws DataError where the file
/// is damaged or contradicts itself
void inspect_result(const std::filesystem::path& path);
void inspect_predictions(const std::filesystem::path& path);
void inspect_metrics(const std::filesystem::path& path);
void inspect_settings(const std::filesystem::path& path);

/// A checkpoint, by its folder: every file that belongs to it is compared with the manifest.
void inspect_checkpoint(const std::filesystem::path& folder);

/// A safetensors file or a Hugging Face folder: weights, exported masks or sparse weights, a part
/// of a state, by what its metadata say.
void inspect_tensors(const std::filesystem::path& path);

/// part / whole; 0 of nothing.
double fraction(std::int64_t part, std::int64_t whole);

/// Elements of a tensor of that shape.
std::int64_t elements(std::span<const std::int64_t> shape);

/// A table of tensors; `count` titles its column of numbers.
void print_header(const char* count);

/// A row of it. A name too long for its column gets a line of its own.
void print_row(std::string name, const std::string& kind, const std::string& shape,
               std::int64_t count, double sparsity);

}  // namespace stockpot::jobs
