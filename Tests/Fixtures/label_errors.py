"""What cleanlab's confident learning finds, for `label_errors.json`.

    python -P label_errors.py [--check]

Needs cleanlab 2.9.0 and numpy 2.4.6. Each case has given labels, a probability of each label for each row, and `issues`: the rows that
find_label_issues returns without options, ordered by self-confidence. The labels of some rows are exchanged, and the probabilities favor the
labels that they had before; `rare` has labels with one row, a label without any, and rows whose probabilities favor no label clearly.
"""
import json
import pathlib
import sys

import cleanlab
import numpy
from cleanlab.filter import find_label_issues

HERE = pathlib.Path(__file__).parent


def case(name, counts, wrong, sharpness, seed):
    dice = numpy.random.default_rng(seed)
    truth = numpy.repeat(numpy.arange(len(counts)), counts)
    dice.shuffle(truth)
    given = truth.copy()
    for row in dice.choice(len(truth), int(wrong * len(truth)), replace=False):
        given[row] = dice.choice([label for label in range(len(counts)) if counts[label]])
    logits = dice.normal(size=(len(truth), len(counts)))
    logits[numpy.arange(len(truth)), truth] += sharpness
    powers = numpy.exp(logits)
    # Rounded, so that both programs read the same numbers.
    probabilities = numpy.round(powers / powers.sum(axis=1, keepdims=True), 6)
    issues = find_label_issues(given, probabilities, return_indices_ranked_by="self_confidence", n_jobs=1)
    return {"name": name, "label_count": len(counts), "labels": given.tolist(), "probabilities": probabilities.tolist(),
            "issues": issues.tolist()}


def main(*options):
    cases = [
        case("two", [150, 150], 0.1, 2.5, 1),
        case("uneven", [200, 60, 20], 0.15, 2, 2),
        case("noisy", [90, 90, 90], 0.5, 1.5, 3),
        case("unsure", [60, 60, 60, 60], 0.1, 0.3, 4),
        case("many", [12] * 25, 0.2, 3, 5),
        case("rare", [120, 40, 3, 1, 0, 1], 0.05, 1.5, 6),
        case("right", [80, 80], 0, 8, 7),
    ]
    text = json.dumps({"cleanlab": cleanlab.__version__, "cases": cases}) + "\n"
    file = HERE / "label_errors.json"
    if "--check" in options:
        sys.exit(0 if file.read_text() == text else "label_errors.json differs")
    file.write_text(text)


main(*sys.argv[1:])
