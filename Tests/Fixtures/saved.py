"""Writes folders as transformers saves them, with the ids of every text: `python saved.py` in this folder, once with each version:

    transformers==4.57.3  tokenizers==0.22.2     into saved/4/
    transformers==5.24.0  tokenizers==0.23.3     into saved/5/

Each vocabulary of NAMES (tokenizers/NAME/, made by tokenizers.py) is opened with AutoTokenizer and saved with save_pretrained, with the
tokens of ADDED. Nothing in the folders is edited. expected.json holds the texts and the ids that AutoTokenizer gives for
them after the folder is opened again, with special tokens taken as text: the names of special tokens are replaced with names that no text
has, everywhere in the tokenizer, because encode_special_tokens alone still finds them as pieces of the vocabulary.
"""
import json
import os
import shutil
import sys

sys.path = [path for path in sys.path if os.path.abspath(path or ".") != os.path.dirname(os.path.abspath(__file__))]
import tokenizers  # noqa: E402
import transformers  # noqa: E402
from transformers import AutoTokenizer  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
VERSIONS = {"4.57.3": "4", "5.24.0": "5"}
NAMES = [
    "albert", "bert", "bert-lower-accents", "camembert", "deberta-v2-punct", "gpt2", "modernbert", "mpnet", "rembert", "roberta", "xlm-roberta", "xlnet-symbols",
]
# Version 4 writes vocab.json beside tokenizer.json for these, from which Tenor reads what the slow classes compute.
ONLY_5 = ["gpt2-prefix", "roberta-prefix", "modernbert-flags"]
ADDED = ["😀", "<user>", "Foo Bar", "ürl"]
MORE = ["hi <user> x", "<user>", "a😀b 😀 c", "foo bar Foo Bar FOO BAR", "Ürl ürl", "see <USER>"]


def plain(folder):
    """The folder's tokenizer, to which no text can spell a special token."""
    whole = json.loads(AutoTokenizer.from_pretrained(folder)._tokenizer.to_str())
    names = {token["content"]: f"\ue000{token['id']}\ue001" for token in whole["added_tokens"] if token["special"]}
    for token in whole["added_tokens"]:
        if token["special"]:
            token.update(content=names[token["content"]], normalized=False)
    model = whole["model"]
    if isinstance(model["vocab"], list):
        model["vocab"] = [[names.get(piece, piece), score] for piece, score in model["vocab"]]
    else:
        model["vocab"] = {names.get(piece, piece): id for piece, id in model["vocab"].items()}
    if model.get("unk_token"):
        model["unk_token"] = names.get(model["unk_token"], model["unk_token"])
    tokenizer = tokenizers.Tokenizer.from_str(json.dumps(whole))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def main():
    out = os.path.join(HERE, "saved", VERSIONS[transformers.__version__])
    shutil.rmtree(out, ignore_errors=True)
    with open(os.path.join(HERE, "tokenizers", "texts.json")) as file:
        texts = json.load(file) + MORE
    version = VERSIONS[transformers.__version__]
    for name in NAMES + (ONLY_5 if version == "5" else []):
        source, folder = os.path.join(HERE, "tokenizers", name), os.path.join(HERE, "saved", version, name)
        tokenizer = AutoTokenizer.from_pretrained(source)
        tokenizer.add_tokens(ADDED)
        tokenizer.save_pretrained(folder)
        shutil.copy(os.path.join(source, "config.json"), folder)
        ids = [encoding.ids for encoding in plain(folder).encode_batch(texts)]
        with open(os.path.join(folder, "expected.json"), "w") as file:
            json.dump({"texts": MORE, "ids": ids}, file, separators=(",", ":"))


main()
