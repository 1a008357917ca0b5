"""Damages tables and compares what Tenor reads with what Python reads: `python tables.py TENOR [COUNT [FIRST]]`. Python 3.11, no packages.

COUNT (default 20,000) files from number FIRST (default 0) on: csv and tsv with and without a header, JSON lines and JSON arrays, exports of annotation tools
and fastText files, and each compressed with gzip and xz, with one to four changes. A file must be read within 5 seconds and without a crash, and either be refused with
an error, or give exactly the rows that Python's csv or json module finds in it, apart from blank ones. The texts of rows come back as the
tokens of GPT-2, which lose nothing.
"""
import collections
import csv
import gzip
import io
import itertools
import json
import lzma
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "Fixtures")
GPT2 = os.path.join(FIXTURES, "tokenizers", "gpt2")
DELIMITERS = {"a tab": "\t", "','": ",", "';'": ";", "'|'": "|"}
KINDS = ["csv", "tsv", "jsonl", "json", "export", "txt"]
csv.field_size_limit(1 << 30)


def alphabet():
    """The byte that each of GPT-2's letters stands for."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(code): byte for code, byte in [(byte, byte) for byte in plain] + list(zip(range(256, 512), others))}


BYTES = alphabet()


def seeds():
    with open(os.path.join(FIXTURES, "tables", "tables.json"), encoding="utf-8") as file:
        tables = json.load(file)
    made = collections.defaultdict(list)
    for table in tables:
        kind = "tsv" if table["format"] == "tsv" else "csv"
        made[kind].append((table["content"], table["header"]))
    rows = [{"text": "plain", "label": "pos"}, {"text": "two\nlines", "label": "neg"}, {"text": "é 漢字 😀", "label": "x"}, {"label": "x", "text": ""}]
    for ascii_only in [True, False]:
        made["jsonl"].append(("".join(json.dumps(row, ensure_ascii=ascii_only) + "\n" for row in rows), True))
        made["json"].append((json.dumps(rows, ensure_ascii=ascii_only, indent=1 if ascii_only else None), True))
    for name in sorted(os.listdir(os.path.join(FIXTURES, "exports"))):
        if name != "expected.json":
            with open(os.path.join(FIXTURES, "exports", name), encoding="utf-8", newline="") as file:
                made["txt" if name.endswith(".txt") else "export"].append((file.read(), True))
    return made


def damaged(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 3, 4])):
        if not data:
            break
        at, length = rng.randrange(len(data)), rng.randint(1, 64)
        change = rng.randrange(7)
        if change == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif change == 1:
            data[at] = rng.choice(b"\"\"\",;\t|\n\r \\{}[]:\0aZ09\xff")
        elif change == 2:
            del data[at:at + length]
        elif change == 3:
            data[at:at] = data[at:at + length]
        elif change == 4:
            data[rng.randrange(len(data)):0] = data[at:at + length]
        elif change == 5:
            data[at:at] = rng.choice([b"\"", b"\"\"", b",", b"\n", b"\r", b"\r\n", b"\n\n", b"\xef\xbb\xbf", b"\t", b";"])
        else:
            del data[at:]
    return bytes(data)


QUOTED = re.compile(r'"((?:[^"]|"")*)"(?=[\t\r\n]|\Z)')
PLAIN = re.compile(r"[^\t\r\n]*")
LINE = re.compile(r"[^\r\n]*")


def read_tabs(text, by_lines):
    """The rows of a table with tabs, in which quotes that do not enclose a whole field are text: Python's reader knows no such quotes.

    A field with line ends is quoted only if its row then has as many fields as the first row, and never with `by_lines`."""
    def row_from(at, end):
        row = []
        while True:
            found = QUOTED.match(text, at, end) or PLAIN.match(text, at, end)
            row.append(found[1].replace('""', '"') if found.re is QUOTED else found[0])
            at = found.end()
            if text[at:min(at + 1, end)] != "\t":
                return row, at
            at += 1
    rows, at, needed = [], 0, None
    while at <= len(text):
        line = LINE.match(text, at).end()
        row, end = row_from(at, len(text))
        if end > line and (by_lines or needed not in [None, len(row)]):
            row, end = row_from(at, line)
        needed = needed or (len(row) if any(row) else None)
        rows.append(row)
        at = end + (2 if text[end:end + 2] == "\r\n" else 1)
    return rows


def rows_of_table(text, delimiter, has_header):
    """What the rows of a table may be, without the header; None for a blank row. Quotes in tables with tabs can be read in two ways."""
    if delimiter == "\t":
        readings = [read_tabs(text, False), read_tabs(text, True)]
    else:
        readings = [list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))]
    for rows in readings:
        rows = [row if any(row) else None for row in rows]
        first = next((index for index, row in enumerate(rows) if row), len(rows))
        yield [row and row[0] for row in rows[first + has_header:]]


def rows_of_json(text, is_array, text_of):
    values = json.loads(text) if is_array else [json.loads(line) for line in text.split("\n") if line.strip()]
    return [text_of(value) for value in values]


def text_among(members, *usual):
    """The text of an export's record: under a usual key, or the only string."""
    strings = [value for value in members.values() if isinstance(value, str)]
    text = next((members[key] for key in usual if key in members), strings[0] if len(strings) == 1 else None)
    if not isinstance(text, str):
        raise TypeError("no text")
    return text


