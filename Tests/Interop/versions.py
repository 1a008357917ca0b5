#!/usr/bin/env python3
"""Folders between Tenor and one version of transformers, opened the plainest way: AutoTokenizer, pipeline, SentenceTransformer.

    python versions.py TENOR WORK save      every family: transformers saves a classifier, Tenor opens it and tunes on
    python versions.py TENOR WORK open      transformers opens what Tenor tuned, whichever version saved the base
    python versions.py TENOR WORK default BASE CORPUS.csv    the default base: tuned with the first token and with the mean, 300 rows each

Run `save` with one version and `open` with each: folders stay in WORK. Each family is tried plainly, and with added tokens and one changed
setting. A line per step says how many texts have the same ids and labels, and how far the logits are apart at most. Exit status 1 when
anything is off.
"""
import csv
import json
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
warnings.filterwarnings("ignore")
sys.path.insert(0, str(Path(__file__).resolve().parent))
import torch  # noqa: E402
import transformers  # noqa: E402
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline  # noqa: E402

from families import CASES, FIXTURES, LABELS, ROWS, models  # noqa: E402

VERSION = transformers.__version__.split(".")[0]
TOLERANCE = 1e-4
LENGTH = 48
ADDED = ["😀", "<user>", "Foo Bar"]
TEXTS = [
    "The waiter brought the wrong soup twice, and nobody said sorry.", "hello <user> and <user>", "a 😀b 😀", "see Foo Bar, foo bar", ".",
    "Nous avons attendu le café pendant une heure.", "Größe und Preis stimmen.", "9,999 people came on 12/03/2021", "``quoted'' text",
    "这家餐厅很好。", "x " * 60, "The quick brown fox jumps over the lazy dog. " * 4,
]
faults = 0


def report(name, step, act):
    global faults
    try:
        line = act()
    except Exception as error:  # that a folder cannot be opened is a finding too
        faults += 1
        line = f"OFF: {type(error).__name__}: {str(error)[:300]}"
    print(f"{VERSION} {name:24} {step:28} {line}", flush=True)


