# SPDX-License-Identifier: Apache-2.0
"""Tables and figures from stockpot's result.h5 files. Start with `analysis.load`."""