FACTS = ["id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement"]


def text_of_annotation(record):
    """The text of Label Studio's JSON-MIN, whose data come before the task's id."""
    data = dict(itertools.takewhile(lambda member: member[0] != "id", record.items()))
    return record["text"] if "text" in record else text_among({key: value for key, value in data.items() if key not in FACTS})


def text_of_argilla(record):
    if isinstance(record.get("fields"), dict):
        return text_among(record["fields"], "text")
    return text_among(record if "text" in record else record.get("inputs") or record, "text")


# What a message says about a file, and how the text of a record is found then.
EXPORTS = {"a Label Studio export (JSON-MIN)": text_of_annotation, "a Label Studio export": lambda record: text_among(record["data"], "text"),
           "an Argilla export": text_of_argilla, "a Prodigy export": lambda record: text_among(record, "text"),
           "a doccano export": lambda record: text_among(record, "text", "data")}


def text_of_line(line):
    """The words of a fastText line that are no labels, with the white space between them."""
    text, at = "", 0
    for word in re.finditer(r"[^ \t\n\v\f\r]+", line):
        if not word[0].startswith("__label__"):
            text += line[at if text else word.start():word.end()]
        at = word.end()
    return text


def expected(data, kind, header, messages):
    """What the texts of the rows may be, None for a blank row."""
    text = data.decode("utf-8-sig")
    if kind == "txt":
        return [[text_of_line(line) if line.strip("\r") else None for line in text.split("\n")] if "is read as a fastText file" in messages else [text]]
    if kind in ["jsonl", "json", "export"]:
        text_of = next((EXPORTS[name] for name in EXPORTS if f"is read as {name}" in messages), lambda record: record["text"])
        return [rows_of_json(text, text.lstrip().startswith("["), text_of)]
    delimiter = next((DELIMITERS[name] for name in DELIMITERS if f"its delimiter is {name}" in messages), "," if kind == "csv" else "\t")
    return list(rows_of_table(text, delimiter, header))


def agree(found, wanted):
    """Whether the rows are the same. A row of empty fields counts only if one of them has quotes, which Python does not tell."""
    blank = sum(text is None for text in wanted)
    return [text for text in found if text] == [text for text in wanted if text] and len(wanted) - blank <= len(found) <= len(wanted)


def limit_processor_time():
    """Ends this process after 5 seconds of computing, which a busy machine does not lengthen."""
    resource.setrlimit(resource.RLIMIT_CPU, (5, 10))


def check(tenor, folder, seed, made):
    """Reads one damaged table and says what happened."""
    rng = random.Random(seed)
    kind = rng.choice(KINDS)
    content, header = rng.choice(made[kind])
    name = os.path.join(folder, f"{seed}.{'json' if kind == 'export' else kind}")
    data = content.encode()
    packed = rng.choice(["", "", "", "gz", "xz"])
    if packed:
        # Damage to the table, or to what is compressed.
        inside = rng.random() < 0.5
        data = damaged(rng, data) if inside else data
        name += "." + packed
        raw = gzip.compress(data, mtime=0) if packed == "gz" else lzma.compress(data)
        raw = raw if inside else damaged(rng, raw)
    else:
        data = raw = damaged(rng, data)
    with open(name, "wb") as file:
        file.write(raw)
    options = ["--text-column", "1"] if kind in ["csv", "tsv"] else []
    command = [tenor, "tokenize", name, "--model", GPT2, "--format", "jsonl", "--threads", "1"] + options + ([] if header else ["--no-header"])
    try:
        run = subprocess.run(command, capture_output=True, timeout=120, preexec_fn=limit_processor_time)
    except subprocess.TimeoutExpired:
        return "HANG", name, ""
    messages = run.stderr.decode("utf-8", "replace")
    if run.returncode in [65, 66, 74]:
        os.remove(name)
        return "refused", name, messages
    if run.returncode == -signal.SIGXCPU:
        return "HANG", name, messages
    if run.returncode != 0:
        return "CRASH", name, messages
    found = []
    for line in run.stdout.decode().splitlines():
        found.append(bytes(BYTES[letter] for piece in json.loads(line)["pieces"] for letter in piece).decode())
    if "is not compressed" in messages:
        data = raw
    try:
        wanted = expected(data, kind, header, messages)
    except (ValueError, KeyError, TypeError, csv.Error) as error:
        return "ONLY TENOR", name, f"Python: {error!r}\n{messages}"
    if not any(agree(found, rows) for rows in wanted):
        return "DIFFERENT", name, f"found {found}\nwanted {wanted}\n{messages}"
    os.remove(name)
    return "the same rows", name, ""


def main():
    tenor, count = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    made, counts = seeds(), collections.Counter()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for result, name, detail in pool.map(lambda seed: check(tenor, folder, seed, made), range(first, first + count)):
                counts[result] += 1
                if result.isupper() and counts[result] <= 5:
                    print(result, os.path.basename(name), open(name, "rb").read()[:400], detail, sep="\n  ")
                if sum(counts.values()) % 2000 == 0:
                    print(dict(counts), flush=True)
    print(f"{count} damaged tables: " + ", ".join(f"{number} {result}" for result, number in sorted(counts.items())))
    return any(result.isupper() for result in counts)


sys.exit(main())
