"""Writes the texts that the default base was taught on: one per line, in random order, none of them in a row that anything is measured on.

    PYTHONHASHSEED=0 python texts.py CORPORA TEXT OUTPUT

CORPORA holds labelled corpora as CSV files with a column text; their labels are not read. TEXT holds unlabelled text, compressed with xz.
A text is left out if its words are those of a test row or of one of its sentences, or if more than half of its runs of four words are in test rows.
"""
import csv
import lzma
import random
import re
import sys
from pathlib import Path

csv.field_size_limit(1 << 30)
# Rows to measure on. Where a corpus has no official split, all of it.
TEST = """
    sst2_sentence/test sst2_sentence/dev sst2_glue/test sst2_glue/dev sst5/test sst5/dev ag_news/test umsab/english/test umsab/english/dev cola/dev
    pros_cons/all subj/all sms_spam/all financial_phrasebank/50agree movie_reviews/all uci_sentiment_sentences/amazon
    uci_sentiment_sentences/yelp uci_sentiment_sentences/imdb
""".split()
# Their texts are long, and only whole sentences of them are looked for.
LONG_TEST = ["imdb/test"]
TRAIN = ["sst5/train", "sst2_sentence/train", "ag_news/partial_train", "umsab/english/train", "cola/train"]
PHRASES = ("sst2_glue/train", 15_000)
# Files of unlabelled text, the number of texts to take, and the share of them that are runs of two to five sentences.
UNLABELLED = [(["imdb_unsup"], 90_000, 0.15), (["news-and-wiki"], 40_000, 0.2), (["gutenberg-00", "gutenberg-03"], 25_000, 0.15)]
RUN = 4


def rows(corpora, name):
    path = corpora / f"{name}.csv"
    opened = open(path, newline="", encoding="utf-8") if path.exists() else lzma.open(f"{path}.xz", "rt", newline="", encoding="utf-8")
    with opened as file:
        return [row["text"] for row in csv.DictReader(file)]


def words(text):
    return re.findall(r"\w+", text.lower())


def runs(found):
    return [hash(tuple(found[at : at + RUN])) for at in range(len(found) - RUN + 1)]


def sentences(text):
    parts = re.split(r"(?<=[.!?])[\"')]*\s+(?=[\"'(]*[A-Z0-9])", re.sub(r"<[^>]*>", " ", text))
    return [part.strip() for part in parts if part.strip()]


class Forbidden:
    def __init__(self, corpora):
        self.texts, self.runs, self.removed = set(), set(), {}
        for name in TEST + LONG_TEST:
            for text in rows(corpora, name):
                for part in [text, *sentences(text)]:
                    self.texts.add(" ".join(words(part)))
                if name not in LONG_TEST:
                    self.runs.update(runs(words(text)))

    def allows(self, text, source):
        found = words(text)
        if not 3 <= len(found) <= 110:
            return False
        there = runs(found)
        is_near = len(found) >= 6 and sum(run in self.runs for run in there) > 0.5 * len(there)
        if " ".join(found) in self.texts or is_near:
            self.removed[source] = self.removed.get(source, 0) + 1
            return False
        return True


def pieces(lines, source, count, share, forbidden):
    """Single sentences and, for a share of them, runs of two to five."""
    random.shuffle(lines)
    found = []
    for line in lines:
        parts, at = sentences(line), 0
        while at < len(parts):
            length = random.randint(2, 5) if random.random() < share else 1
            text = " ".join(parts[at : at + length])
            at += length
            if forbidden.allows(text, source):
                found.append(text)
        if len(found) > 3 * count:
            break
    random.shuffle(found)
    return found[:count]


def main():
    corpora, unlabelled, output = map(Path, sys.argv[1:])
    random.seed(1)
    forbidden = Forbidden(corpora)
    texts = {}
    for names, count, share in UNLABELLED:
        lines = [line for name in names for line in lzma.open(unlabelled / f"{name}.txt.xz", "rt").read().split("\n") if len(line) > 20]
        texts[names[0]] = pieces(lines, names[0], count, share, forbidden)
    for name in TRAIN:
        texts[name] = [text for text in dict.fromkeys(rows(corpora, name)) if forbidden.allows(text, name)]
    name, count = PHRASES
    phrases = [text for text in dict.fromkeys(rows(corpora, name)) if forbidden.allows(text, name)]
    random.shuffle(phrases)
    texts[name] = phrases[:count]
    everything = list(dict.fromkeys(" ".join(text.split()) for part in texts.values() for text in part))
    random.shuffle(everything)
    output.write_text("".join(text + "\n" for text in everything), encoding="utf-8")
    print({source: len(part) for source, part in texts.items()}, "left out:", forbidden.removed, "in all:", len(everything))


main()
