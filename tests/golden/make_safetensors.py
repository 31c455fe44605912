# SPDX-License-Identifier: Apache-2.0
"""Make reference.safetensors by the reference implementation; needs numpy and safetensors. Run in this folder."""
import numpy as np
from safetensors.numpy import save_file

save_file(
    {
        "block.weight": np.array([[0.5, -1.0, 2.0], [0.0, -0.0, 3.5]], np.float32),
        "block.bias": np.array([1.0, 2.0], np.float32),
        "ids": np.array([7, 8, 9], np.int64),
        "half": np.array([[1.0], [65504.0]], np.float16),
        "flags": np.array([True, False, True]),
    },
    "reference.safetensors",
    metadata={"format": "np"},
)
