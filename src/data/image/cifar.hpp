// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "data/image/image_set.hpp"

namespace stockpot::data {

/// Read one part of CIFAR-10 from the official binary version: data_batch_1.bin ..
/// data_batch_5.bin, or test_batch.bin.
///
/// All five training files must be there. Records are one label byte and 3072 pixel bytes [3, 32,
/// 32]. source: https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version".
ImageSet read_cifar10(const SourceFolder& folder, Part part);

/// Read one part of CIFAR-100, train.bin or test.bin, with its fine labels. Records: coarse label,
/// fine label, 3072 pixel bytes.
ImageSet read_cifar100(const SourceFolder& folder, Part part);

/// The same parts by the sizes of their files, without reading them.
ImageCount count_cifar10(const SourceFolder& folder, Part part);
ImageCount count_cifar100(const SourceFolder& folder, Part part);

}  // namespace stockpot::data
