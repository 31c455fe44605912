// SPDX-License-Identifier: Apache-2.0
// Every thread of a block is a fiber that calls the kernel; the scheduler, which is the host's own
// thread, gives all that are ready a turn, again and again, until all have finished. A fiber that
// waits gives the turn back. Where nobody is ready and not all wait at one barrier, nobody ever
// will be: that is the failure. Fibers are entered by ucontext and changed by _longjmp, which makes
// no system call.
#undef _FORTIFY_SOURCE  // takes a jump to another stack for an attack
#include "support/simt/simt.hpp"

#include <setjmp.h>
#include <ucontext.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

// Tell ASan of a change of stacks; null without ASan.
extern "C" {
[[gnu::weak]] void __sanitizer_start_switch_fiber(void** own, const void* to, std::size_t bytes);
[[gnu::weak]] void __sanitizer_finish_switch_fiber(void* own, const void** from,
                                                   std::size_t* bytes);
}

namespace stockpot::simt {
namespace {

constexpr std::size_t kStackBytes = std::size_t{256} << 10;

enum class State { ready, at_barrier, in_warp, finished };

struct Doing {
  State state = State::finished;
  std::source_location where{};  // it waits
  unsigned mask = 0;             // and for which lanes of its warp

  bool operator==(const Doing& other) const {
    return state == other.state && mask == other.mask && where.line() == other.where.line() &&
           where.column() == other.where.column() && where.file_name() == other.where.file_name();
  }
};

struct Context {
  jmp_buf registers{};
  const void* stack = nullptr;
  std::size_t stack_bytes = 0;
  void* asan_stack = nullptr;
};

struct Fiber : Context {
  std::unique_ptr<char[]> memory = std::make_unique_for_overwrite<char[]>(kStackBytes);
  unsigned number = 0;
  Doing doing;
  std::uint64_t value = 0;  // handed in to the warp
  LaneValues received{};
};
using Fibers = std::span<const std::unique_ptr<Fiber>>;

struct Machine {
  Context scheduler;
  std::vector<std::unique_ptr<Fiber>> fibers;
  Fiber* running = nullptr;
  const std::function<void()>* kernel = nullptr;
  std::unique_ptr<std::byte[]> dynamic_shared;
  std::deque<std::function<void()>> queue;
} machine;

// ---- turns

/// Change stacks by `jump`; returns when somebody jumps back to `from`.
template <typename Jump>
void leave(Context& from, const Context& to, Jump jump) {
  if (__sanitizer_start_switch_fiber)
    __sanitizer_start_switch_fiber(&from.asan_stack, to.stack, to.stack_bytes);
  if (_setjmp(from.registers) == 0) jump();
  if (__sanitizer_finish_switch_fiber)
    __sanitizer_finish_switch_fiber(from.asan_stack, nullptr, nullptr);
}

void give_turn_to(Fiber& fiber) {
  machine.running = &fiber;
  threadIdx.x = fiber.number;
  leave(machine.scheduler, fiber, [&] { _longjmp(fiber.registers, 1); });
}

void give_turn_back() {
  leave(*machine.running, machine.scheduler, [] { _longjmp(machine.scheduler.registers, 1); });
}

void live() {
  if (Context& from = machine.scheduler; __sanitizer_finish_switch_fiber)
    __sanitizer_finish_switch_fiber(nullptr, &from.stack, &from.stack_bytes);
  for (;; machine.running->doing = {}) {
    give_turn_back();
    (*machine.kernel)();
  }
}

/// One more fiber, which waits for its first turn.
void add_fiber() {
  Fiber& fiber = *machine.fibers.emplace_back(std::make_unique<Fiber>());
  fiber.number = static_cast<unsigned>(machine.fibers.size() - 1);
  machine.running = &fiber;
  ucontext_t entry;
  getcontext(&entry);
  fiber.stack = entry.uc_stack.ss_sp = fiber.memory.get();
  fiber.stack_bytes = entry.uc_stack.ss_size = kStackBytes;
  makecontext(&entry, live, 0);
  leave(machine.scheduler, fiber, [&] { setcontext(&entry); });
}

// ---- blocks

std::string text(const Fiber& fiber) {
  const auto& [state, where, mask] = fiber.doing;
  const std::string who = "thread " + std::to_string(fiber.number);
  if (state == State::finished) return who + " has finished";
  return who + " waits at " + (state == State::at_barrier ? "barrier " : "warp operation ") +
         std::string(where.file_name()) + ":" + std::to_string(where.line());
}

/// Nobody is ready: open the barrier if all wait at it, else fail. False when all have finished.
bool open_barrier(Fibers fibers) {
  const auto waits = [](const auto& fiber) { return fiber->doing.state != State::finished; };
  const auto first = std::ranges::find_if(fibers, waits);
  if (first == fibers.end()) return false;
  const auto elsewhere = std::ranges::find_if(
      fibers, [&](const auto& fiber) { return fiber->doing != (*first)->doing; });
  if (elsewhere != fibers.end() || (*first)->doing.state != State::at_barrier)
    throw Failure("block " + std::to_string(blockIdx.x) +
                  ": not all threads meet: " + text(**first) + ", " +
                  text(elsewhere == fibers.end() ? *fibers.back() : **elsewhere));
  for (const auto& fiber : fibers) fiber->doing = {State::ready};
  return true;
}

void run_block(Fibers fibers) {
  for (const auto& fiber : fibers) fiber->doing = {State::ready};
  for (bool turns = true; turns || open_barrier(fibers);) {
    turns = false;
    for (std::size_t i = 0; i < fibers.size(); ++i) {
      Fiber& fiber = *fibers[blockIdx.x % 2 == 0 ? i : fibers.size() - 1 - i];
      if (fiber.doing.state != State::ready) continue;
      give_turn_to(fiber);
      turns = true;
    }
  }
}

}  // namespace

void run_grid(Index blocks, Index threads, std::size_t shared_bytes,
              const std::function<void()>& kernel) {
  while (machine.fibers.size() < threads.x) add_fiber();
  machine.kernel = &kernel;
  blockDim = threads;
  gridDim = blocks;
  for (blockIdx.x = 0; blockIdx.x < blocks.x; ++blockIdx.x) {
    machine.dynamic_shared = std::make_unique_for_overwrite<std::byte[]>(shared_bytes);
    run_block(Fibers(machine.fibers).first(threads.x));
  }
}

void enqueue(std::function<void()> work) { machine.queue.push_back(std::move(work)); }

void synchronize() {
  try {
    for (; !machine.queue.empty(); machine.queue.pop_front()) machine.queue.front()();
  } catch (...) {
    machine.queue.clear();
    machine.fibers.clear();  // some stand in the middle of the kernel
    throw;
  }
}

void meet_block(const std::source_location& where) {
  machine.running->doing = {State::at_barrier, where};
  give_turn_back();
}

const LaneValues& meet_warp(unsigned mask, std::uint64_t value, const std::source_location& where) {
  Fiber& own = *machine.running;
  const unsigned first = own.number / kWarp * kWarp;
  own.doing = {State::in_warp, where, mask};
  own.value = value;
  const auto lanes = Fibers(machine.fibers).subspan(first, std::min(kWarp, blockDim.x - first));
  LaneValues values{};
  unsigned here = 0;
  for (unsigned l = 0; l < lanes.size(); ++l)
    if ((mask >> l & 1) != 0 && lanes[l]->doing == own.doing) {
      here |= 1U << l;
      values[l] = lanes[l]->value;
    }
  if (here != mask) give_turn_back();
  for (const auto& fiber : lanes)
    if (here == mask && (mask >> fiber->number % kWarp & 1) != 0) {
      fiber->doing = {State::ready};
      fiber->received = values;
    }
  return own.received;
}

void* dynamic_shared() { return machine.dynamic_shared.get(); }

}  // namespace stockpot::simt
