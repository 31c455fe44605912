// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

// How the points of a sweep stand in the queue of Slurm: as elements of job arrays. An array holds
// indices below MaxArraySize, so its elements are counted from the point `first`, which stands in
// the name of the job.
namespace stockpot::sweep {

/// Elements of one job array.
struct ArrayChunk {
  std::int64_t first = 0;  ///< the point that index 0 would be
  std::string indices{};   ///< as sbatch takes them: `0-3,7`
  std::int64_t count = 0;

  friend bool operator==(const ArrayChunk&, const ArrayChunk&) = default;
};

/// The arrays of these points.
/// points          increasing
/// max_array_size  MaxArraySize of the cluster: indices lie below it
std::vector<ArrayChunk> chunks_of(const std::vector<std::int64_t>& points,
                                  std::int64_t max_array_size);

/// The beginning of the names of all jobs of the sweep in `folder`, which is absolute:
/// `stockpot-<48 bits of it>`.
std::string job_name_of(const std::filesystem::path& folder);

/// The name of the job of a chunk: `<job name>-<first>`.
std::string job_name_of(const std::filesystem::path& folder, const ArrayChunk& chunk);

/// A point that Slurm knows.
struct QueuedPoint {
  std::int64_t point = 0;
  std::string job{};     ///< name of its array
  std::string state{};   ///< PENDING, RUNNING, ...
  std::string reason{};  ///< why it is pending

  /// Slurm will not start it before somebody releases it.
  bool is_held() const;

  friend bool operator==(const QueuedPoint&, const QueuedPoint&) = default;
};

/// The format in which squeue is asked, with --array and --noheader.
inline constexpr const char* kQueueFormat = "%j|%K|%T|%r";

/// The points of the sweep with `job_name` in what squeue prints; what is of others is passed over.
std::vector<QueuedPoint> queued_points_in(std::string_view lines, const std::string& job_name);

/// MaxArraySize in what `scontrol show config` prints; 1001, which is Slurm's default, where it
/// does not say.
std::int64_t max_array_size_in(std::string_view config);

/// The number of the job in what `sbatch --parsable` prints: `123` or `123;cluster`.
/// throws  DataError where it says something else
std::string job_number_in(std::string_view said);

}  // namespace stockpot::sweep
