// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "data/image/decode.hpp"

namespace stockpot::data {

/// List one part of Stanford Cars: whole pictures of cars_train/ or cars_test/ and the classes
/// (from 1 in the files) of devkit/cars_train_annos.mat or cars_test_annos_withlabels.mat. data.dir
/// is the folder that holds them, or the one above (stanford_cars/). source: Krause et al., "3D
/// Object Representations for Fine-Grained Categorization", 3dRR 2013.
PictureList list_cars(const SourceFolder& folder, Part part);

/// The same, all of it decoded.
ImageSet read_cars(const SourceFolder& folder, Part part, const KeptSize& size);

}  // namespace stockpot::data
