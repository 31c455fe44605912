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
#include <cstring>
#include <deque>
#include <exception>
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

struct Context {
  jmp_buf registers{};
  const void* stack = nullptr;
  std::size_t stack_bytes = 0;
  void* asan_stack = nullptr;
};

struct Fiber : Context {
  ucontext_t entry{};
  bool entered = false;
  std::unique_ptr<char[]> memory = std::make_unique_for_overwrite<char[]>(kStackBytes);
  unsigned number = 0;
  State state = State::finished;
  std::source_location where;  // it waits
  unsigned mask = 0;           // for these lanes
  std::uint64_t value = 0;     // with this
  LaneValues received{};
};
using Fibers = std::span<const std::unique_ptr<Fiber>>;

struct Machine {
  Context scheduler;
  std::vector<std::unique_ptr<Fiber>> fibers;
  Fiber* running = nullptr;
  const std::function<void()>* kernel = nullptr;
  std::exception_ptr thrown;  // by the kernel
  std::unique_ptr<std::byte[]> dynamic_shared;
  std::deque<std::function<void()>> queue;
} machine;

bool same(const std::source_location& a, const std::source_location& b) {
  return a.line() == b.line() && a.column() == b.column() &&
         std::strcmp(a.file_name(), b.file_name()) == 0;
}

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
  thread.x = fiber.number;
  leave(machine.scheduler, fiber, [&] {
    if (std::exchange(fiber.entered, true)) _longjmp(fiber.registers, 1);
    setcontext(&fiber.entry);
  });
  if (machine.thrown) std::rethrow_exception(std::exchange(machine.thrown, nullptr));
}

void give_turn_back() {
  leave(*machine.running, machine.scheduler, [] { _longjmp(machine.scheduler.registers, 1); });
}

void live() {
  if (Context& from = machine.scheduler; __sanitizer_finish_switch_fiber)
    __sanitizer_finish_switch_fiber(nullptr, &from.stack, &from.stack_bytes);
  for (;; give_turn_back()) {
    try {
      (*machine.kernel)();
    } catch (...) {
      machine.thrown = std::current_exception();
    }
    machine.running->state = State::finished;
  }
}

void add_fiber() {
  Fiber& fiber = *machine.fibers.emplace_back(std::make_unique<Fiber>());
  fiber.number = static_cast<unsigned>(machine.fibers.size() - 1);
  getcontext(&fiber.entry);
  fiber.stack = fiber.entry.uc_stack.ss_sp = fiber.memory.get();
  fiber.stack_bytes = fiber.entry.uc_stack.ss_size = kStackBytes;
  makecontext(&fiber.entry, live, 0);
}

// ---- blocks

std::string doing(const Fiber& fiber) {
  const std::string who = "thread " + std::to_string(fiber.number);
  if (fiber.state == State::finished) return who + " has finished";
  return who + " waits at " + (fiber.state == State::at_barrier ? "barrier " : "warp operation ") +
         std::string(fiber.where.file_name()) + ":" + std::to_string(fiber.where.line());
}

/// Nobody is ready: open the barrier if all wait at it, else fail. False when all have finished.
bool open_barrier(Fibers fibers) {
  const auto waits = [](const auto& fiber) { return fiber->state != State::finished; };
  const auto first = std::ranges::find_if(fibers, waits);
  if (first == fibers.end()) return false;
  const auto elsewhere = std::ranges::find_if(fibers, [&](const auto& fiber) {
    return fiber->state != (*first)->state || !same(fiber->where, (*first)->where);
  });
  if (elsewhere != fibers.end() || (*first)->state != State::at_barrier)
    throw Failure("block " + std::to_string(block.x) + ": not all threads meet: " + doing(**first) +
                  ", " + doing(elsewhere == fibers.end() ? *fibers.back() : **elsewhere));
  for (const auto& fiber : fibers) fiber->state = State::ready;
  return true;
}

void run_block(Fibers fibers) {
  for (const auto& fiber : fibers) fiber->state = State::ready;
  bool descending = block.x % 2 != 0;
  do {
    for (bool turns = true; std::exchange(turns, false); descending = !descending)
      for (std::size_t i = 0; i < fibers.size(); ++i)
        if (Fiber& fiber = *fibers[descending ? fibers.size() - 1 - i : i];
            fiber.state == State::ready) {
          give_turn_to(fiber);
          turns = true;
        }
  } while (open_barrier(fibers));
}

}  // namespace

void run_grid(Index blocks, Index threads, std::size_t shared_bytes,
              const std::function<void()>& kernel) {
  while (machine.fibers.size() < threads.x) add_fiber();
  machine.kernel = &kernel;
  block_size = threads;
  grid_size = blocks;
  for (block.x = 0; block.x < blocks.x; ++block.x) {
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

bool idle() { return machine.queue.empty(); }

void meet_block(const std::source_location& where) {
  machine.running->state = State::at_barrier;
  machine.running->where = where;
  give_turn_back();
}

const LaneValues& meet_warp(unsigned mask, std::uint64_t value, const std::source_location& where) {
  Fiber& own = *machine.running;
  const unsigned lane = own.number % kWarp, first = own.number - lane;
  if ((mask >> lane & 1) == 0)
    throw Failure("thread " + std::to_string(own.number) + " is not in its own mask");
  own.state = State::in_warp;
  own.where = where;
  own.mask = mask;
  own.value = value;
  LaneValues values{};
  for (unsigned l = 0; l < kWarp; ++l) {
    if ((mask >> l & 1) == 0) continue;
    const Fiber* other = first + l < block_size.x ? machine.fibers[first + l].get() : nullptr;
    if (other == nullptr || other->state != State::in_warp || other->mask != mask ||
        !same(other->where, where)) {
      give_turn_back();
      return own.received;
    }
    values[l] = other->value;
  }
  for (unsigned l = 0; l < kWarp; ++l)
    if (mask >> l & 1) {
      machine.fibers[first + l]->received = values;
      machine.fibers[first + l]->state = State::ready;
    }
  return own.received;
}

void* dynamic_shared() { return machine.dynamic_shared.get(); }

}  // namespace stockpot::simt
