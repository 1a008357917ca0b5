"""What both sides work on: tables of texts, and the model they are for. Imports nothing large: the memory of a process that is being
started counts as its own."""

import contextlib
import csv
import dataclasses
import itertools
import lzma
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
MAX_LENGTH = 512
LABELS = ("negative", "positive")


@dataclass(frozen=True)
class Work:
    """A classifier and a table of texts for it: `text,label,tokens`, no text twice."""

    model: Path
    table: Path
    kind: str

    @property
    def name(self):
        return self.model.name

    @property
    def rows(self):
        return sum(1 for _ in column(self.table, "tokens"))

    @property
    def batch(self):
        """Rows in a batch. Long texts fill the caches by themselves: few are faster, and leave each of several streams some."""
        return 32 if self.kind == "short" else 8

    def __str__(self):
        tokens = [int(count) for count in column(self.table, "tokens")]
        return f"{self.name}, {len(tokens)} {self.kind} texts of {sum(tokens) / len(tokens):.1f} tokens on average"

    def first(self, rows):
        """The first rows, in a file of their own."""
        path = self.table.with_name(f"{self.kind}-{rows}.csv")
        write_table(path, itertools.islice(texts(self.table), rows), column(self.table, "tokens"))
        return dataclasses.replace(self, table=path)


def write_table(path, texts, tokens):
    """Labels take turns: these tables are for timing, not for learning."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label", "tokens"])
        writer.writerows((text, LABELS[row % 2], count) for row, (text, count) in enumerate(zip(texts, tokens)))


def texts(path):
    return (text for text in column(path, "text") if text.strip())


def column(path, name):
    """A column of a .csv file, which may be compressed (.csv.xz)."""
    csv.field_size_limit(1 << 24)
    with contextlib.ExitStack() as stack:
        binary = stack.enter_context(lzma.open(path) if str(path).endswith(".xz") else open(path, "rb"))
        yield from (row[name] for row in csv.DictReader(line.decode("utf-8") for line in binary))
