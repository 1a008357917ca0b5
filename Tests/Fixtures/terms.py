"""What scikit-learn's TfidfVectorizer makes of a few texts, for `terms.json`.

    python -P terms.py [--check]

Python 3.11, scikit-learn 1.9.1, regex. A word is a run of letters, marks and digits; terms are words and pairs of words. `all` has every
term, `frequent` those that occur most often. `fitted` are the rows of the texts that the terms come from, `others` those of further texts.
"""
import collections
import json
import pathlib
import sys

import regex
from sklearn.feature_extraction.text import TfidfVectorizer

HERE = pathlib.Path(__file__).parent
WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
TEXTS = [
    "The parcel is late. The parcel is LATE!",
    "Where is my parcel? It's been 2 weeks_now",
    "the invoice is wrong, the sum is wrong",
    "Straße, STRASSE, İstanbul and Ⅷ½ x²",
    "नमस्ते, été—ÉTÉ naïve 🙂🙂 мир МИР",
    "...",
    "",
    "The sum of the invoice: 1,299.50",
]
OTHERS = ["the PARCEL is here, the invoice is late", "nothing known", "  ", "été été été"]
FREQUENT = 3


def case(most):
    vectorizer = TfidfVectorizer(tokenizer=WORD.findall, token_pattern=None, ngram_range=(1, 2), max_features=most)
    fitted = vectorizer.fit_transform(TEXTS)
    return {"terms": vectorizer.get_feature_names_out().tolist(), "fitted": fitted.toarray().tolist(),
            "others": vectorizer.transform(OTHERS).toarray().tolist()}


def content():
    counts = collections.Counter()
    for text in TEXTS:
        words = WORD.findall(text.lower())
        counts.update(words)
        counts.update(" ".join(pair) for pair in zip(words, words[1:]))
    ranked = sorted(counts.values(), reverse=True)
    # scikit-learn leaves open which of equally frequent terms it takes.
    assert ranked[FREQUENT - 1] > ranked[FREQUENT], ranked
    return {"texts": TEXTS, "otherTexts": OTHERS, "all": case(None), "frequent": {"most": FREQUENT, **case(FREQUENT)}}


if __name__ == "__main__":
    target = HERE / "terms.json"
    text = json.dumps(content(), ensure_ascii=False) + "\n"
    if "--check" in sys.argv:
        sys.exit(0 if target.read_text() == text else "terms.json is not what this script makes")
    target.write_text(text)
