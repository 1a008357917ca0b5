"""Writes metrics.json: rows of probabilities with their true classes, and what scikit-learn says of them.

Python 3.11, scikit-learn 1.9.1, numpy 2.4.6. Run: python metrics.py > metrics.json
"""
import json
import sys
import warnings

import numpy as np
from sklearn import metrics

warnings.filterwarnings("ignore")
random = np.random.default_rng(20261121)


def case(name, truth, probabilities):
    truth = np.asarray(truth)
    p = np.asarray(probabilities, dtype=np.float64)
    rows, classes = p.shape
    labels = list(range(classes))
    predicted = p.argmax(axis=1)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0)
    top = p.max(axis=1)
    right = predicted == truth
    ece = 0.0
    edges = np.linspace(0, 1, 16)
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (top > low) & (top <= high)
        if inside.any():
            ece += inside.mean() * abs(right[inside].mean() - top[inside].mean())
    # Given two columns scikit-learn takes them for classes as well; unscaled it sums over the classes.
    brier = metrics.brier_score_loss(truth, p, labels=labels, scale_by_half=False)
    auroc = None
    if len(np.unique(truth)) == classes:
        if classes == 2:
            auroc = metrics.roc_auc_score(truth, p[:, 1])
        else:
            auroc = np.mean([metrics.roc_auc_score(truth == c, p[:, c]) for c in labels])
    z = 1.959963984540054
    share = right.mean()
    middle = (share + z * z / (2 * rows)) / (1 + z * z / rows)
    half = z * np.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows)) / (1 + z * z / rows)
    return {
        "name": name,
        "truth": truth.tolist(),
        "probabilities": p.tolist(),
        "accuracy": metrics.accuracy_score(truth, predicted),
        "interval": [max(0.0, middle - half), min(1.0, middle + half)],
        "macro_f1": metrics.f1_score(truth, predicted, average="macro", zero_division=0),
        "weighted_f1": metrics.f1_score(truth, predicted, average="weighted", zero_division=0),
        "mcc": metrics.matthews_corrcoef(truth, predicted),
        "nll": metrics.log_loss(truth, p, labels=labels),
        "brier": brier,
        "ece": ece,
        "auroc": auroc,
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "confusion": metrics.confusion_matrix(truth, predicted, labels=labels).tolist(),
    }


def rows(count, classes, skill, weights=None):
    truth = random.choice(classes, size=count, p=weights)
    logits = random.normal(size=(count, classes)) * 1.5
    logits[np.arange(count), truth] += skill
    p = np.exp(logits)
    return truth, p / p.sum(axis=1, keepdims=True)


def main():
    cases = [case("two classes", *rows(200, 2, 1.5)), case("five classes", *rows(300, 5, 2.0, [0.5, 0.2, 0.15, 0.1, 0.05]))]
    cases.append(case("no skill", *rows(100, 3, 0)))
    truth, p = rows(150, 2, 1.0)
    tied = np.round(p[:, 1], 1)
    cases.append(case("ties", truth, np.stack([1 - tied, tied], axis=1)))
    truth, p = rows(80, 4, 1.0, [0.5, 0.3, 0.2, 0])
    cases.append(case("a class without rows", truth, p))
    p[:, 3] = 0
    cases.append(case("a class neither true nor predicted", truth, p / p.sum(axis=1, keepdims=True)))
    truth, p = rows(60, 3, 1.0)
    p[:, 1] = p[:, 1] * 1e-3
    cases.append(case("a class never predicted", truth, p / p.sum(axis=1, keepdims=True)))
    cases.append(case("all right and certain", [0, 1, 2, 1], np.eye(3)[[0, 1, 2, 1]]))
    cases.append(case("all wrong and certain", [0, 1, 2, 1], np.eye(3)[[1, 2, 0, 0]]))
    cases.append(case("only one class is true", [1, 1, 1], [[0.2, 0.8], [0.6, 0.4], [0.5, 0.5]]))
    cases.append(case("one row", [1], [[0.3, 0.7]]))
    json.dump(cases, sys.stdout, indent=None)
    print()


main()
