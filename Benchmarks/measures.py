"""What is measured. Each function takes the setting and a work, and gives a table: a title, a header and rows of text."""

import itertools
import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from timing import Peer, Program, Rounds, median, ratio
from work import LABELS, MAX_LENGTH, texts, write_table


@dataclass
class Setting:
    tenor: Path
    threads: int
    rounds: int
    cache: Path
    environment: dict

    def program(self, *arguments, **more):
        return Program([self.tenor, *arguments, "--quiet", "--threads", self.threads], environment=self.environment, **more)

    def classify(self, work, precision, table=None):
        return self.program("classify", table or work.table, "--model", work.model, "--precision", precision, "--max-length", MAX_LENGTH)

    def tune(self, work, precision, table, policy, epochs):
        return self.program(
            "tune", table, "--model", work.model, "--output", self.cache / "tuned", "--force", "--unfreeze", policy, "--epochs", epochs,
            "--precision", precision, "--max-length", MAX_LENGTH, "--pooling", "cls", "--dev-fraction", 0, "--reset-head")

    def peer(self, *arguments):
        return Peer(arguments, self.environment)


@dataclass
class Table:
    title: str
    header: list
    rows: list
    remarks: str
    # name -> (measured, a text): what the summary picks from.
    marks: dict


PRECISIONS = ("fp32", "bf16", "int8")
# Of peers.py, by name and precision.
CLASSIFIERS = ("PyTorch fp32", "PyTorch bf16", "ONNX Runtime fp32", "ONNX Runtime int8", "OpenVINO fp32", "OpenVINO bf16")
TUNERS = ("PyTorch fp32", "PyTorch bf16")


def times(ours, theirs):
    middle, least, most = ratio(ours, theirs)
    return f"{middle:.2f} ({least:.2f} to {most:.2f})"


def disturbed(rounds):
    return f"Other work took up to {100 * max(rounds.disturbance, 0):.0f} % of the processors."


def starts(rounds, precisions):
    return ", ".join(f"{precision} {median(rounds.seconds(precision + ' start')):.2f} s" for precision in precisions)


def classify(setting, work):
    one = work.first(1).table
    sides = {f"Tenor {precision}": setting.classify(work, precision) for precision in PRECISIONS}
    sides |= {f"{precision} start": setting.classify(work, precision, one) for precision in PRECISIONS}
    others = {name: setting.peer("classify", name, work.model, work.table, setting.threads) for name in CLASSIFIERS}
    rounds = Rounds(sides | others, setting.rounds)

    difference = differences(setting, work, {name: peer.first for name, peer in others.items()})
    rows, marks = [], {}
    for name in [f"Tenor {precision}" for precision in PRECISIONS] + list(CLASSIFIERS):
        precision = name.split()[-1]
        loop = rounds.seconds(f"Tenor {precision}", without=f"{precision} start")
        whole = rounds.seconds(f"Tenor {precision}")
        if name.startswith("Tenor"):
            cells = [f"{work.rows / median(loop):.0f}", f"{work.rows / median(whole):.0f}", "", ""]
        else:
            theirs = rounds.seconds(name)
            cells = [f"{work.rows / median(theirs):.0f}", "", times(loop, theirs), times(whole, theirs)]
            marks[name] = ratio(loop, theirs)[0]
        rows.append([name, *cells, f"{rounds.peak(name) / 1e6:.0f}", f"{difference[name]:.4f}"])
    return Table(
        f"Classify: {work}",
        ["", "texts/s", "whole process", "Tenor is … times as fast", "whole process", "peak MB", "logits off by at most"],
        rows, f"Starting up (one text): {starts(rounds, PRECISIONS)}. {disturbed(rounds)}",
        marks)


def differences(setting, work, logits):
    """For each side the largest difference of a logit to PyTorch's in fp32."""
    for precision in PRECISIONS:
        command = setting.classify(work, precision).command + ["--logits", "--raw", "--format", "jsonl"]
        lines = subprocess.run(command, env=setting.environment, check=True, capture_output=True).stdout.splitlines()
        logits[f"Tenor {precision}"] = [json.loads(line)["logits"] for line in lines]
    exact = logits["PyTorch fp32"]
    return {name: max(abs(x - y) for a, b in zip(rows, exact) for x, y in zip(a, b)) for name, rows in logits.items()}


