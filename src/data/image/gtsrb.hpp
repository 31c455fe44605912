// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "data/image/decode.hpp"

namespace stockpot::data {

/// List one part of GTSRB: whole pictures, without the boxes of the annotations.
///
/// Training pictures lie in Training/ (26,640 of the competition, GTSRB-Training_fixed.zip, what
/// OpenAI and the ISP code use) or, where that is absent, in Final_Training/Images/ (39,209), each
/// in folders 00000 .. 00042 with their GT-<class>.csv; a row's class must be
/// that of its folder; the test ones in Final_Test/Images/ with GT-final_test.csv there or above.
/// data.dir is the folder GTSRB or the one that holds it. source:
/// https://benchmark.ini.rub.de/gtsrb_dataset.html; methods.md 5.1
PictureList list_gtsrb(const SourceFolder& folder, Part part);

/// The same, all of it decoded.
ImageSet read_gtsrb(const SourceFolder& folder, Part part, const KeptSize& size);

}  // namespace stockpot::data
