"""Whether the words that `tenor explain` scores highest are those that the answer depends on.

    explaining.py TENOR MODEL ROWS.csv [gradients | occlusion]

Deletes the words that speak most for the answer until a tenth of the text's characters is gone, and random words likewise, and prints how
often the answer changes. ROWS.csv has a column `text`.
"""
import csv
import json
import random
import subprocess
import sys
import tempfile

SHARE, DRAWS = 0.1, 10


def run(*arguments):
    run = subprocess.run(arguments, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def taken(words):
    """The first words that have a tenth of all words' characters."""
    wanted, result, length = SHARE * sum(word["end"] - word["start"] for word in words), [], 0
    for word in words:
        if length >= wanted:
            break
        result.append(word)
        length += word["end"] - word["start"]
    return result


def without(text, words):
    deleted = {place for word in words for place in range(word["start"], word["end"])}
    return "".join(character for place, character in enumerate(text) if place not in deleted)


def main():
    tenor, model, rows = sys.argv[1:4]
    method = sys.argv[4] if len(sys.argv) > 4 else "gradients"
    explained = run(tenor, "explain", rows, "--model", model, "--json", "--method", method, "--quiet")
    with open(rows, newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    dice, variants = random.Random(1), []
    for one in explained:
        text, words = texts[one["row"]], one["words"]
        variants.append(without(text, taken(sorted(words, key=lambda word: -word["score"]))))
        variants += [without(text, taken(dice.sample(words, len(words)))) for _ in range(DRAWS)]
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as file:
        csv.writer(file).writerows([["text"]] + [[variant or "."] for variant in variants])
        file.flush()
        labels = [answer["label"] for answer in run(tenor, "classify", file.name, "--model", model, "--format", "jsonl", "--quiet")]
    changed = [label != explained[index // (DRAWS + 1)]["label"] for index, label in enumerate(labels)]
    top = changed[:: DRAWS + 1]
    print(f"{len(top)} texts, {method}: the answer changes in {sum(top) / len(top):.3f} without the words that score highest, "
          f"in {(sum(changed) - sum(top)) / len(top) / DRAWS:.3f} without random ones")


main()
