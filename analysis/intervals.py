# SPDX-License-Identifier: Apache-2.0
"""How sure a test result is: over seeds by its standard deviation, of one seed by the size of its test set; and how sure a difference is."""

import math

import numpy as np

PROPORTIONS = {"accuracy"}  # primary metrics that are a share of the samples, so that the binomial distribution holds
Z95 = 1.959963985  # two-sided 95 % of the normal distribution
ROUNDING = 1e-12  # differences of test results that are smaller are those of floating point


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


def student_t(freedom, share=0.95):
    """Returns the t that |t| stays below with probability `share`, for a whole number of degrees of freedom.

    The distribution is a finite sum then (Abramowitz and Stegun 26.7.3, 26.7.4), which is inverted by bisection.
    """
    low, high = 0.0, math.pi / 2  # of the angle whose tangent is t / sqrt(freedom)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < share else (low, middle)
    return math.tan(high) * math.sqrt(freedom)


def _within(angle, freedom):
    """Returns the probability of |t| < tan(angle) sqrt(freedom)."""
    first = 2 if freedom % 2 else 1
    term = total = math.cos(angle) if freedom % 2 else 1.0
    for k in range(first, freedom - 1, 2):
        term *= math.cos(angle) ** 2 * k / (k + 1)
        total += term
    if freedom % 2 == 0:
        return math.sin(angle) * total
    return 2 / math.pi * (angle + (math.sin(angle) * total if freedom > 1 else 0.0))


def mean_interval(values):
    """Returns the 95 % t interval (low, high) of the mean; (NaN, NaN) of fewer than two values, and of equal ones, whose spread is not known."""
    if len(values) < 2 or np.ptp(values) < ROUNDING:
        return np.nan, np.nan
    half = student_t(len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values))
    return float(np.mean(values) - half), float(np.mean(values) + half)


def sign_test(differences):
    """Returns (number above 0, number below 0, two-sided exact p of as lopsided a split by a fair coin); zeros count on neither side. p is NaN without any."""
    above, below = (int(np.sum(np.multiply(sign, differences) > ROUNDING)) for sign in (1, -1))
    tosses = above + below
    tail = sum(math.comb(tosses, heads) for heads in range(min(above, below) + 1))
    return above, below, min(1.0, 2 * tail / 2**tosses) if tosses else np.nan
