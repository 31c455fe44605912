// SPDX-License-Identifier: Apache-2.0
#include "config/number.hpp"

#include <charconv>

namespace stockpot::config {

std::string number_text(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

}  // namespace stockpot::config
