// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace stockpot::data {

/// Names of the classes of each image set in label order, as class prompts spell them.
std::vector<std::string> digit_names();
std::vector<std::string> fashion_names();
std::vector<std::string> cifar10_names();
std::vector<std::string> cifar100_names();
std::vector<std::string> gtsrb_names();
std::vector<std::string> cars_names();

}  // namespace stockpot::data
