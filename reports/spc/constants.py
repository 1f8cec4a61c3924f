"""Constants of normal samples by subgroup size: expected range d2, its deviation d3, bias c4 (ASTM E2587)."""

from math import exp, lgamma, sqrt

# Mean and standard deviation of the range of n standard normal values (ASTM E2587, Montgomery, appendix VI).
_D2 = {2: 1.128, 3: 1.693, 4: 2.059, 5: 2.326, 6: 2.534, 7: 2.704, 8: 2.847, 9: 2.970, 10: 3.078}
_D3 = {2: 0.853, 3: 0.888, 4: 0.880, 5: 0.864, 6: 0.848, 7: 0.833, 8: 0.820, 9: 0.808, 10: 0.797}
# Beyond eight values a range wastes what is known; practice turns to the standard deviation.
LARGEST_RANGE = 8


def d2(n: int) -> float:
    """Expected range of n values in standard deviations, n = 2…10."""
    return _D2[n]


def d3(n: int) -> float:
    """Standard deviation of the range of n values, n = 2…10."""
    return _D3[n]


def c4(n: int) -> float:
    """Expected sample deviation of n ≥ 2 values, in σ: √(2/(n-1)) Γ(n/2)/Γ((n-1)/2)."""
    return sqrt(2 / (n - 1)) * exp(lgamma(n / 2) - lgamma((n - 1) / 2))
