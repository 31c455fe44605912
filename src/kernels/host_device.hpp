// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Marks a function that runs on both processors.
#ifdef __CUDACC__
#define STOCKPOT_HOST_DEVICE __host__ __device__
#else
#define STOCKPOT_HOST_DEVICE
#endif
