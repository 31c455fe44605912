// SPDX-License-Identifier: Apache-2.0
#include "bench/peak_memory.hpp"

#include <c10/core/Allocator.h>
#include <c10/core/DeviceType.h>

#include <atomic>
#include <memory>

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

struct Block {
  c10::DataPtr memory;
  std::int64_t bytes;
  std::shared_ptr<Tally> tally;
};

void free_block(void* context) {
  const std::unique_ptr<Block> block(static_cast<Block*>(context));
  block->tally->add(-block->bytes);
}

/// The usual allocator, and a count beside it.
class CountingAllocator final : public c10::Allocator {
 public:
  explicit CountingAllocator(c10::Allocator& usual)
      : usual_(usual), tally_(std::make_shared<Tally>()) {}

  c10::DataPtr allocate(std::size_t size) override {
    const auto bytes = static_cast<std::int64_t>(size);
    auto block = std::make_unique<Block>(usual_.allocate(size), bytes, tally_);
    tally_->add(bytes);
    void* first = block->memory.get();
    return {first, block.release(), &free_block, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return nullptr; }
  void copy_data(void* to, const void* from, std::size_t size) const override {
    default_copy_data(to, from, size);
  }
  std::int64_t most() const { return tally_->most; }

 private:
  c10::Allocator& usual_;
  std::shared_ptr<Tally> tally_;
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
  CountingAllocator counting(*c10::GetAllocator(c10::DeviceType::CPU));
  const Instead instead(counting);
  work();
  return counting.most();
}

}  // namespace stockpot::bench
