# SPDX-License-Identifier: Apache-2.0
"""The tables and figures of the papers, filled by runs: a description each (analysis.table1, ...) and one engine for all of them."""
