"""Writes pairs.json: what transformers makes of pairs of texts. `python -P pairs.py` in this folder, with

    transformers==4.57.3  tokenizers==0.22.2  torch==2.13.0

"tokenizers": for each vocabulary of KINDS (tokenizers/NAME/, made by tokenizers.py), opened with AutoTokenizer, the ids and the token types
of each pair of TEXTS at each of LENGTHS, truncated longest first. Token types are null where the tokenizer gives none.

"models": for each case of models/ with the family's own head, rows of random ids that end with a second text, and the logits of
AutoModelForSequenceClassification, computed in double precision. "second" is the index of the first token of the second text.
"""
import json
import os
import random
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

sys.path.append(os.path.dirname(os.path.abspath(__file__)))  # last, for tokenizers.py has the name of a package
from models import CASES, HERE as MODELS

HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = ["albert", "bert", "big-bird", "camembert", "deberta-v2", "distilbert", "electra", "gpt2", "modernbert", "mpnet", "rembert", "roberta",
         "xlm-roberta", "xlnet"]
TEXTS = [
    ("Where is the station?", "It is behind the park."),
    ("a", "The waiter brought the wrong soup twice, and nobody said sorry."),
    ("The quick brown fox jumps over the lazy dog.", "no"),
    ("The second hour is longer than the first.", "The second hour is longer than the first."),
    ("Was it good?", ""),
    ("", "Nobody asked."),
]
LENGTHS = [512, 24, 23, 16, 15, 9, 6]
TWO_SEPARATORS = {"Roberta", "XLMRoberta", "Camembert", "MPNet"}


def encodings(name):
    tokenizer = AutoTokenizer.from_pretrained(os.path.join(HERE, "tokenizers", name))
    rows = []
    for first, second in TEXTS:
        for length in LENGTHS:
            # Given one at a time, a pair whose second text is empty would be taken for a single text.
            encoded = tokenizer([first], [second], truncation="longest_first", max_length=length)
            rows.append({"ids": encoded["input_ids"][0], "types": encoded.get("token_type_ids", [None])[0]})
    return rows


def rows(case, randomness):
    template, vocabulary = case.template, case.config["vocab_size"]
    for first, second in [(1, 1), (3, 5), (9, 2), (14, 15)]:
        def text(count):
            return [randomness.randrange(template.first, vocabulary - 1) for _ in range(count)]
        between = list(template.tail[:1]) * (2 if case.family in TWO_SEPARATORS else 1)
        head = list(template.lead) + text(first) + between
        yield head + text(second) + list(template.tail), len(head)


def logits(name, case):
    model = AutoModelForSequenceClassification.from_pretrained(str(MODELS / name), attn_implementation=case.attention).double().eval()
    takes_types = case.family in {"Albert", "BigBird", "Bert", "Electra", "RemBert", "XLNet"} \
        or case.family == "DebertaV2" and case.config["type_vocab_size"] > 1
    # A model with the special tokens of RoBERTa has its tokenizer, which gives no types.
    randomness = random.Random(name)
    result = []
    for ids, second in rows(case, randomness):
        types = [int(index >= second) for index in range(len(ids))]
        if case.family == "XLNet":
            types[-1] = 2
        given = {"token_type_ids": torch.tensor([types])} if takes_types else {}
        with torch.no_grad():
            answer = model(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), **given)
        result.append({"ids": ids, "second": second, "logits": [round(x, 7) for x in answer.logits[0].tolist()]})
    return result


def main():
    cases = {name: case for name, case in CASES.items() if case.pooling == "family" and "padding" not in name}
    found = {"texts": TEXTS, "lengths": LENGTHS, "tokenizers": {name: encodings(name) for name in KINDS},
             "models": {name: logits(name, case) for name, case in cases.items()}}
    with open(os.path.join(HERE, "pairs.json"), "w") as file:
        json.dump(found, file, separators=(",", ":"))


main()
