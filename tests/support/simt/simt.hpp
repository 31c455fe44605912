// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <source_location>
#include <stdexcept>

// A GPU of fibers: the sources of src/kernels/cuda compile as C++ against the <cuda_runtime.h> of
// this folder, and their kernels run on the CPU, so that tests, sanitizers and debuggers see them.
//
// What it shows: results; a barrier or a warp operation that not all of its threads reach, or that
// they reach at different places; steps past the end of device memory and of shared memory (under
// ASan); work that the host did not wait for; many a race inside a block, because the threads of
// even blocks take turns in ascending order, those of odd blocks in descending order.
//
// What it does not have: two blocks or two streams at once, preemption (a plain += stands in for an
// atomic one unnoticed), a memory model, lockstep (a lane waits only where it must), any notion of
// time, more than one dimension, a memory of its own (the host may touch device memory unpunished),
// `extern __shared__` (a kernel gets dynamic shared memory from dynamic_shared()), grids started by
// kernels, and host threads: one thread at a time may use it. Shared memory keeps what the block
// before left in it.
namespace stockpot::simt {

inline constexpr unsigned kWarp = 32;

/// What a kernel did that a GPU does not allow; thrown where the host waits for the work.
struct Failure : std::logic_error {
  using std::logic_error::logic_error;
};

/// Queue work; do all that is queued, in its order (throws Failure, and forgets what was queued
/// behind it).
void enqueue(std::function<void()> work);
void synchronize();

struct Index {
  unsigned x = 1;
};

/// Let every thread of a grid call `kernel`: each block of `threads` with `shared_bytes` of dynamic
/// shared memory. Throws Failure.
void run_grid(Index blocks, Index threads, std::size_t shared_bytes,
              const std::function<void()>& kernel);

// ---- for the threads of a kernel

/// Wait for all threads of the block.
void meet_block(const std::source_location& where);

using LaneValues = std::array<std::uint64_t, kWarp>;

/// Hand in a value and wait for the lanes of `mask`, of which this one must be one; returns what
/// each of them handed in, and 0 for the others.
const LaneValues& meet_warp(unsigned mask, std::uint64_t value, const std::source_location& where);

/// The dynamic shared memory of the block.
void* dynamic_shared();

}  // namespace stockpot::simt

inline stockpot::simt::Index threadIdx, blockIdx, blockDim, gridDim;
