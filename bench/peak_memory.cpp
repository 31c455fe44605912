// SPDX-License-Identifier: Apache-2.0
#include "bench/peak_memory.hpp"

#include <c10/core/Allocator.h>
#include <c10/core/DeviceType.h>
#include <c10/core/impl/alloc_cpu.h>
#include <malloc.h>

#include <atomic>

namespace stockpot::bench {
namespace {

/// What passes through the allocator; a memory block knows its size when it goes.
struct Tally {
  std::atomic<std::int64_t> now = 0, most = 0;

  void add(std::int64_t bytes) {
    const auto held = now += bytes;
    auto seen = most.load();
    while (held > seen && !most.compare_exchange_weak(seen, held)) {
    }
  }
};

/// One for the process: what frees a block knows its address only.
Tally tally_;

void counted_free(void* memory) {
  if (memory == nullptr) return;
  tally_.add(-static_cast<std::int64_t>(malloc_usable_size(memory)));
  c10::free_cpu(memory);
}

/// The usual allocator, and a count beside it. The address of a block is its context too, so that
/// oneDNN may have raw memory from it.
class CountingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t size) override {
    void* memory = c10::alloc_cpu(size);
    if (memory != nullptr) tally_.add(static_cast<std::int64_t>(malloc_usable_size(memory)));
    return {memory, memory, &counted_free, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &counted_free; }
  void copy_data(void* to, const void* from, std::size_t size) const override {
    default_copy_data(to, from, size);
  }
};

/// LibTorch's CPU allocator is this one while it lives.
class Instead {
 public:
  explicit Instead(c10::Allocator& other) : usual_(c10::GetAllocator(c10::DeviceType::CPU)) {
    c10::SetAllocator(c10::DeviceType::CPU, &other, kFirst);
  }
  ~Instead() { c10::SetAllocator(c10::DeviceType::CPU, usual_, kFirst); }
  Instead(const Instead&) = delete;
  Instead& operator=(const Instead&) = delete;

 private:
  static constexpr std::uint8_t kFirst = 255;  // a priority that no other has
  c10::Allocator* usual_;
};

}  // namespace

std::int64_t peak_bytes(const std::function<void()>& work) {
  static CountingAllocator counting;  // blocks of it may outlive the work
  const auto before = tally_.now.load();
  tally_.most = before;
  const Instead instead(counting);
  work();
  return tally_.most - before;
}

}  // namespace stockpot::bench
