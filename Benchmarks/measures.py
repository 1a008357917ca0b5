"""What is measured. Each function takes the setting and a work, and gives a table: a title, a header and rows of text."""

import itertools
import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from timing import Peer, Program, Rounds, median, ratio
from work import MAX_LENGTH, texts, write_table


@dataclass
class Setting:
    tenor: Path
    threads: int
    rounds: int
    tries: int
    cache: Path
    environment: dict

    def program(self, *arguments, **more):
        return Program([self.tenor, *arguments, "--quiet", "--threads", self.threads], environment=self.environment, **more)

    def classify(self, work, precision, table=None):
        return self.program("classify", table or work.table, "--model", work.model, "--precision", precision, "--max-length", MAX_LENGTH)

    def tune(self, work, precision, table, policy, epochs):
        output = self.cache / "tuned"
        return self.program(
            "tune", table, "--model", work.model, "--output", output, "--unfreeze", policy, "--epochs", epochs, "--precision", precision,
            "--max-length", MAX_LENGTH, "--batch-size", work.batch, "--pooling", "cls", "--dev-fraction", 0, "--reset-head", writes=output)

    def peer(self, kind, name, work, table, *more):
        return Peer([kind, name, work.model, table, self.threads, work.batch, *more], self.environment)


@dataclass
class Table:
    title: str
    header: list
    rows: list
    remarks: str
    # Name -> number: what the summary holds against an aim.
    marks: dict


PRECISIONS = ("fp32", "bf16", "int8")
# Of peers.py, by name and precision.
CLASSIFIERS = ("PyTorch fp32", "PyTorch bf16", "ONNX Runtime fp32", "ONNX Runtime int8", "OpenVINO fp32", "OpenVINO bf16")
TUNERS = ("PyTorch fp32", "PyTorch bf16")


def times(ours, theirs):
    middle, least, most = ratio(ours, theirs)
    return f"{middle:.2f} ({least:.2f} to {most:.2f})"


def rate(rows, seconds):
    """Rows a second."""
    value = rows / median(seconds)
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def starts(rounds, precisions):
    return ", ".join(f"{precision} {median(rounds.seconds(precision + ' start')):.2f} s" for precision in precisions)


def start_table(setting):
    """Next to no work: two short texts, a label each."""
    path = setting.cache / "start.csv"
    write_table(path, ["Good.", "Bad."], [3, 3])
    return path


def classify(setting, work):
    start = start_table(setting)
    sides = {f"Tenor {precision}": setting.classify(work, precision) for precision in PRECISIONS}
    sides |= {f"{precision} start": setting.classify(work, precision, start) for precision in PRECISIONS}
    others = {name: setting.peer("classify", name, work, work.table) for name in CLASSIFIERS}
    rounds = Rounds(sides | others, setting.rounds, setting.tries)

    difference = differences(setting, work, {name: peer.first for name, peer in others.items()})
    rows, marks = [], {}
    for name in [f"Tenor {precision}" for precision in PRECISIONS] + list(CLASSIFIERS):
        precision = name.split()[-1]
        loop = rounds.seconds(f"Tenor {precision}", without=f"{precision} start")
        whole = rounds.seconds(f"Tenor {precision}")
        if name.startswith("Tenor"):
            cells = [rate(work.rows, loop), rate(work.rows, whole), "", ""]
        else:
            theirs = rounds.seconds(name)
            cells = [rate(work.rows, theirs), "", times(loop, theirs), times(whole, theirs)]
            marks[name] = ratio(loop, theirs)[0]
        rows.append([name, *cells, f"{rounds.peak(name) / 1e6:.0f}", f"{difference[name]:.4f}"])
    return Table(
        f"Classify: {work}",
        ["", "texts/s", "whole process", "Tenor is … times as fast", "whole process", "peak MB", "logits off by at most"],
        rows, f"Starting up (two short texts): {starts(rounds, PRECISIONS)}. {rounds.remark}", marks)


def differences(setting, work, logits):
    """For each side the largest difference of a logit to PyTorch's in fp32."""
    for precision in PRECISIONS:
        command = setting.classify(work, precision).command + ["--logits", "--raw", "--format", "jsonl"]
        lines = subprocess.run(command, env=setting.environment, check=True, capture_output=True).stdout.splitlines()
        logits[f"Tenor {precision}"] = [json.loads(line)["logits"] for line in lines]
    exact = logits["PyTorch fp32"]
    return {name: max(abs(x - y) for a, b in zip(rows, exact) for x, y in zip(a, b)) for name, rows in logits.items()}


