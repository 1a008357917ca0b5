"""LogME of random features by the updates of its paper, for `choosing.json`.

    python -P choosing.py [--check]

You et al. 2021, section 4.2: with the singular values of F, alpha and beta are updated in turn,
    gamma = sum(beta s / (alpha + beta s)), alpha = gamma / |m|^2, beta = (n - gamma) / |F m - y|^2,
here until nothing changes, and the evidence at the end is that of equation 2.
`cases`: features as float32, labels, and the mean over the labels of the evidence divided by the rows.
"""
import json
import pathlib
import sys

import numpy

HERE = pathlib.Path(__file__).parent


def evidence(f, y):
    n, d = f.shape
    u, roots, vt = numpy.linalg.svd(f, full_matrices=False)
    s = roots**2
    alpha = beta = 1.0
    for _ in range(100_000):
        m = vt.T @ (beta * roots / (alpha + beta * s) * (u.T @ y))
        gamma = (beta * s / (alpha + beta * s)).sum()
        before = alpha / beta
        alpha, beta = gamma / (m @ m), (n - gamma) / ((f @ m - y) ** 2).sum()
        if abs(alpha / beta - before) < 1e-12 * before:
            break
    a = alpha * numpy.eye(d) + beta * f.T @ f
    m = beta * numpy.linalg.solve(a, f.T @ y)
    return (n / 2 * numpy.log(beta) + d / 2 * numpy.log(alpha) - n / 2 * numpy.log(2 * numpy.pi)
            - beta / 2 * ((f @ m - y) ** 2).sum() - alpha / 2 * (m @ m) - 0.5 * numpy.linalg.slogdet(a)[1]) / n


def case(rows, width, labels, spread, seed):
    dice = numpy.random.default_rng(seed)
    y = numpy.arange(rows) % labels
    x = (dice.normal(size=(labels, width))[y] * spread + dice.normal(size=(rows, width))).astype(numpy.float32)
    exact = x.astype(numpy.float64)
    return {"features": x.tolist(), "labels": y.tolist(),
            "score": float(numpy.mean([evidence(exact, (y == label).astype(float)) for label in range(labels)]))}


def main():
    made = json.dumps({"cases": [case(60, 12, 3, 0.5, 1), case(40, 12, 2, 1.5, 2), case(30, 20, 4, 1, 3)]}) + "\n"
    path = HERE / "choosing.json"
    if "--check" in sys.argv:
        sys.exit(made != path.read_text() and "choosing.json differs")
    path.write_text(made)


main()
