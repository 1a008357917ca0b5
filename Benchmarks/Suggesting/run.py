"""Labels that `tenor suggest` chooses against labels of random rows: accuracy of a solved head on the test rows.

    python run.py TENOR BASE WORK NAME=FOLDER… [--draws 5]

FOLDER holds train.csv and test.csv with the columns text and label. Of train.csv, 2,000 random rows are the pool. A draw begins with 40 random rows of it and
adds 20 suggested ones at a time, up to 140; against it stand the first 140 and 200 rows of the same random order. Nothing is chosen by the test rows.
"""
import argparse
import csv
import json
import random
import statistics
import subprocess
from pathlib import Path

START, STEP, MOST, RANDOM, POOL, TEST = 40, 20, 140, 200, 2000, 2000


def read(path, most, seed):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list({row["text"]: (row["text"], row["label"]) for row in csv.DictReader(file)}.values())
    random.Random(seed).shuffle(rows)
    return rows[:most]


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *rows])


class Draw:
    def __init__(self, options, folder, work, seed):
        self.options, self.work, self.seed = options, work, seed
        work.mkdir(parents=True, exist_ok=True)
        self.pool = read(folder / "train.csv", POOL, seed)
        self.labels = dict(self.pool)
        write(work / "pool.csv", self.pool)
        write(work / "test.csv", read(folder / "test.csv", TEST, 0))

    def tenor(self, *arguments):
        done = subprocess.run([self.options.tenor, *map(str, arguments), "--quiet"], capture_output=True, text=True, check=True)
        return done.stdout

    def tune(self, rows):
        write(self.work / "rows.csv", rows)
        self.tenor("tune", self.work / "rows.csv", "--model", self.options.base, "--unfreeze", "none", "--output", self.work / "model", "--force")

    def accuracy(self, rows):
        self.tune(rows)
        self.tenor("evaluate", self.work / "test.csv", "--model", self.work / "model", "--json", self.work / "metrics.json")
        figure = json.loads((self.work / "metrics.json").read_text())["accuracy"]
        (self.work / "metrics.json").unlink()
        return 100 * figure

    def suggested(self):
        rows = self.pool[:START]
        while len(rows) < MOST:
            self.tune(rows)
            text = self.tenor("suggest", self.work / "pool.csv", "--model", self.work / "model", "--count", STEP, "--seed", self.seed)
            rows = rows + [(row["text"], self.labels[row["text"]]) for row in csv.DictReader(text.splitlines(keepends=True))]
        return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tenor")
    parser.add_argument("base")
    parser.add_argument("work", type=Path)
    parser.add_argument("corpora", nargs="+")
    parser.add_argument("--draws", type=int, default=5)
    options = parser.parse_args()
    for corpus in options.corpora:
        name, folder = corpus.split("=")
        found = {"random 140": [], "random 200": [], "suggested 140": []}
        for seed in range(1, options.draws + 1):
            draw = Draw(options, Path(folder), options.work / name, seed)
            found["random 140"].append(draw.accuracy(draw.pool[:MOST]))
            found["random 200"].append(draw.accuracy(draw.pool[:RANDOM]))
            found["suggested 140"].append(draw.accuracy(draw.suggested()))
        line = "  ".join(f"{key}: {statistics.mean(values):.1f} ± {statistics.stdev(values):.1f}" for key, values in found.items())
        print(f"{name:10} {line}", flush=True)


main()