def tune(setting, work, policy, epochs, rows, rounds):
    """Rows a second over all epochs, tokenizing included; Tenor's with and without its start-up and the saving of the folder."""
    table, one = work.first(rows).table, work.first(len(LABELS)).table
    sides = {}
    for precision in PRECISIONS[:2]:
        sides[f"Tenor {precision}"] = setting.tune(work, precision, table, policy, epochs)
        sides[f"{precision} start"] = setting.tune(work, precision, one, policy, 1)
    sides |= {name: setting.peer("tune", name, work.model, table, setting.threads, policy, epochs) for name in TUNERS}
    rounds = Rounds(sides, rounds)

    lines, marks, seen = [], {}, rows * epochs
    for name in [f"Tenor {precision}" for precision in PRECISIONS[:2]] + list(TUNERS):
        precision = name.split()[-1]
        loop = rounds.seconds(f"Tenor {precision}", without=f"{precision} start")
        whole = rounds.seconds(f"Tenor {precision}")
        if name.startswith("Tenor"):
            cells = [f"{seen / median(loop):.0f}", f"{median(whole):.1f}", "", ""]
        else:
            theirs = rounds.seconds(name)
            cells = [f"{seen / median(theirs):.0f}", f"{median(theirs):.1f}", times(loop, theirs), times(whole, theirs)]
            marks[name] = ratio(loop if policy == "all" else whole, theirs)[0]
        lines.append([name, *cells, f"{rounds.peak(name) / 1e6:.0f}"])
    return Table(
        f"Tune {policy}, {epochs} epoch{'s' * (epochs > 1)} of {rows} rows: {work.name}, {work.kind} texts",
        ["", "rows/s", "seconds, whole", "Tenor is … times as fast", "whole process", "peak MB"], lines,
        f"Starting up and saving ({len(LABELS)} rows): {starts(rounds, PRECISIONS[:2])}. {disturbed(rounds)}", marks)


PIPELINE = """
import sys
from transformers import pipeline
print(pipeline("text-classification", model=sys.argv[1])(sys.stdin.read()))
"""


def cold(setting, work):
    sentence = b"What a lovely evening it has been, against all odds.\n"
    sides = {
        "Tenor": setting.program("classify", "--model", work.model, stdin=sentence),
        "transformers pipeline": Program([sys.executable, "-c", PIPELINE, work.model], stdin=sentence, environment=setting.environment),
    }
    rounds = Rounds(sides, setting.rounds)
    ours, theirs = rounds.seconds("Tenor"), rounds.seconds("transformers pipeline")
    rows = [[name, f"{median(rounds.seconds(name)):.3f}", f"{rounds.peak(name) / 1e6:.0f}"] for name in sides]
    return Table(
        f"One sentence from a cold start: {work.name}", ["", "seconds", "peak MB"], rows, f"Ratio {times(ours, theirs)}. {disturbed(rounds)}",
        {"seconds": median(ours)})


def tokenizing(setting, work):
    """`tenor tokenize` against `tenor classify` on the same texts, each without its start-up."""
    one = work.first(1).table
    tokenize = lambda table: setting.program("tokenize", table, "--model", work.model, "--max-length", MAX_LENGTH)
    sides = {f"{precision}": setting.classify(work, precision) for precision in PRECISIONS}
    sides |= {f"{precision} start": setting.classify(work, precision, one) for precision in PRECISIONS}
    sides |= {"tokenize": tokenize(work.table), "tokenize start": tokenize(one)}
    rounds = Rounds(sides, setting.rounds)
    tokens = median(rounds.seconds("tokenize", without="tokenize start"))
    shares = {precision: tokens / median(rounds.seconds(precision, without=f"{precision} start")) for precision in PRECISIONS}
    return Table(
        f"Tokenizing: {work}", ["of classifying in", *PRECISIONS], [["share", *(f"{100 * share:.1f} %" for share in shares.values())]],
        f"Printing the ids included; {work.rows / tokens:,.0f} texts/s. {disturbed(rounds)}", {"share": shares["fp32"]})


def memory(setting, work, factor):
    """Peak memory of classifying, as it is and with the input so many times as long (other texts of the same lengths)."""
    rows = list(texts(work.table))
    longer = setting.cache / f"{work.table.stem}-longer.csv"
    # A number before each makes it another text.
    write_table(longer, (f"{copy} {text}" for copy in range(factor) for text in rows), itertools.repeat(0))
    weights = (work.model / "model.safetensors").stat().st_size / 1e6
    table, over = [], {}
    for precision in PRECISIONS:
        peaks = [setting.classify(work, precision, path).run().peak / 1e6 for path in (work.table, longer)]
        over[precision] = peaks[1] - weights
        table.append([precision, *(f"{peak:.0f}" for peak in peaks), f"{over[precision]:.0f}"])
    return Table(
        f"Memory of classifying: {work}", ["", "peak MB", f"input {factor} times as long", "less the weights"], table,
        f"The weights are {weights:.0f} MB.", {"over": over["fp32"]})


def scaling(setting, work):
    """One thread against all, and whether they give the same bytes."""
    outputs, sides = [], {}
    for threads in (1, setting.threads):
        side = replace(setting, threads=threads).classify(work, "fp32")
        sides[str(threads)] = side
        command = side.command + ["--format", "jsonl", "--logits"]
        outputs.append(subprocess.run(command, env=setting.environment, check=True, capture_output=True).stdout)
    rounds = Rounds(sides, setting.rounds)
    one, all_ = rounds.seconds("1"), rounds.seconds(str(setting.threads))
    rows = [[name, f"{work.rows / median(rounds.seconds(name)):.0f}"] for name in sides]
    same = "the same bytes" if outputs[0] == outputs[1] else "DIFFERENT BYTES"
    return Table(
        f"Threads: {work}", ["threads", "texts/s, whole process"], rows, f"Ratio {times(all_, one)}; {same}. {disturbed(rounds)}",
        {"ratio": ratio(all_, one)[0], "same": outputs[0] == outputs[1]})
