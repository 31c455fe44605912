// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace stockpot::data {

/// A data set of which only size, shape and classes are known: for plans and checks. Its images are
/// black, its texts shape.tokens long, all of class 0.
///
/// size              samples
/// bytes_per_sample  what bytes() reckons with
std::shared_ptr<const Dataset> outline(std::int64_t size, const DataShape& shape,
                                       std::vector<std::string> class_names,
                                       std::int64_t bytes_per_sample);

}  // namespace stockpot::data
