"""Models and corpora to work with: the tests' tiny base, a larger one of random numbers, and texts from Corpora/."""

import array
import csv
import json
import random
import shutil
import struct

WIDTH, INNER, LAYERS, POSITIONS = 256, 1024, 4, 64


def write_safetensors(path, shapes, seed):
    """Float32 tensors of random numbers. A layer norm's weights are near 1."""
    rng = random.Random(seed)
    noise = array.array("f", (rng.gauss(0, 0.05) for _ in range(65_537)))
    header, offset = {}, 0
    for name, shape in shapes.items():
        size = 4 * count(shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, shape in shapes.items():
            values = (noise * (count(shape) // len(noise) + 1))[: count(shape)]
            if name.endswith("LayerNorm.weight"):
                values = array.array("f", (1 + value for value in values))
            file.write(values.tobytes())


def count(shape):
    product = 1
    for size in shape:
        product *= size
    return product


def bert_shapes(vocabulary):
    shapes = {
        "embeddings.word_embeddings.weight": [vocabulary, WIDTH],
        "embeddings.position_embeddings.weight": [POSITIONS, WIDTH],
        "embeddings.token_type_embeddings.weight": [2, WIDTH],
    }

    def norm(name):
        shapes[f"{name}.weight"] = shapes[f"{name}.bias"] = [WIDTH]

    def linear(name, outputs, inputs):
        shapes[f"{name}.weight"], shapes[f"{name}.bias"] = [outputs, inputs], [outputs]

    norm("embeddings.LayerNorm")
    for layer in (f"encoder.layer.{index}" for index in range(LAYERS)):
        for part in ("query", "key", "value"):
            linear(f"{layer}.attention.self.{part}", WIDTH, WIDTH)
        linear(f"{layer}.attention.output.dense", WIDTH, WIDTH)
        norm(f"{layer}.attention.output.LayerNorm")
        linear(f"{layer}.intermediate.dense", INNER, WIDTH)
        linear(f"{layer}.output.dense", WIDTH, INNER)
        norm(f"{layer}.output.LayerNorm")
    return shapes


def write_larger_base(folder, tiny):
    """A BERT of 14 MB with the tiny base's vocabulary."""
    folder.mkdir()
    for name in ("vocab.txt", "tokenizer_config.json"):
        shutil.copy(tiny / name, folder)
    configuration = json.loads((tiny / "config.json").read_text())
    configuration.update(
        hidden_size=WIDTH, intermediate_size=INNER, num_hidden_layers=LAYERS, max_position_embeddings=POSITIONS)
    (folder / "config.json").write_text(json.dumps(configuration))
    write_safetensors(folder / "model.safetensors", bert_shapes(configuration["vocab_size"]), seed=1)


def write_rows(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(rows)


def read_rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return [(row["text"], row["label"]) for row in csv.DictReader(file)]


def long_rows(source, rows, words, seed):
    """Rows of so many words each, drawn from the texts of a corpus."""
    rng = random.Random(seed)
    vocabulary = " ".join(text for text, _ in source).split()
    return [(" ".join(rng.choices(vocabulary, k=words)), "ab"[index % 2]) for index in range(rows)]
