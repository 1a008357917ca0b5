"""Writes tables/: tables as Python's csv module writes them, and the rows in them. Python 3.11, no packages.

    python tables.py            writes
    python tables.py --check    makes all again and compares
    python tables.py N FOLDER   writes N other random tables, each a file with its rows in FILE.json

tables/tables.json holds the tables with their rows, and as they are with two more columns. tables/seed.* are small files for the mutation tests.
"""
import csv
import io
import json
import os
import random
import sys

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables")

PIECES = ["a", "bc", "word", "good film", "\"", "\"", "\"\"", "\t", "\n", "\r\n", "\r", " ", "  ", ",", ";", "'", "\\", "0", "1.5", "é", "e\u0301",
          "漢字", "😀", "\u0085", "\u2028", "\ufeff", "\u00a0"]
QUOTING = {"minimal": csv.QUOTE_MINIMAL, "all": csv.QUOTE_ALL, "nonnumeric": csv.QUOTE_NONNUMERIC}
DIALECTS = {"tsv": "excel-tab", "csv": "excel"}
ENDS = {"lf": "\n", "crlf": "\r\n"}
ADDED = ["pos", "a, b", "the \"best\"", "two\nlines", "tab\there"]


def written(rows, dialect, quoting, end):
    out = io.StringIO(newline="")
    csv.writer(out, dialect=DIALECTS[dialect], quoting=QUOTING[quoting], lineterminator=end).writerows(rows)
    return out.getvalue()


def read(text, dialect):
    return list(csv.reader(io.StringIO(text, newline=""), dialect=DIALECTS[dialect]))


def field(rng, kind):
    if kind == "label":
        return rng.choice(["pos", "neg", "5", "not sure"])
    if kind == "number":
        return rng.choice([0, 7, -3, 1.5])
    if kind == "plain":
        return " ".join(rng.choice(["the", "film", "was", "good", "5", "é"]) for _ in range(rng.randint(0, 5)))
    if kind == "lines":
        # Rows within a field: what a reader that goes line by line takes for records.
        return rng.choice(["\n", "\r\n", "\n\n"]).join(field(rng, "plain") + rng.choice(["", "\tpos", "\"", "\"no\""]) for _ in range(rng.randint(1, 3)))
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 8)))


def table(rng, dialect, quoting, end):
    kinds = [rng.choice(["wild", "lines"])] + rng.sample(["wild", "label", "plain", "number", "lines"], rng.randint(0, 3))
    rng.shuffle(kinds)
    header = [rng.choice(["text", "label", "a b", "naïve", "x\ty", "the \"name\""]) + str(i) for i in range(len(kinds))]
    rows = [[field(rng, kind) for kind in kinds] for _ in range(rng.randint(1, 12))]
    has_header = rng.random() < 0.8
    lines = ([header] if has_header else []) + rows
    text = written(lines, dialect, quoting, end)
    wanted = [[str(value) for value in line] for line in lines]
    if read(text, dialect) != wanted:
        # Python 3.11 does not quote a field for its carriage return alone.
        lines = [[value.replace("\r", "") if isinstance(value, str) else value for value in line] for line in lines]
        text = written(lines, dialect, quoting, end)
        wanted = [[str(value) for value in line] for line in lines]
    assert read(text, dialect) == wanted, text
    return {"format": dialect, "quoting": quoting, "end": end, "header": has_header, "content": text, "rows": wanted[has_header:],
            "added": added(lines, has_header, dialect, quoting, end)}


def added(lines, has_header, dialect, quoting, end):
    """The same table with two more columns. None if the first record does not show how texts are quoted, or shows something else."""
    if quoting == "minimal" and len(lines[0]) == 1:
        return None
    if quoting == "nonnumeric" and not all(isinstance(value, str) for value in lines[0]):
        return None
    lines, row, wider = list(lines), 0, []
    if has_header:
        wider.append(lines.pop(0) + ["added label", "added number"])
    for line in lines:
        if quoting == "minimal" and len(line) > 1 and not any(str(value) for value in line):
            wider.append(line + ["", ""])  # nothing but delimiters, which is no row
            continue
        # A number in quotes where the row's own fields show no number without.
        has_number = quoting == "nonnumeric" and not all(isinstance(value, str) for value in line)
        wider.append(line + [ADDED[row % len(ADDED)], 0.25 if has_number else "0.25"])
        row += 1
    return written(wider, dialect, quoting, end)


def random_tables(seed, rounds):
    rng = random.Random(seed)
    return [table(rng, dialect, quoting, end) for _ in range(rounds) for dialect in DIALECTS for quoting in QUOTING for end in ENDS.values()]


def files():
    tables = "[\n" + ",\n".join(json.dumps(t, ensure_ascii=False) for t in random_tables(12, 6)) + "\n]\n"
    rows = [["text", "label"], ["plain", "pos"], ["two\nlines", "neg"], ["she said \"no\"\r\nand left", "pos"], ["a\ttab, a comma", "neg"],
            ["\"Great\" film", "pos"], ["one\tpos\ntwo", "neg"], ["", "pos"], ["é 漢字 😀", "neg"]]
    jsons = [json.dumps({"text": text, "label": label, "other": [1, None, {"é": True}]}, ensure_ascii=len(text) % 2 == 0) for text, label in rows[1:]]
    return {"tables.json": tables, "seed.tsv": written(rows, "tsv", "all", "\n"), "seed.csv": written(rows, "csv", "minimal", "\r\n"),
            "seed.jsonl": "\n".join(jsons) + "\n"}


def main():
    arguments = sys.argv[1:]
    if len(arguments) == 2:
        count, folder = int(arguments[0]), arguments[1]
        os.makedirs(folder, exist_ok=True)
        for index, made in enumerate(random_tables(2026, -(-count // 12))[:count]):
            path = os.path.join(folder, f"{index}.{made['format']}")
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(made["content"])
            with open(path + ".json", "w", encoding="utf-8") as file:
                json.dump(made, file)
        return
    os.makedirs(OUT, exist_ok=True)
    for name, content in files().items():
        path = os.path.join(OUT, name)
        if arguments == ["--check"]:
            with open(path, encoding="utf-8", newline="") as file:
                assert file.read() == content, f"{name} is not what the recipe makes"
        else:
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(content)


main()
