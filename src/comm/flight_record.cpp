// SPDX-License-Identifier: Apache-2.0
#include "comm/flight_record.hpp"

#include <algorithm>

namespace stockpot::comm {

std::uint64_t FlightRecord::begin(const char* name, std::uint64_t bytes, CallKind kind) {
  const std::uint64_t sequence = sequence_.load(std::memory_order_relaxed) + 1;
  const std::uint64_t collectives =
      collectives_.load(std::memory_order_relaxed) + (kind == CallKind::collective ? 1 : 0);
  Slot& slot = slots_[sequence % kCalls];
  slot.sequence.store(0, std::memory_order_release);
  slot.collectives.store(collectives, std::memory_order_release);
  slot.name.store(name, std::memory_order_release);
  slot.bytes.store(bytes, std::memory_order_release);
  slot.done.store(false, std::memory_order_release);
  slot.sequence.store(sequence, std::memory_order_release);
  collectives_.store(collectives, std::memory_order_release);
  sequence_.store(sequence, std::memory_order_release);
  return sequence;
}

void FlightRecord::finish(std::uint64_t sequence) {
  Slot& slot = slots_[sequence % kCalls];
  // a call that began 256 others before it ended has lost its slot
  if (slot.sequence.load(std::memory_order_relaxed) == sequence)
    slot.done.store(true, std::memory_order_release);
  returned_.fetch_add(1, std::memory_order_release);
}

std::vector<CallRecord> FlightRecord::calls() const {
  std::vector<CallRecord> calls;
  for (const Slot& slot : slots_) {
    CallRecord call;
    call.sequence = slot.sequence.load(std::memory_order_acquire);
    call.collectives = slot.collectives.load(std::memory_order_acquire);
    call.name = slot.name.load(std::memory_order_acquire);
    call.bytes = slot.bytes.load(std::memory_order_acquire);
    call.done = slot.done.load(std::memory_order_acquire);
    if (call.sequence != 0 && call.sequence == slot.sequence.load(std::memory_order_acquire))
      calls.push_back(call);
  }
  std::ranges::sort(calls, {}, &CallRecord::sequence);
  return calls;
}

std::shared_ptr<FlightRecord> FlightRecords::make(std::string group) {
  auto record = std::make_shared<FlightRecord>(std::move(group));
  const std::scoped_lock lock(mutex_);
  std::erase_if(records_, [](const auto& old) { return old.expired(); });
  records_.push_back(record);
  return record;
}

std::vector<std::shared_ptr<const FlightRecord>> FlightRecords::all() const {
  std::vector<std::shared_ptr<const FlightRecord>> living;
  const std::scoped_lock lock(mutex_);
  for (const auto& record : records_)
    if (auto alive = record.lock()) living.push_back(std::move(alive));
  return living;
}

}  // namespace stockpot::comm