def tune(setting, work, policy, epochs, rows):
    """Rows a second over all epochs, tokenizing included. The aim of `all` goes by the work alone, those of the others, where a fixed part of
    a run weighs more, by the whole process."""
    table, start = work.first(rows).table, start_table(setting)
    sides = {}
    for precision in PRECISIONS[:2]:
        sides[f"Tenor {precision}"] = setting.tune(work, precision, table, policy, epochs)
        sides[f"{precision} start"] = setting.tune(work, precision, start, policy, 1)
    sides |= {name: setting.peer("tune", name, work, table, policy, epochs) for name in TUNERS}
    rounds = Rounds(sides, setting.rounds, setting.tries)

    lines, seen = [], rows * epochs
    marks = {"MB": max(rounds.peak(f"Tenor {precision}") for precision in PRECISIONS[:2]) / 1e6}
    for name in [f"Tenor {precision}" for precision in PRECISIONS[:2]] + list(TUNERS):
        precision = name.split()[-1]
        loop = rounds.seconds(f"Tenor {precision}", without=f"{precision} start")
        whole = rounds.seconds(f"Tenor {precision}")
        if name.startswith("Tenor"):
            cells = [rate(seen, loop), f"{median(whole):.1f}", "", ""]
        else:
            theirs = rounds.seconds(name)
            cells = [rate(seen, theirs), f"{median(theirs):.1f}", times(loop, theirs), times(whole, theirs)]
            marks[name] = ratio(loop if policy == "all" else whole, theirs)[0]
        lines.append([name, *cells, f"{rounds.peak(name) / 1e6:.0f}"])
    return Table(
        f"Tune {policy}, {epochs} epoch{'s' * (epochs > 1)} of {rows} rows: {work.name}, {work.kind} texts",
        ["", "rows/s", "seconds, whole", "Tenor is … times as fast", "whole process", "peak MB"], lines,
        f"Starting up and saving (two short rows): {starts(rounds, PRECISIONS[:2])}. {rounds.remark}", marks)


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
    rounds = Rounds(sides, setting.rounds, setting.tries)
    ours, theirs = rounds.seconds("Tenor"), rounds.seconds("transformers pipeline")
    rows = [[name, f"{median(rounds.seconds(name)):.3f}", f"{rounds.peak(name) / 1e6:.0f}"] for name in sides]
    return Table(
        f"One sentence from a cold start: {work.name}", ["", "seconds", "peak MB"], rows, f"Ratio {times(ours, theirs)}. {rounds.remark}",
        {"seconds": median(ours)})


def longer(setting, work, factor):
    """The table so many times over; a number before each text makes it another one."""
    path, rows = setting.cache / f"{work.kind}-longer.csv", list(texts(work.table))
    write_table(path, (f"{copy} {text}" for copy in range(factor) for text in rows), itertools.repeat(0))
    return path


def tokenizing(setting, work, factor):
    """What `tenor tokenize` takes for a text against what `tenor classify` does, each without its start-up."""
    start = start_table(setting)
    tokenize = lambda table: setting.program("tokenize", table, "--model", work.model, "--max-length", MAX_LENGTH)
    sides = {precision: setting.classify(work, precision) for precision in PRECISIONS}
    sides |= {f"{precision} start": setting.classify(work, precision, start) for precision in PRECISIONS}
    sides |= {"tokenize": tokenize(longer(setting, work, factor)), "tokenize start": tokenize(start)}
    rounds = Rounds(sides, setting.rounds, setting.tries)
    tokens = median(rounds.seconds("tokenize", without="tokenize start")) / factor
    shares = {precision: tokens / median(rounds.seconds(precision, without=f"{precision} start")) for precision in PRECISIONS}
    return Table(
        f"Tokenizing: {work}", ["of classifying in", *PRECISIONS], [["share", *(f"{100 * share:.1f} %" for share in shares.values())]],
        f"Printing the ids included; {work.rows / tokens:,.0f} texts/s. {rounds.remark}", {"share": shares["fp32"]})


def memory(setting, work, factor):
    """Peak memory of classifying, as it is and with the input so many times as long."""
    weights = (work.model / "model.safetensors").stat().st_size / 1e6
    table, over, tables = [], {}, (work.table, longer(setting, work, factor))
    for precision in PRECISIONS:
        peaks = [setting.classify(work, precision, path).run().peak / 1e6 for path in tables]
        over[precision] = peaks[1] - weights
        table.append([precision, *(f"{peak:.0f}" for peak in peaks), f"{over[precision]:.0f}"])
    return Table(
        f"Memory of classifying: {work}", ["", "peak MB", f"input {factor} times as long", "less the weights"], table,
        f"The weights are {weights:.0f} MB.", {"over": max(over.values())})


def epochs(setting, work, rows, more=20):
    """What a further epoch over a frozen base takes, for which nothing is left but the head, against the first."""
    table, start = work.first(rows).table, start_table(setting)
    sides = {
        "start": setting.tune(work, "fp32", start, "none", 1),
        "first": setting.tune(work, "fp32", table, "none", 1),
        "more": setting.tune(work, "fp32", table, "none", 1 + more),
    }
    rounds = Rounds(sides, setting.rounds, setting.tries)
    first = median(rounds.seconds("first", without="start"))
    further = median(rounds.seconds("more", without="first")) / more
    return Table(
        f"Epochs of a frozen base: {work.name}, {rows} {work.kind} rows", ["", "seconds"],
        [["first", f"{first:.3f}"], ["a further one", f"{further:.4f}"]], f"{100 * further / first:.1f} %. {rounds.remark}",
        {"share": further / first})


def scaling(setting, work):
    """One thread against all, and whether they give the same bytes."""
    outputs, sides = [], {}
    for threads in (1, setting.threads):
        side = replace(setting, threads=threads).classify(work, "fp32")
        sides[str(threads)] = side
        command = side.command + ["--format", "jsonl", "--logits"]
        outputs.append(subprocess.run(command, env=setting.environment, check=True, capture_output=True).stdout)
    rounds = Rounds(sides, setting.rounds, setting.tries)
    one, all_ = rounds.seconds("1"), rounds.seconds(str(setting.threads))
    rows = [[name, f"{work.rows / median(rounds.seconds(name)):.0f}"] for name in sides]
    same = "the same bytes" if outputs[0] == outputs[1] else "DIFFERENT BYTES"
    return Table(
        f"Threads: {work}", ["threads", "texts/s, whole process"], rows, f"Ratio {times(all_, one)}; {same}. {rounds.remark}",
        {"same": outputs[0] == outputs[1]})