def tenor(*arguments):
    done = subprocess.run([TENOR, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, f"tenor {arguments[0]} ended with {done.returncode}: {done.stderr.strip()[-300:]}"
    return done.stdout


def answers(folder, texts):
    """Tenor's ids, labels and logits."""
    file = WORK / "texts.jsonl"
    file.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    common = [file, "--model", folder, "--format", "jsonl", "--quiet", "--max-length", LENGTH]
    ids = [json.loads(line)["ids"] for line in tenor("tokenize", *common).split("\n")[:-1]]
    rows = [json.loads(line) for line in tenor("classify", "--logits", *common).split("\n")[:-1]]
    return ids, [row["label"] for row in rows], [row.get("logits") for row in rows]


def compare(folder, texts, ids, labels, logits):
    own = answers(folder, texts)
    sameIDs = sum(a == b for a, b in zip(own[0], ids))
    # Tenor gives an empty text no answer.
    sameLabels = sum(a == b or a is None for a, b in zip(own[1], labels))
    apart = max(abs(x - y) for a, b in zip(own[2], logits) if a for x, y in zip(a, b))
    line = f"{sameIDs} of {len(texts)} ids, {sameLabels} labels, logits {apart:.1e} apart"
    assert sameIDs == sameLabels == len(texts) and apart < TOLERANCE, line
    return line


def plainly(folder, texts):
    """What AutoTokenizer, AutoModelForSequenceClassification and pipeline answer."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    inputs = [tokenizer(text, truncation=True, max_length=LENGTH, return_tensors="pt") for text in texts]
    with torch.no_grad():
        logits = [model(**row).logits[0].tolist() for row in inputs]
    ask = pipeline("text-classification", model=str(folder), tokenizer=str(folder))
    labels = [ask(text, truncation=True, max_length=LENGTH)[0]["label"] for text in texts]
    return [row["input_ids"][0].tolist() for row in inputs], labels, logits


def make(name, folder, changed):
    case = CASES[name]
    fixture = models.CASES[case.model]
    # Version 5 passes no token types to XLNet unless the folder asks for them, and then its last token has another type than in training.
    more = {"model_input_names": ["input_ids", "token_type_ids", "attention_mask"]} if fixture.family == "XLNet" else {}
    tokenizer = AutoTokenizer.from_pretrained(FIXTURES / "tokenizers" / case.vocabulary, **more)
    if changed:
        tokenizer.add_tokens(ADDED)
        tokenizer.truncation_side = "left"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    config = dict(fixture.config) | case.config | {"vocab_size": len(tokenizer) + 3, "initializer_range": 0.3}
    for key in ("max_position_embeddings", "n_positions"):
        if key in config:
            config[key] += LENGTH + 8 - 40
    if VERSION == "5" and config.get("local_rope_theta", 0) is None:
        del config["local_rope_theta"]  # version 5 cannot compute null, which version 4 takes for the global base
    if fixture.family == "ModernBert":
        config |= {key: getattr(tokenizer, key) for key in ("cls_token_id", "sep_token_id")}
        config |= {"bos_token_id": tokenizer.cls_token_id, "eos_token_id": tokenizer.sep_token_id}
    config = getattr(transformers, fixture.family + "Config")(
        **config, pad_token_id=tokenizer.pad_token_id, id2label=dict(enumerate(LABELS)), label2id={label: i for i, label in enumerate(LABELS)})
    model = getattr(transformers, fixture.family + "ForSequenceClassification")._from_config(config, attn_implementation=fixture.attention)
    models.fill(f"versions/{name}", model)
    shutil.rmtree(folder, ignore_errors=True)
    model.eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def save():
    corpus = WORK / "corpus.jsonl"
    corpus.write_text("".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in ROWS))
    for name in CASES:
        for kind in ("plain", "changed"):
            folder, tuned = WORK / VERSION / f"{name}-{kind}", WORK / VERSION / f"{name}-{kind}-tuned"

            def saved():
                make(name, folder, kind == "changed")
                return compare(folder, TEXTS, *plainly(folder, TEXTS))

            def tune():
                shutil.rmtree(tuned, ignore_errors=True)
                tenor("tune", corpus, "--model", folder, "--output", tuned, "--epochs", 1, "--batch-size", 4, "--max-length", LENGTH,
                      "--long", "head", "--dev-fraction", 0, "--seed", 7, "--unfreeze", "top:1")
                return "saved"

            report(f"{name}-{kind}", "saved here, opened there", saved)
            report(f"{name}-{kind}", "tuned", tune)
            if kind == "plain":
                for task in TASKS:
                    report(f"{name}-{task}", "tuned", lambda: tune_task(task, folder, WORK / VERSION / f"{name}-{task}"))


# For each task the rows to tune on, and the options that name their columns.
TASKS = {
    "multi": ([{"text": text, "label": [[], ["a"], ["b"], ["a", "b"]][index % 4]} for index, text in enumerate(TEXTS)], []),
    "number": ([{"text": text, "label": index / 2 - 1.25} for index, text in enumerate(TEXTS)], ["--task", "regression"]),
    "pair": ([{"text": text, "other": TEXTS[-1 - index % 5], "label": "xy"[index % 2]} for index, text in enumerate(TEXTS)],
             ["--pair-column", "other"]),
}
PROBLEMS = {"multi": "multi_label_classification", "number": "regression", "pair": "single_label_classification"}


def tune_task(task, folder, tuned):
    rows, options = TASKS[task]
    corpus = WORK / "task.jsonl"
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows))
    shutil.rmtree(tuned, ignore_errors=True)
    tenor("tune", corpus, *options, "--model", folder, "--output", tuned, "--epochs", 2, "--batch-size", 4, "--max-length", LENGTH,
          "--long", "head", "--dev-fraction", 0, "--seed", 7, "--unfreeze", "top:1", "--reset-head")
    return "saved"


def compare_task(task, folder):
    """Ids and logits of rows of another task. A regression has numbers for logits."""
    rows = TASKS[task][0]
    file = WORK / "asked.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    common = [file, "--model", folder, "--format", "jsonl", "--quiet", "--max-length", LENGTH]
    pair = ["--pair-column", "other"] if task == "pair" else []
    ids = [json.loads(line)["ids"] for line in tenor("tokenize", *common, *pair).split("\n")[:-1]]
    own = [json.loads(line) for line in tenor("classify", "--logits", *common).split("\n")[:-1]]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    assert model.config.problem_type in (PROBLEMS[task], None if task == "pair" else ""), model.config.problem_type
    # In lists, for of a single row an empty second text would not count.
    inputs = [tokenizer([row["text"]], *([[row["other"]]] if task == "pair" else []), truncation=True, max_length=LENGTH,
                        return_tensors="pt") for row in rows]
    with torch.no_grad():
        logits = [model(**row).logits[0].tolist() for row in inputs]
    same = sum(a == row["input_ids"][0].tolist() for a, row in zip(ids, inputs))
    apart = max(abs(x - y) for a, b in zip(own, logits) for x, y in zip(a["logits"], b))
    line = f"{same} of {len(rows)} ids, logits {apart:.1e} apart"
    assert same == len(rows) and apart < TOLERANCE, line
    return line


def reopen():
    for folder in sorted(WORK.glob("[45]/*-tuned")):
        report(folder.name, f"tuned from {folder.parent.name}, opened here", lambda: compare(folder, TEXTS, *plainly(folder, TEXTS)))
    for task in TASKS:
        for folder in sorted(WORK.glob(f"[45]/*-{task}")):
            report(folder.name, f"tuned from {folder.parent.name}, opened here", lambda: compare_task(task, folder))


def default(base, corpus):
    with open(corpus, newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)][:300]
    for pooling, unfreeze in (("cls", "top:1"), ("mean", "none")):
        folder = WORK / f"default-{pooling}"
        if not folder.exists():
            tenor("tune", corpus, "--model", base, "--output", folder, "--pooling", pooling, "--unfreeze", unfreeze, "--epochs", 2)
        if pooling == "cls":
            report("default base", "first token", lambda: compare(folder, texts, *plainly(folder, texts)))
            continue

        def sentences():
            from sentence_transformers import SentenceTransformer
            model = SentenceTransformer(str(folder), device="cpu")
            model.max_seq_length = LENGTH
            names = json.loads((folder / "0_Transformer/config.json").read_text())["id2label"]
            logits = model.encode(texts, batch_size=1).tolist()
            ids = [model.tokenizer(text, truncation=True, max_length=LENGTH)["input_ids"] for text in texts]
            labels = [names[str(max(range(len(row)), key=row.__getitem__))] for row in logits]
            return compare(folder, texts, ids, labels, logits)

        def loudly():
            try:
                pipeline("text-classification", model=str(folder))("a text")
            except (OSError, ValueError) as error:
                return f"refused: {str(error)[:80]}"
            raise AssertionError("pipeline answers with a head that nobody trained")

        report("default base", "mean", sentences)
        report("default base", "mean, by pipeline", loudly)


TENOR, WORK = sys.argv[1], Path(sys.argv[2])
WORK.mkdir(parents=True, exist_ok=True)
{"save": save, "open": reopen, "default": lambda: default(*sys.argv[4:])}[sys.argv[3]]()
sys.exit(1 if faults else 0)
