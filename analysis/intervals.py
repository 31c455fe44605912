# SPDX-License-Identifier: Apache-2.0
"""How sure a test result is: over seeds by its standard deviation, of one seed by the size of its test set."""

import numpy as np

PROPORTIONS = {"accuracy"}  # primary metrics that are a share of the samples, so that the binomial distribution holds
Z95 = 1.959963985  # two-sided 95 % of the normal distribution


def standard_error(metric, value, samples):
    """Returns the binomial standard error sqrt(p (1 - p) / n), in units of the metric; NaN where that does not apply."""
    if metric not in PROPORTIONS or not samples > 0 or not 0 <= value <= 1:
        return np.nan
    return float(np.sqrt(value * (1 - value) / samples))


def wilson(metric, value, samples):
    """Returns the 95 % score interval (low, high) of a share (Wilson 1927, JASA 22:209); (NaN, NaN) where that does not apply."""
    if np.isnan(standard_error(metric, value, samples)):
        return np.nan, np.nan
    square = Z95**2 / samples
    centre = (value + square / 2) / (1 + square)
    half = Z95 / (1 + square) * np.sqrt(value * (1 - value) / samples + square / (4 * samples))
    return float(min(value, max(0.0, centre - half))), float(max(value, min(1.0, centre + half)))  # exact at 0 and 1
