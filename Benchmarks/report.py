"""The tables as Markdown."""

# (measure, model, kind, mark of the table): what is aimed at, and whether more or less is better.
AIMS = [
    ("classify", "minilm", "short", "ONNX Runtime fp32", "over", 1.0),
    ("classify", "minilm", "short", "OpenVINO fp32", "over", 1.0),
    ("classify", "minilm", "short", "OpenVINO bf16", "over", 1.3),
    ("classify", "minilm", "short", "ONNX Runtime int8", "over", 2.0),
    ("tune all", "minilm", "short", "PyTorch fp32", "over", 5.0),
    ("tune all", "minilm", "short", "PyTorch bf16", "over", 3.5),
    ("tune top:2", "minilm", "short", "PyTorch bf16", "over", 8.0),
    ("tune none", "minilm", "short", "PyTorch bf16", "over", 8.0),
    ("cold", "minilm", "short", "seconds", "under", 0.15),
    ("tokenize", "minilm", "short", "share", "under", 0.03),
    ("memory", "minilm", "short", "over", "under", 200),
]
WHAT = {
    "seconds": "seconds",
    "share": "share of classifying in fp32",
    "over": "MB over the weights, fp32",
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
    for *key, direction, aim in AIMS:
        value = found.get(tuple(key))
        if value is not None:
            reached = value >= aim if direction == "over" else value <= aim
            what = WHAT.get(key[3], f"times {key[3]}")
            rows.append([f"{key[0]}, {key[1]}, {key[2]} texts", what, f"{direction} {aim:g}", f"{value:.2f}", "yes" if reached else "**no**"])
    return "\n".join(["\n### Aims", "", *lines(["measure", "", "aim", "measured", "reached"], rows)])


def write(path, facts, done, layers):
    parts = ["# Results", "", "Made by `make benchmark`; README.md says how to read them. Nobody edits them by hand.", "", machine(facts), summary(done)]
    path.write_text("\n".join(parts + [table(t) for _, _, t in done]) + f"\n\n## Layers\n\n{layers}", encoding="utf-8")
