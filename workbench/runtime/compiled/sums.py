"""Estimators that multiply a row with weights: linear ones, naive Bayes, support vectors, a network."""

from collections.abc import Callable

import numpy as np
from scipy.special import expit, logsumexp
from sklearn.utils.extmath import softmax
from sklearn.utils.multiclass import _ovr_decision_function

from workbench.runtime.compiled.errors import CannotCompile
from workbench.runtime.kernels import _pair_weights

Answer = Callable[[np.ndarray], np.ndarray]


def compiled_linear(estimator) -> Answer:
    """Ridge, elastic net, quantile regression and other weighted sums."""
    weights, constant = np.asarray(estimator.coef_), estimator.intercept_
    if weights.ndim != 1:
        raise CannotCompile("the estimator has several targets")
    return lambda X: X @ weights + constant


def compiled_logistic(estimator) -> Answer:
    """``LogisticRegression``."""
    weights, constants = np.ascontiguousarray(estimator.coef_.T), estimator.intercept_
    if len(estimator.classes_) > 2:
        return lambda X: softmax(X @ weights + constants, copy=False)

    def answer(X):
        second = expit((X @ weights + constants).ravel())
        return np.column_stack([1.0 - second, second])

    return answer


def compiled_log_linear(estimator) -> Answer:
    """``LogLinear``: Poisson and gamma regression."""
    if estimator.largest_ == 0:
        return lambda X: np.zeros(len(X))
    sums, scale = compiled_linear(estimator.estimator_), estimator.scale_
    most = np.log(estimator.largest_ / scale)
    return lambda X: np.exp(np.minimum(sums(X), most)) * scale


def compiled_bayes(estimator) -> Answer:
    """``MultinomialNB``."""
    weights, constants = np.ascontiguousarray(estimator.feature_log_prob_.T), estimator.class_log_prior_

    def answer(X):
        found = X @ weights + constants
        return np.exp(found - logsumexp(found, axis=1)[:, np.newaxis])

    return answer


def compiled_machine(estimator) -> Answer:
    """``RadialRegressor``: a support vector machine for amounts."""
    return _weighted_similarities(estimator, estimator.dual_coef_.T, lambda found: found.ravel())


def compiled_borders(estimator) -> Answer:
    """``RadialClassifier``, whose answer is how far a row is on the side of a class: ``decision_function``."""
    weights = _pair_weights(estimator.dual_coef_, np.cumsum([0, *estimator.n_support_]))
    n_classes = len(estimator.classes_)
    if n_classes == 2:
        return _weighted_similarities(estimator, weights, lambda found: found)
    if estimator.decision_function_shape != "ovr":
        raise CannotCompile("classes are compared in pairs")
    return _weighted_similarities(
        estimator, weights, lambda found: _ovr_decision_function(found < 0, -found, n_classes)
    )


def _weighted_similarities(machine, weights: np.ndarray, finish: Callable[[np.ndarray], np.ndarray]) -> Answer:
    if machine._sparse or machine.kernel != "rbf":
        raise CannotCompile("the support vector machine has another kernel")
    # Squared distances as scikit-learn's ``euclidean_distances`` adds them up.
    vectors = np.ascontiguousarray(machine.support_vectors_.T)
    sizes, reach, constants = (machine.support_vectors_**2).sum(axis=1), -machine._gamma, machine.intercept_

    def answer(X):
        distances = -2.0 * (X @ vectors)
        distances += np.einsum("ij,ij->i", X, X)[:, np.newaxis]
        distances += sizes
        np.maximum(distances, 0.0, out=distances)
        distances *= reach
        return finish(np.exp(distances, out=distances) @ weights + constants)

    return answer


def compiled_network(estimator) -> Answer:
    """``MLPClassifier`` and ``MLPRegressor``, by their own forward pass without its checks."""
    forward = estimator._forward_pass_fast
    if not hasattr(estimator, "classes_"):
        return lambda X: forward(X, check_input=False).ravel()

    def answer(X):
        found = forward(X, check_input=False)
        return np.column_stack([1.0 - found.ravel(), found.ravel()]) if estimator.n_outputs_ == 1 else found

    return answer
