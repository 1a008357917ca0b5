"""Writes evaluating.json: rows of probabilities with their true classes and what scikit-learn says of their curves, intervals by resampling,
and what statsmodels says of shares and of pairs of classifiers.

Python 3.11, scikit-learn 1.9.1, statsmodels 0.15.0, numpy 2.4.6. Run: python evaluating.py > evaluating.json
"""
import json
import sys
import warnings

import numpy as np
from sklearn import metrics
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint

warnings.filterwarnings("ignore")
random = np.random.default_rng(20261130)
MASK = (1 << 64) - 1


def splitmix(seed):
    """The generator of Steele et al. 2014, as Randomness in Sources/Layers."""
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        x = state
        x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
        yield x ^ (x >> 31)


def ece(right, top):
    error = 0.0
    edges = np.linspace(0, 1, 16)
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (top > low) & (top <= high)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - top[inside].mean())
    return error


def area(truth, p):
    """The AUROC, None if a class has no rows."""
    classes = p.shape[1]
    if classes == 1 or len(np.unique(truth)) < classes:
        return None
    if classes == 2:
        return metrics.roc_auc_score(truth, p[:, 1])
    return np.mean([metrics.roc_auc_score(truth == c, p[:, c]) for c in range(classes)])


def figures(truth, p):
    rows, classes = p.shape
    labels = list(range(classes))
    predicted = p.argmax(axis=1)
    return {
        "macro_f1": metrics.f1_score(truth, predicted, average="macro", zero_division=0),
        "weighted_f1": metrics.f1_score(truth, predicted, average="weighted", zero_division=0),
        "mcc": metrics.matthews_corrcoef(truth, predicted),
        "auroc": area(truth, p),
        "nll": metrics.log_loss(truth, p, labels=labels) if classes > 1 else 0.0,
        "brier": float(((p - np.eye(classes)[truth]) ** 2).sum(axis=1).mean()),
        "ece": ece(predicted == truth, p.max(axis=1)),
    }


def intervals(truth, p, samples):
    """Percentile intervals over samples drawn with replacement; sample i with the seed 1 + i."""
    found = {}
    for sample in range(samples):
        draws = splitmix(1 + sample)
        drawn = [next(draws) * len(truth) >> 64 for _ in range(len(truth))]
        for name, value in figures(truth[drawn], p[drawn]).items():
            if value is not None:
                found.setdefault(name, []).append(value)
    return {name: np.quantile(values, [0.025, 0.975]).tolist() for name, values in found.items()}


def case(name, truth, probabilities, samples=0):
    truth = np.asarray(truth, dtype=int)
    p = np.asarray(probabilities, dtype=np.float64)
    rows, classes = p.shape
    labels = list(range(classes))
    predicted = p.argmax(axis=1)
    result = {"name": name, "truth": truth.tolist(), "probabilities": p.tolist(), "classes": classes}
    # scikit-learn has no scores for a set without rows.
    if rows:
        precision, recall, f1, support = metrics.precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0)
        right = predicted == truth
        order = np.argsort(-p.max(axis=1), kind="stable")
        top = p.max(axis=1)[order]
        # Rows of equal probability are answered together.
        risks = [1 - right[order][: np.searchsorted(-top, -t, side="right")].mean() for t in top]
        frequencies = np.bincount(truth, minlength=classes) / rows
        majority = np.full(rows, frequencies.argmax())
        result |= {
            "accuracy": metrics.accuracy_score(truth, predicted),
            "precision": precision.tolist(), "recall": recall.tolist(), "f1": f1.tolist(), "support": support.tolist(),
            "confusion": metrics.confusion_matrix(truth, predicted, labels=labels).tolist(),
            "log_loss": metrics.log_loss(truth, p, labels=labels) if classes > 1 else None,
            "auroc": area(truth, p),
            "areas": [metrics.roc_auc_score(truth == c, p[:, c]) if 0 < support[c] < rows else None for c in labels],
            "average_precisions": [metrics.average_precision_score(truth == c, p[:, c]) if support[c] else None for c in labels],
            "area_under_risk_coverage": float(np.mean(risks)),
            "majority_accuracy": metrics.accuracy_score(truth, majority),
            "majority_macro_f1": metrics.f1_score(truth, majority, average="macro", zero_division=0),
            "prior_log_loss": metrics.log_loss(truth, np.tile(frequencies, (rows, 1)), labels=labels) if classes > 1 else None,
            "prior_brier": float(((np.tile(frequencies, (rows, 1)) - np.eye(classes)[truth]) ** 2).sum(axis=1).mean()),
        }
    if samples:
        result["intervals"] = intervals(truth, p, samples)
    return result


def rows(count, classes, skill, weights=None):
    truth = random.choice(classes, size=count, p=weights)
    logits = random.normal(size=(count, classes)) * 1.5
    logits[np.arange(count), truth] += skill
    p = np.exp(logits)
    return truth, p / p.sum(axis=1, keepdims=True)


def cases():
    yield case("two classes", *rows(120, 2, 1.5), samples=1000)
    yield case("four classes, one rare", *rows(100, 4, 2.0, [0.5, 0.3, 0.17, 0.03]), samples=1000)
    truth, p = rows(150, 2, 1.0)
    tied = np.round(p[:, 1], 1)
    yield case("ties", truth, np.stack([1 - tied, tied], axis=1))
    yield case("all scores equal", [0, 1, 1, 0, 1], np.full((5, 2), 0.5))
    truth, p = rows(80, 4, 1.0, [0.5, 0.3, 0.2, 0])
    yield case("an absent class", truth, p)
    yield case("one class", [0, 0, 0], [[1.0], [1.0], [1.0]])
    yield case("only one class is true", [1, 1, 1], [[0.2, 0.8], [0.6, 0.4], [0.5, 0.5]])
    yield case("all right", [0, 1, 2, 1], np.eye(3)[[0, 1, 2, 1]])
    yield case("all wrong", [0, 1, 2, 1], np.eye(3)[[1, 2, 0, 0]])
    yield case("one row", [1], [[0.3, 0.7]])
    yield case("no rows", [], np.empty((0, 3)))


def shares():
    for part, whole in [(0, 20), (20, 20), (1, 1), (0, 1), (81, 263), (15, 148), (1605, 1821), (999_999, 1_000_000)]:
        low, high = proportion_confint(part, whole, alpha=0.05, method="wilson")
        yield {"part": part, "whole": whole, "interval": [low, high]}


def pairs():
    for first, second in [(0, 0), (1, 0), (0, 1), (5, 5), (6, 16), (16, 6), (3, 40), (90, 60), (121, 59), (500, 430), (20_000, 20_500)]:
        found = mcnemar([[100, first], [second, 30]], exact=True)
        yield {"first": first, "second": second, "p": float(found.pvalue)}


json.dump({"cases": list(cases()), "shares": list(shares()), "pairs": list(pairs())}, sys.stdout)
print()
