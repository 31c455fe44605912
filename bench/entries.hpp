// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "bench/benchmark.hpp"

namespace stockpot::bench {

Timings select_vs_kthvalue(const Setting& setting);
Timings select_vs_read(const Setting& setting);
Timings adamw_vs_torch(const Setting& setting);
Timings loader_share(const Setting& setting);
Timings resize_share(const Setting& setting);
Timings digest_pictures(const Setting& setting);
Timings digest_files(const Setting& setting);
Timings mask_stage(const Setting& setting);
Timings union_vs_floats(const Setting& setting);
Timings parallel_path(const Setting& setting);
Timings more_ranks(const Setting& setting);
Timings checkpoint_vs_write(const Setting& setting);
Timings checkpoint_pause(const Setting& setting);
Timings decode_cifar(const Setting& setting);
Timings decode_gtsrb(const Setting& setting);
Timings load_vs_read(const Setting& setting);
Timings interpolate_vs_copy(const Setting& setting);
Timings soup_vs_read(const Setting& setting);
Timings vit_tiny_step(const Setting& setting);
Timings vit_b32_step(const Setting& setting);
Timings minilm_step(const Setting& setting);
Timings snip_vs_gradient(const Setting& setting);
Timings grasp_vs_gradient(const Setting& setting);
Timings minilm_dropout(const Setting& setting);

}  // namespace stockpot::bench
