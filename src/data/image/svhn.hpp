// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "data/image/image_set.hpp"

namespace stockpot::data {

/// Read one part of SVHN's cropped digits: train_32x32.mat or test_32x32.mat (X uint8 [32, 32, 3,
/// N] column-major, y 1..10; 10 is digit 0). source: http://ufldl.stanford.edu/housenumbers,
/// "Format 2"; the extra set is not used.
ImageSet read_svhn(const SourceFolder& folder, Part part);

/// The same part by the dimensions of X and y, without their values.
ImageCount count_svhn(const SourceFolder& folder, Part part);

}  // namespace stockpot::data
