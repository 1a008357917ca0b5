"""Draws the rows to train on and the rows to measure with. The same corpora always give the same files, for all contestants."""

import csv
import random
from collections import defaultdict
from pathlib import Path

MODES = ("test", "validation")
MEASURED = 1000  # rows at most, in each mode
TRAIN_FILES = ("train.csv", "partial_train.csv", "all.csv")
MEASURING_FILES = {"test": "test.csv", "validation": "dev.csv"}


def read(path):
    """The rows of a .csv file that have a text and a label."""
    csv.field_size_limit(1 << 24)
    with open(path, newline="", encoding="utf-8") as file:
        rows = [(row["text"], row["label"]) for row in csv.DictReader(file)]
    return [(text, label) for text, label in rows if text.strip() and label]


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["text", "label"])
        writer.writerows(rows)


def shuffled(rows, seed):
    return random.Random(seed).sample(rows, len(rows))


def split(corpus):
    """The rows to draw from, and for each mode the rows to measure with. They come from the corpus's own files. A corpus without such a file
    gives up some of its training rows: others for each mode."""
    path = next((corpus / name for name in TRAIN_FILES if (corpus / name).is_file()), None)
    if path is None:
        raise SystemExit(f"few labels: {corpus}: none of {', '.join(TRAIN_FILES)} is there")
    pool = shuffled(read(path), "split")
    measured = {}
    for mode in MODES:
        own = corpus / MEASURING_FILES[mode]
        if own.is_file():
            measured[mode] = shuffled(read(own), mode)[:MEASURED]
        else:
            measured[mode], pool = pool[:MEASURED], pool[MEASURED:]
    return pool, measured


def draw(pool, size, seed):
    """`8` draws eight rows for each label, or as many as there are; `500-rows` draws 500 rows of any label."""
    rows = shuffled(pool, seed)
    if size.endswith("-rows"):
        return rows[: int(size.removesuffix("-rows"))]
    groups = defaultdict(list)
    for row in rows:
        groups[row[1]].append(row)
    drawn = [row for label in sorted(groups) for row in groups[label][: int(size)]]
    return shuffled(drawn, seed)


def same_text(text):
    """Two texts count as equal if they differ in case and blanks only."""
    return " ".join(text.casefold().split())


def folder(work, mode, name, size, number):
    return Path(work) / mode / name / size / str(number)


def write_draws(corpora, work, mode, name, sizes, numbers):
    """Writes `train.csv` and `test.csv` of each draw that is not there yet. Returns the folders by size and number."""
    pool, measured = split(Path(corpora) / name)
    folders = {}
    for size in sizes:
        for number in numbers:
            folders[size, number] = path = folder(work, mode, name, size, number)
            if (path / "test.csv").is_file():
                continue
            rows = draw(pool, size, f"{mode} {name} {size} {number}")
            known = {same_text(text) for text, _ in rows}
            write(path / "train.csv", rows)
            write(path / "test.csv", [row for row in measured[mode] if same_text(row[0]) not in known])
    return folders
