"""Writes Tests/Fixtures/command: a small corpus and a tiny random BERT that Tests/CommandTests tune, with nothing but Python:

    python Tests/Fixtures/command.py

The tokenizer is that of tokenizers/bert. The weights are random, which is enough for a head to tell texts of different words apart.
"""
import json
import pathlib
import random
import struct

HERE = pathlib.Path(__file__).parent
FOLDER = HERE / "command" / "base"
WIDTH, INNER, LAYERS, POSITIONS = 32, 64, 2, 64
random.seed(1)


def tensors(pieces):
    def normal(*shape):
        return shape, lambda: random.gauss(0, 0.3)

    def constant(value, *shape):
        return shape, lambda: value

    def linear(name, to, from_):
        yield f"{name}.weight", normal(to, from_)
        yield f"{name}.bias", constant(0, to)

    def norm(name):
        yield f"{name}.LayerNorm.weight", constant(1, WIDTH)
        yield f"{name}.LayerNorm.bias", constant(0, WIDTH)

    for name, rows in ("word", pieces), ("position", POSITIONS), ("token_type", 2):
        yield f"embeddings.{name}_embeddings.weight", normal(rows, WIDTH)
    yield from norm("embeddings")
    for layer in range(LAYERS):
        block = f"encoder.layer.{layer}"
        for name in "query", "key", "value":
            yield from linear(f"{block}.attention.self.{name}", WIDTH, WIDTH)
        yield from linear(f"{block}.attention.output.dense", WIDTH, WIDTH)
        yield from norm(f"{block}.attention.output")
        yield from linear(f"{block}.intermediate.dense", INNER, WIDTH)
        yield from linear(f"{block}.output.dense", WIDTH, INNER)
        yield from norm(f"{block}.output")
    yield from linear("pooler.dense", WIDTH, WIDTH)


def write_weights(pieces):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, (shape, number) in tensors(pieces):
        count = 1
        for size in shape:
            count *= size
        numbers = struct.pack(f"<{count}f", *(number() for _ in range(count)))
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [len(data), len(data) + len(numbers)]}
        data += numbers
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    (FOLDER / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)


def write_json(name, value):
    path = FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def main():
    vocabulary = (HERE / "tokenizers" / "bert" / "vocab.txt").read_text()
    pieces = len(vocabulary.splitlines())
    write_json("config.json", {
        "architectures": ["BertModel"], "model_type": "bert", "vocab_size": pieces, "hidden_size": WIDTH, "num_hidden_layers": LAYERS,
        "num_attention_heads": 4, "intermediate_size": INNER, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1, "max_position_embeddings": POSITIONS, "type_vocab_size": 2, "initializer_range": 0.02,
        "layer_norm_eps": 1e-12, "pad_token_id": 0,
    })
    write_json("tokenizer_config.json", {"tokenizer_class": "BertTokenizer", "do_lower_case": True})
    write_json("modules.json", [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ])
    write_json("1_Pooling/config.json", {"word_embedding_dimension": WIDTH, "pooling_mode_mean_tokens": True})
    (FOLDER / "vocab.txt").write_text(vocabulary)
    write_weights(pieces)

    openings = ["The soup", "This film", "My room", "The second book", "Our guide", "Her laptop", "That garden", "The late train"]
    ends = {"good": ["was warm and kind", "made us laugh", "is a joy to have", "was worth each minute", "could not be better"],
            "bad": ["was cold and rude", "made us leave", "is a pain to have", "was a waste of money", "could not be worse"]}
    rows = [f"{opening} {end}.,{label}" for opening in openings for label in ends for end in ends[label]]
    random.shuffle(rows)
    (HERE / "command" / "opinions.csv").write_text("text,label\n" + "\n".join(rows) + "\n")


main()
