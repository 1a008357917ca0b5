#!/usr/bin/env python3
"""Opens folders that `tenor tune` wrote in transformers and sentence-transformers, and compares ids and logits.

    python interop.py --texts FILE --max-length N
        [--cls  FOLDER CLASSIFY.jsonl TOKENIZE.jsonl]...
        [--mean FOLDER CLASSIFY.jsonl TOKENIZE.jsonl]...

FILE has one document per line. CLASSIFY.jsonl is what `tenor classify FILE --lines --logits --format jsonl` printed for the
folder, TOKENIZE.jsonl what `tenor tokenize FILE --lines --format jsonl` did, both with `--max-length N`.
Text is text: special tokens are split on both sides. Exit status 1 when anything is off, or when there was nothing to
compare. Versions: Tests/Fixtures/requirements.txt. run.sh beside this file does the whole round.
"""

import argparse
import json
import math
import os
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"

import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModelForSequenceClassification, AutoTokenizer

TOLERANCE = 1e-4
faults = []


def fault(message):
    faults.append(message)
    if len(faults) <= 40:
        print(f"  OFF: {message}")


def read_lines(path):
    """Only a newline ends a document; Python's own idea of a line has eight other ends."""
    text = path.read_text(encoding="utf-8")
    return (text[:-1] if text.endswith("\n") else text).split("\n")


def read_rows(path, texts):
    """The program's lines in order; None when they cannot be matched with the texts."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    if [row["row"] for row in rows] != list(range(len(texts))):
        fault(f"{path.name}: {len(rows)} rows, this needs rows 0 to {len(texts) - 1} in order")
        return None
    return rows


def compare_ids(folder, texts, rows, length):
    """Both tokenizers that transformers has for the folder. Returns how many texts were compared."""
    for name, fast in (("slow", False), ("default", True)):
        tokenizer = AutoTokenizer.from_pretrained(folder, use_fast=fast, split_special_tokens=True)
        off = 0
        for text, row in zip(texts, rows):
            wanted = tokenizer(text, truncation=True, max_length=length)["input_ids"]
            if row["ids"] != wanted:
                off += 1
                fault(f"row {row['row']} {text[:60]!r}: ids {row['ids']}, the {name} tokenizer gives {wanted}")
        print(f"  ids, {name} tokenizer ({type(tokenizer).__name__}): {len(texts) - off} of {len(texts)} texts equal")
    return len(texts)


def compare_logits(name, texts, rows, wanted, labels):
    worst, where = -1.0, None
    for text, row, logits in zip(texts, rows, wanted.tolist()):
        got = row["logits"]
        if len(got) != len(logits):
            fault(f"row {row['row']}: {len(got)} logits, {name} gives {len(logits)}")
            continue
        off = max(abs(a - b) if math.isfinite(a - b) else math.inf for a, b in zip(got, logits))
        if off > worst:
            worst, where = off, row["row"]
        if off > TOLERANCE:
            fault(f"row {row['row']} {text[:60]!r}: logits {got}, {name} gives {logits}")
        best = max(range(len(got)), key=got.__getitem__)
        if row["label"] != labels[best]:
            fault(f"row {row['row']}: label {row['label']!r}, config.json calls the greatest logit {labels[best]!r}")
    print(f"  logits against {name}: worst difference {worst:.2e} (row {where})")


def outputs(folder, classify, tokenize, texts):
    if not (folder / "config.json").is_file():
        fault(f"{folder.name}/config.json: not there, this needs a model folder")
        return None
    rows, pieces = read_rows(classify, texts), read_rows(tokenize, texts)
    return None if rows is None or pieces is None else (rows, pieces)


def check_cls(folder, classify, tokenize, texts, length):
    found = outputs(folder, classify, tokenize, texts)
    if not found:
        return 0
    rows, pieces = found
    compared = compare_ids(folder, texts, pieces, length)
    model, loading = AutoModelForSequenceClassification.from_pretrained(
        folder, dtype=torch.float32, output_loading_info=True)
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if loading[kind]:
            fault(f"{folder.name}/model.safetensors: {kind} {sorted(map(str, loading[kind]))}")
    model.eval()
    tokenizer = AutoTokenizer.from_pretrained(folder, use_fast=False, split_special_tokens=True)
    logits = []
    for text in texts:
        with torch.no_grad():
            logits.append(model(**tokenizer(text, truncation=True, max_length=length, return_tensors="pt")).logits[0])
    compare_logits("transformers", texts, rows, torch.stack(logits), model.config.id2label)
    return compared


def check_mean(folder, classify, tokenize, texts, length):
    found = outputs(folder, classify, tokenize, texts)
    if not found:
        return 0
    rows, pieces = found
    compared = compare_ids(folder, texts, pieces, length)
    model = SentenceTransformer(str(folder), device="cpu", processor_kwargs={"split_special_tokens": True})
    print(f"  modules: {', '.join(type(module).__name__ for module in model)}")
    model.max_seq_length = length
    labels = {int(index): label for index, label in json.loads((folder / "config.json").read_text())["id2label"].items()}
    encoded = model.encode(texts, batch_size=1, convert_to_tensor=True, show_progress_bar=False)
    compare_logits("sentence-transformers", texts, rows, encoded.float(), labels)
    return compared


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--max-length", type=int, required=True)
    for kind in ("--cls", "--mean"):
        parser.add_argument(kind, nargs=3, type=Path, action="append", default=[], metavar=("FOLDER", "CLASSIFY", "TOKENIZE"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    texts = read_lines(options.texts)
    compared = 0
    for kind, check in (("cls", check_cls), ("mean", check_mean)):
        for folder, classify, tokenize in getattr(options, kind):
            print(f"{kind} folder {folder.name}")
            compared += check(folder, classify, tokenize, texts, options.max_length)
    if faults:
        sys.exit(f"interop: {len(faults)} differences")
    if not compared:
        sys.exit("interop: nothing was compared, this needs at least one folder and one text")
    print(f"interop: {compared} texts, all equal")


if __name__ == "__main__":
    main()
