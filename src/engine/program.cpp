// SPDX-License-Identifier: Apache-2.0
#include "engine/program.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace stockpot::engine {

const Action* ListProgram::next(const Cursor& cursor) const {
  const auto number = static_cast<std::size_t>(cursor.action);
  if (cursor.action < 0 || number > actions_.size())
    throw DataError(fmt::format("the state is at action {}, the program has {}", cursor.action,
                                actions_.size()),
                    "it belongs to another run");
  return number == actions_.size() ? nullptr : actions_[number].get();
}

}  // namespace stockpot::engine
