#!/usr/bin/env python3
"""The round trip of every encoder family between transformers and Tenor: ids and logits, in both directions.

    python families.py TENOR            every case of the table below
    python families.py TENOR xlnet ...  these cases only

For each case transformers makes a small random model whose vocabulary is one of Tests/Fixtures/tokenizers. Then

  transformers   the classifier as transformers saves it, opened by `tenor classify` and `tenor tokenize`;
  stored ...     the same as pickled, sharded and half-precision files; the reference is what transformers reads from them;
  tuned ...      the bare model tuned by `tenor tune`, opened by AutoModelForSequenceClassification and the slow AutoTokenizer,
                 or with mean pooling by sentence-transformers.

Special tokens that a text spells are text on both sides. A line per case and step says how many texts have the same ids and
how far the logits are apart at most. Exit status 1 when anything is off. Versions: Tests/Fixtures/requirements.txt. To add a
case, add a line to CASES.
"""

import argparse
import contextlib
import copy
import importlib.util
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"

import torch
import transformers
from sentence_transformers import SentenceTransformer
from transformers import AutoModelForSequenceClassification, AutoTokenizer

warnings.filterwarnings("ignore")
FIXTURES = Path(__file__).resolve().parent.parent / "Fixtures"


def fixture_module(name):
    """By its path: one of those modules has the name of a package that transformers imports."""
    specification = importlib.util.spec_from_file_location(f"fixture_{name}", FIXTURES / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


models, tokenizers = fixture_module("models"), fixture_module("tokenizers")

TOLERANCE = 1e-4
LENGTH = 72
LABELS = ("bad", "fair", "good")
# The tokenizers' hard texts but one, for no table may hold a NUL; every eleventh is classified too; and
# some are for training.
TEXTS = [text for text in tokenizers.TEXTS if "\0" not in text]
CLASSIFIED = [text for text in TEXTS[1::11] if text.strip()]  # a blank text gets no answer
ROWS = [(text, LABELS[index % 3]) for index, text in enumerate(text for text in TEXTS[5::13] if text.strip())]


@dataclass(frozen=True)
class Case:
    model: str  # of models.CASES, for the class and the configuration
    vocabulary: str  # a folder of Fixtures/tokenizers
    config: dict = field(default_factory=dict)


CASES = {
    "albert": Case("albert", "albert"),
    "albert-cased": Case("albert", "albert-cased", {"hidden_act": "relu"}),
    "albert-groups": Case("albert-inner2", "albert-defaults"),
    "bert": Case("bert-erf", "bert"),
    "bert-cased": Case("bert-tanh", "bert-cased"),
    "bert-xlmr": Case("bert-xlmr", "xlm-roberta-bert"),
    "camembert": Case("camembert", "camembert"),
    "deberta-v2": Case("deberta-v2-conv", "deberta-v2-punct"),
    "deberta-v3": Case("deberta-v3", "deberta-v2"),
    "deberta-c2p": Case("deberta-c2p", "deberta-v2"),
    "deberta-p2c": Case("deberta-p2c", "deberta-v2"),
    "deberta-unbucketed": Case("deberta-unbucketed", "deberta-v2", {"share_att_key": False}),
    "distilbert": Case("distilbert", "distilbert"),
    "electra": Case("electra", "electra"),
    "electra-wide": Case("electra-wide", "electra"),
    "mpnet": Case("mpnet", "mpnet"),
    "rembert": Case("rembert", "rembert"),
    "xlm-roberta": Case("xlm-roberta", "xlm-roberta"),
    "xlnet": Case("xlnet", "xlnet"),
    "xlnet-lower": Case("xlnet-clamped", "xlnet-lower"),
    "roberta": Case("roberta", "roberta"),
    "roberta-prefix": Case("roberta", "roberta-prefix", {"hidden_act": "gelu_new"}),
    "gpt2": Case("gpt2", "gpt2"),
    "gpt2-prefix": Case("gpt2", "gpt2-prefix"),
    "modernbert": Case("modernbert", "modernbert"),
    "modernbert-flags": Case("modernbert-biased", "modernbert-flags", {"classifier_pooling": "mean"}),
}


class Off(Exception):
    """What makes a step fail, in words."""


class Report:
    def __init__(self):
        self.compared, self.faults = 0, 0

    @contextlib.contextmanager
    def step(self, case, name):
        """Prints the step's line; the step says what to print, or raises."""
        lines = []
        try:
            yield lines.append
            line = ", ".join(lines)
            self.compared += 1
        except Exception as error:  # that transformers cannot open a folder is a finding too
            self.faults += 1
            line = f"OFF: {error}" if isinstance(error, Off) else f"OFF: {type(error).__name__}: {str(error)[:300]}"
        print(f"{case:18} {name:20} {line}", flush=True)


class Tenor:
    def __init__(self, binary, work):
        self.binary, self.work = binary, work
        self.corpus = work / "corpus.jsonl"
        self.corpus.write_text("".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in ROWS))

    def run(self, *arguments):
        done = subprocess.run([self.binary, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            raise Off(f"tenor {arguments[0]} ended with {done.returncode}: {done.stderr.strip()[-300:]}")
        return done

    def lines(self, command, folder, texts, *more):
        file = self.work / "texts.jsonl"
        file.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
        done = self.run(command, file, "--model", folder, "--max-length", LENGTH, "--format", "jsonl", "--quiet", *more)
        rows = [json.loads(line) for line in done.stdout.split("\n") if line]
        if [row["row"] for row in rows] != list(range(len(texts))):
            raise Off(f"tenor {command} answered {len(rows)} texts of {len(texts)}")
        return rows

    def tune(self, base, output, *more):
        return self.run(
            "tune", self.corpus, "--model", base, "--output", output, "--epochs", 2, "--batch-size", 4, "--max-length", LENGTH,
            "--long", "head", "--dev-fraction", 0, "--seed", 7, *more)


# ---------------------------------------------------------------------------------------------------------------------
# What transformers makes


def open_tokenizer(folder):
    tokenizer = AutoTokenizer.from_pretrained(folder, use_fast=False)
    tokenizers.withhold_specials(tokenizer)
    return tokenizer


def make(name, tokenizer):
    """The classifier and the bare model, random all over."""
    case = CASES[name]
    fixture = models.CASES[case.model]
    config = dict(fixture.config) | case.config
    # More rows than pieces, as published models have.
    config["vocab_size"] = len(tokenizer) + 3
    # A new head then makes the answers differ from text to text, so that what is wrong below it shows.
    config["initializer_range"] = 0.3
    for key in ("max_position_embeddings", "n_positions"):
        if key in config:
            config[key] += LENGTH + 8 - 40
    if fixture.family == "ModernBert":
        config |= {key: getattr(tokenizer, key) for key in ("cls_token_id", "sep_token_id")}
        config |= {"bos_token_id": tokenizer.cls_token_id, "eos_token_id": tokenizer.sep_token_id}
    config = getattr(transformers, fixture.family + "Config")(
        **config, pad_token_id=tokenizer.pad_token_id, id2label=dict(enumerate(LABELS)),
        label2id={label: index for index, label in enumerate(LABELS)})
    made = []
    for kind in ("ForSequenceClassification", "Model"):
        model = getattr(transformers, fixture.family + kind)._from_config(copy.deepcopy(config), attn_implementation=fixture.attention)
        models.fill(f"families/{name}", model)
        made.append(model.eval())
    return made


# ---------------------------------------------------------------------------------------------------------------------
# What both answer


def encoded(tokenizer, text):
    return tokenizers.encoded(tokenizer, text, truncation=True, max_length=LENGTH)


def batch(inputs):
    return {name: torch.tensor([values]) for name, values in inputs.items()}


def compare_ids(tokenizer, texts, rows):
    for text, row in zip(texts, rows):
        wanted = encoded(tokenizer, text)["input_ids"]
        if row["ids"] != wanted:
            raise Off(f"ids of {text[:40]!r}: {row['ids'][:40]}, {type(tokenizer).__name__} gives {wanted[:40]}")
    return f"ids of {len(texts)} texts equal"


def compare_logits(rows, wanted, labels):
    """`wanted` has None where the reference has no answer."""
    worst, where, count = 0.0, 0, 0
    known = [logits for logits in wanted if logits]
    spread = max((max(column) - min(column) for column in zip(*known)), default=0)
    if not spread > 0.1:
        raise Off(f"the reference's logits differ by no more than {spread:.1e} from text to text, which compares nothing")
    for row, logits in zip(rows, wanted):
        if not all(map(math.isfinite, row["logits"])):
            raise Off(f"row {row['row']}: logits {row['logits']}")
        if logits is None:
            continue
        if len(logits) != len(row["logits"]):
            raise Off(f"{len(row['logits'])} logits, the reference has {len(logits)}")
        off = max(abs(ours - theirs) for ours, theirs in zip(row["logits"], logits))
        count += 1
        if not off <= worst:
            worst, where = off, row["row"]
        if row["label"] != labels[max(range(len(logits)), key=row["logits"].__getitem__)]:
            raise Off(f"row {row['row']}: label {row['label']!r} is not that of the greatest logit")
    if not worst <= TOLERANCE:
        raise Off(f"logits of {CLASSIFIED[where][:40]!r} differ by {worst:.1e}: {rows[where]['logits']}, the reference has {wanted[where]}")
    return f"{count} texts with logits {spread:.1f} apart, the two differ by {worst:.1e}"


def answers(model, tokenizer):
    rows = []
    for text in CLASSIFIED:
        inputs = encoded(tokenizer, text)
        with torch.no_grad():
            rows.append(model(**batch(inputs)).logits[0].tolist() if inputs["input_ids"] else None)
    return rows


def open_classifier(folder):
    model, loading = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if loading[kind]:
            raise Off(f"{kind} {sorted(map(str, loading[kind]))}")
    return model.eval()


def check(tenor, folder, say, model=None):
    """A folder with a classifier, as both programs open it; `model` where transformers has it open already."""
    tokenizer = open_tokenizer(folder)
    say(compare_ids(tokenizer, TEXTS, tenor.lines("tokenize", folder, TEXTS)))
    model = model or open_classifier(folder)
    rows = tenor.lines("classify", folder, CLASSIFIED, "--logits")
    say(compare_logits(rows, answers(model, tokenizer), model.config.id2label))


def check_mean(tenor, folder, say):
    model = SentenceTransformer(str(folder), device="cpu", processor_kwargs={"use_fast": False, "split_special_tokens": True})
    encoder = folder / "0_Transformer"
    tokenizer = open_tokenizer(encoder)
    # It strips what it is given, and its tokenizer may take a special token that a text spells for one.
    fit = [model.preprocess([text])["input_ids"][0].tolist() == encoded(tokenizer, text)["input_ids"] for text in CLASSIFIED]
    found = iter(model.encode([text for text, fits in zip(CLASSIFIED, fit) if fits], batch_size=1, show_progress_bar=False).tolist())
    labels = {int(index): label for index, label in json.loads((encoder / "config.json").read_text())["id2label"].items()}
    rows = tenor.lines("classify", folder, CLASSIFIED, "--logits")
    say(compare_logits(rows, [next(found) if fits else None for fits in fit], labels))


# ---------------------------------------------------------------------------------------------------------------------
# The steps


def round_trip(name, tenor, report, work):
    vocabulary = FIXTURES / "tokenizers" / CASES[name].vocabulary
    tokenizer = AutoTokenizer.from_pretrained(vocabulary, use_fast=False)
    classifier, bare = make(name, tokenizer)

    saved = work / "saved"
    classifier.save_pretrained(saved)
    tokenizer.save_pretrained(saved)
    with report.step(name, "transformers") as say:
        check(tenor, saved, say, classifier)

    for kind, numbers, options in (
        ("bin", torch.float32, {"safe_serialization": False}),
        ("bin, sharded", torch.float32, {"safe_serialization": False, "max_shard_size": "30KB"}),
        ("sharded", torch.float32, {"max_shard_size": "30KB"}),
        ("f16", torch.float16, {}),
        ("bf16", torch.bfloat16, {}),
    ):
        folder = work / kind.replace(", ", "-")
        copy.deepcopy(classifier).to(numbers).save_pretrained(folder, **options)
        tokenizer.save_pretrained(folder)
        with report.step(name, f"stored {kind}") as say:
            if "max_shard_size" in options and len([path for path in folder.iterdir() if "-of-" in path.name]) < 2:
                raise Off("one shard only, this needs several")
            check(tenor, folder, say)

    base = work / "base"
    bare.save_pretrained(base)
    for path in vocabulary.iterdir():  # as they are, without what transformers adds when it saves
        if path.name != "config.json":
            shutil.copy(path, base)
    for policy, dtype in (("none", "f32"), ("top:1", "f32"), ("all", "f32"), ("top:1", "bf16"), ("none", "f16")):
        title = policy if dtype == "f32" else f"{policy} {dtype}"
        folder = work / title.replace(":", "").replace(" ", "-")
        with report.step(name, f"tuned {title}") as say:
            # The rows have random labels, for which cross-validation chooses a head that hardly tells texts apart.
            strength = ("--head-strength", 1000) if policy == "none" else ()
            tenor.tune(base, folder, "--unfreeze", policy, "--pooling", "cls", "--dtype", dtype, *strength)
            check(tenor, folder, say)
            if dtype != "f32":
                say(f"{(folder / 'model.safetensors').stat().st_size:,} bytes")
    if tokenizer.pad_token is None:  # sentence-transformers pads even a single text
        return
    with report.step(name, "tuned top:1 mean") as say:
        tenor.tune(base, work / "mean", "--unfreeze", "top:1", "--pooling", "mean")
        check_mean(tenor, work / "mean", say)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tenor", help="the built binary")
    parser.add_argument("cases", nargs="*", metavar="case", choices=[[], *CASES], help="of the table; all of them unless told")
    options = parser.parse_args()
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    report = Report()
    for name in options.cases or CASES:
        with tempfile.TemporaryDirectory() as work:
            round_trip(name, Tenor(str(Path(options.tenor).resolve()), Path(work)), report, Path(work))
    if report.faults:
        sys.exit(f"families: {report.faults} of {report.faults + report.compared} steps are off")
    print(f"families: {report.compared} steps, all equal")


if __name__ == "__main__":
    models.require_versions()
    main()
