"""Settings that a model of the scores expects to be good: Bayesian optimisation with a Gaussian process.

Places in the ranges are points of the unit cube; listed words have a corner each. The process is fitted to the losses
known so far, and the point of largest expected improvement is next; the others of a batch follow as if the expected
loss of those before had come true.

References
----------
Jones, Schonlau, Welch, Efficient global optimization of expensive black-box functions, Journal of Global Optimization
13, 1998 (expected improvement). Ginsbourger, Le Riche, Carraro, Kriging is well-suited to parallelize optimization,
2010 (the believer). Snoek, Larochelle, Adams, Practical Bayesian optimization of machine learning algorithms,
NeurIPS 2012 (Matérn 5/2 with a length for each setting).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import norm, qmc
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from workbench.modeling.searches import between, settled, share_of
from workbench.specs import CandidateSpec, SearchRange, TuningSpec
from workbench.training.scoring import quietly

POINTS = 1_500  # drawn from the whole cube, of which the most promising is taken
NEAR_POINTS = 500  # drawn around the best so far
NEAR = 0.08  # standard deviation of those, as a share of the ranges
# Beyond the median by this many median deviations a loss is cut: one absurd setting must not flatten all others.
FAR_OFF = 4.0


class ModelSearch:
    """A search over settings whose scores are told as they come.

    Parameters
    ----------
    tuning : TuningSpec
    seed : int
        The same seed and losses give the same settings.
    """

    def __init__(self, tuning: TuningSpec, seed: int):
        self.tuning = tuning
        self._random = np.random.default_rng([seed, len(tuning.ranges)])
        self._points: dict[str, np.ndarray] = {}  # every candidate that was asked for
        self._losses: dict[str, float | None] = {}

    def start(self, size: int) -> tuple[CandidateSpec, ...]:
        """Return up to ``size`` settings spread evenly over the ranges (Latin hypercube)."""
        cube = qmc.LatinHypercube(self._n_dimensions, rng=self._random).random(size)
        return self._new(cube, size)

    def tell(self, losses: Mapping[str, float | None]) -> None:
        """Take in losses by candidate key: smaller is better, None where a candidate has none."""
        self._losses |= losses

    def ask(self, size: int) -> tuple[CandidateSpec, ...]:
        """Return up to ``size`` settings not asked for before; fewer where no others are left."""
        known = [key for key in self._points if self._losses.get(key) is not None]
        if len(known) < 2:
            return self.start(size)
        X = np.array([self._points[key] for key in known])
        losses = _bounded(np.array([self._losses[key] for key in known]))
        with quietly():
            process = _process(X, losses, self._n_dimensions)
            found: list[CandidateSpec] = []
            for _ in range(size):
                cube = self._drawn(X[int(losses.argmin())])
                promising = cube[np.argsort(-_expected_improvement(process, cube, losses.min()), kind="stable")]
                new = self._new(promising, 1)
                if not new:
                    break
                found += new
                point = self._points[new[0].key][None]
                X, losses = np.vstack([X, point]), np.append(losses, process.predict(point))
                process = _process(X, losses, self._n_dimensions, process.kernel_)
        return tuple(found)

    @property
    def _n_dimensions(self) -> int:
        return sum(_width(entry) for entry in self.tuning.ranges)

    def _drawn(self, best: np.ndarray) -> np.ndarray:
        everywhere = self._random.random((POINTS, len(best)))
        near = np.clip(best + self._random.normal(0, NEAR, (NEAR_POINTS, len(best))), 0, 1)
        return np.vstack([everywhere, near])

    def _new(self, cube: np.ndarray, most: int) -> tuple[CandidateSpec, ...]:
        """Return the settings of the first ``most`` points that were not asked for yet."""
        found = []
        for point in cube:
            candidate = CandidateSpec(kind=self.tuning.kind, hyperparameters=self._settings(point))
            if candidate.key not in self._points:
                self._points[candidate.key] = self._place(candidate)
                found.append(candidate)
                if len(found) == most:
                    break
        return tuple(found)

    def _settings(self, point: np.ndarray) -> dict:
        settings, at = {}, 0
        for entry in self.tuning.ranges:
            part = point[at : at + _width(entry)]
            at += len(part)
            if not entry.values:
                settings[entry.name] = settled(self.tuning.kind, entry.name, between(entry, float(part[0])), entry)
            elif _in_order(entry):
                settings[entry.name] = sorted(entry.values)[
                    min(int(part[0] * len(entry.values)), len(entry.values) - 1)
                ]
            else:
                settings[entry.name] = entry.values[int(part.argmax())]
        return settings

    def _place(self, candidate: CandidateSpec) -> np.ndarray:
        """Return the point of a candidate: rounded settings stand where they are, not where they were drawn."""
        parts = []
        for entry in self.tuning.ranges:
            value = candidate.hyperparameters[entry.name]
            if not entry.values:
                parts.append([share_of(entry, value)])
            elif _in_order(entry):
                parts.append([(sorted(entry.values).index(value) + 0.5) / len(entry.values)])
            else:
                parts.append([float(value == one and type(value) is type(one)) for one in entry.values])
        return np.concatenate([np.asarray(part, dtype=float) for part in parts])


def _in_order(entry: SearchRange) -> bool:
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in entry.values)


def _width(entry: SearchRange) -> int:
    return len(entry.values) if entry.values and not _in_order(entry) else 1


def _bounded(losses: np.ndarray) -> np.ndarray:
    """Return losses of mean 0 and deviation 1, those far above the median cut."""
    middle = np.median(losses)
    deviation = np.median(np.abs(losses - middle))
    if deviation > 0:
        losses = np.minimum(losses, middle + FAR_OFF * deviation)
    return (losses - losses.mean()) / (losses.std() or 1.0)


def _process(X: np.ndarray, losses: Sequence[float], n_dimensions: int, kernel=None) -> GaussianProcessRegressor:
    """Fit a process; with a ``kernel`` its lengths stay as they are."""
    if kernel is not None:
        return GaussianProcessRegressor(kernel, optimizer=None).fit(X, losses)
    lengths = Matern(np.full(n_dimensions, 0.5), (0.05, 20.0), nu=2.5)
    shape = ConstantKernel(1.0, (0.1, 10.0)) * lengths + WhiteKernel(0.05, (1e-5, 1.0))
    return GaussianProcessRegressor(shape).fit(X, losses)


def _expected_improvement(process: GaussianProcessRegressor, cube: np.ndarray, best: float) -> np.ndarray:
    mean, deviation = process.predict(cube, return_std=True)
    deviation = np.maximum(deviation, 1e-9)
    ratio = (best - mean) / deviation
    return (best - mean) * norm.cdf(ratio) + deviation * norm.pdf(ratio)
