#!/usr/bin/env python3
"""Makes what both sides work on, where it is not there yet: prepare.py FOLDER ORIGINAL ROWS [SHORT [LONG]]

FOLDER/minilm      the MiniLM-L6 in the folder ORIGINAL with a new head
FOLDER/bert-base   a random BERT of that shape with the same tokenizer
    classifiers of transformers, with `fp32.onnx` and `int8.onnx` beside the weights for the peers that need them
FOLDER/short.csv, FOLDER/long.csv
    ROWS short texts and ROWS / 10 texts of 512 tokens or more, from the columns `text` of the files SHORT and LONG, or from the project's
    corpora where these are not given or empty
"""

import itertools
import logging
import os
import re
import sys
import warnings
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

from work import HERE, LABELS, MAX_LENGTH, texts, write_table

logging.disable(logging.WARNING)


def main():
    folder, original, rows, short, long = (*sys.argv[1:], "", "")[:5]
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = AutoTokenizer.from_pretrained(original)
    for name in ("minilm", "bert-base"):
        if not (folder / name).exists():
            print(f"making {folder / name}", flush=True)
            unfinished = folder / f"{name}.unfinished"
            make_model(name, original, tokenizer, unfinished)
            os.rename(unfinished, folder / name)
    length = lambda text: len(tokenizer(text, truncation=True, max_length=MAX_LENGTH)["input_ids"])
    filled = (text for text in (texts(long) if long else long_texts()) if length(text) == MAX_LENGTH)
    for name, found, most in (("short", texts(short) if short else sentences(), int(rows)), ("long", filled, int(rows) // 10)):
        chosen = list(itertools.islice(unique(found), most))
        write_table(folder / f"{name}.csv", chosen, map(length, chosen))


def make_model(name, original, tokenizer, folder):
    torch.manual_seed(1)
    names = {"id2label": dict(enumerate(LABELS)), "label2id": {label: index for index, label in enumerate(LABELS)}}
    if name == "minilm":
        model = BertForSequenceClassification.from_pretrained(original, num_labels=2, **names)
    else:
        model = BertForSequenceClassification(BertConfig(vocab_size=len(tokenizer), num_labels=2, **names))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    export(folder, tokenizer)


def export(folder, tokenizer):
    """The model as ONNX, and with dynamically quantized products (one scale for each output)."""
    model = BertForSequenceClassification.from_pretrained(folder, attn_implementation="eager", return_dict=False).eval()
    example = tokenizer(["one text", "and a longer one"], padding=True, return_tensors="pt")
    inputs = ["input_ids", "attention_mask", "token_type_ids"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model, tuple(example[key] for key in inputs), folder / "fp32.onnx", input_names=inputs, output_names=["logits"],
            dynamic_axes={key: {0: "rows", 1: "tokens"} for key in inputs} | {"logits": {0: "rows"}}, opset_version=17, dynamo=False)
    quantize_dynamic(folder / "fp32.onnx", folder / "int8.onnx", weight_type=QuantType.QInt8, per_channel=True)


def unique(texts):
    seen = set()
    return (text for text in texts if not (text in seen or seen.add(text)))


def corpora():
    for path in sorted((HERE.parent / "Corpora").glob("*/*.csv")):
        if "samples" not in path.parts:
            yield from texts(path)


def sentences():
    """The corpora, cut into sentences of four words and more; then, if more are asked for, neighbours joined."""
    single = [s.strip() for text in corpora() for s in re.split(r"(?<=[.!?])\s+", text) if len(s.split()) >= 4]
    yield from single
    yield from (f"{first} {second}" for first, second in zip(single, single[1:]))


def long_texts():
    """Corpus texts, laid end to end to 512 tokens and more; each begins at another one."""
    every = list(corpora())
    for start in range(0, len(every), 3):
        text = " ".join(every[start:] + every[:start])
        yield " ".join(text.split()[:MAX_LENGTH])


main()
