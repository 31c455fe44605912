// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

namespace stockpot::io {

/// Put what the operating system holds of a file or folder on the disk. Some network file systems
/// cannot flush a folder and say so by EINVAL, which is no error. Links are not followed. throws
/// IoError
void flush_to_disk(const std::filesystem::path& path);

/// Make folder `path` in one that exists, or find it there, so that it is there after a crash too.
/// throws IoError
void make_folder_durably(const std::filesystem::path& path);

/// Put all that is in the caches of the file system that holds `folder` on its disk: of many small
/// files at once. throws IoError
void flush_file_system(const std::filesystem::path& folder);

/// Remove the temporary files that writers which were killed have left in `folder` (AtomicFile,
/// AtomicFolder: `.<name>.<process>.<i>.tmp`). Only for who owns the folder. Throws nothing: they
/// are no obstacle.
void remove_temporaries(const std::filesystem::path& folder) noexcept;

}  // namespace stockpot::io
