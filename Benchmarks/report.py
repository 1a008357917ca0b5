"""The tables as Markdown."""

# (measure, model, kind, what of the table's marks), whether more or less of it is better, and how much is aimed at.
AIMS = [
    (("classify", "minilm", "short", "PyTorch fp32"), "over", 1.0),
    (("classify", "minilm", "short", "ONNX Runtime fp32"), "over", 1.0),
    (("classify", "minilm", "short", "OpenVINO fp32"), "over", 1.0),
    (("classify", "minilm", "short", "OpenVINO bf16"), "over", 1.3),
    (("classify", "minilm", "short", "ONNX Runtime int8"), "over", 2.0),
    (("tune all", "minilm", "short", "PyTorch fp32"), "over", 5.0),
    (("tune all", "minilm", "short", "PyTorch bf16"), "over", 3.5),
    (("tune top:2", "minilm", "short", "PyTorch bf16"), "over", 8.0),
    (("tune none", "minilm", "short", "PyTorch bf16"), "over", 8.0),
    (("epochs", "minilm", "short", "share"), "under", 0.01),
    (("cold", "minilm", "short", "seconds"), "under", 0.15),
    (("tokenize", "minilm", "short", "share"), "under", 0.03),
    (("memory", "minilm", "short", "over"), "under", 200),
    (("memory", "minilm", "long", "over"), "under", 200),
    (("tune none", "bert-base", "short", "MB"), "under", 1500),
    (("scaling", "minilm", "short", "same"), "over", 1),
    (("scaling", "minilm", "long", "same"), "over", 1),
]
WHAT = {
    ("epochs", "share"): "a further epoch, as a part of the first",
    ("cold", "seconds"): "seconds",
    ("tokenize", "share"): "part of classifying in fp32",
    ("memory", "over"): "MB over the weights, at any precision",
    ("tune none", "MB"): "MB",
    ("scaling", "same"): "1 where one thread and all give the same bytes",
}


def lines(header, rows):
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def table(table):
    return "\n".join([f"\n### {table.title}", "", *lines(table.header, table.rows), "", table.remarks])


def machine(facts):
    return "\n".join(lines(["", ""], facts.items()))


def summary(done):
    """What is aimed at, beside what was measured."""
    found = {(name, work.name, work.kind, mark): value for name, work, table in done for mark, value in table.marks.items()}
    rows = []
    for key, direction, aim in AIMS:
        value = found.get(key)
        if value is not None:
            measure, model, kind, mark = key
            reached = value >= aim if direction == "over" else value <= aim
            what = WHAT.get((measure, mark), f"times as fast as {mark}")
            rows.append([f"{measure}, {model}, {kind} texts", what, f"{direction} {aim:g}", f"{value:.3g}", "yes" if reached else "**no**"])
    return "\n".join(["\n### Aims", "", *lines(["measure", "", "aim", "measured", "reached"], rows)])


def write(path, facts, done, layers):
    head = "# Results\n\nMade by `make benchmark`; README.md says how to read them. Nobody edits them by hand.\n"
    parts = [head, machine(facts), summary(done), *(table(each) for _, _, each in done), f"\n## Layers\n\n{layers}"]
    path.write_text("\n".join(parts), encoding="utf-8")
