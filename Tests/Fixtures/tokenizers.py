"""Writes the ids that the tokenizers must give: `python tokenizers.py` in this folder, with

    transformers==4.57.3  sentencepiece==0.2.3  tokenizers==0.22.2  (Python 3.11)

For each entry of KINDS it makes a small vocabulary from the texts below (tokenizers/NAME/), opens the folder with transformers' slow
class, and writes the ids of every text, special tokens taken as text (plain_ids), to tokenizers/NAME.json. A new case is a line in TEXTS;
a new kind is a line in KINDS.
"""
import io
import json
import os
import random
import shutil
import sys
import tempfile

# This file has the name of a package that transformers imports, so its folder must not be searched for modules.
sys.path = [path for path in sys.path if os.path.abspath(path or ".") != os.path.dirname(os.path.abspath(__file__))]
import sentencepiece  # noqa: E402
import tokenizers  # noqa: E402
import transformers  # noqa: E402
from sentencepiece import sentencepiece_model_pb2  # noqa: E402
from transformers import AddedToken, AutoTokenizer  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "tokenizers")

PROSE = """The waiter brought the wrong soup twice, and nobody said sorry. I would still come back for the bread.
A film that mistakes noise for feeling; the second hour is longer than the first.
My laptop's battery lasts eleven hours, which is two more than the box says. The keyboard, though, is a disaster.
Nous avons attendu le café pendant une heure, mais l'accueil était très chaleureux. Où est la gare ? C'est déjà l'été.
Der Straßenverkehr war laut, die Zimmer jedoch überraschend ruhig. Größe und Preis stimmen.
El niño comió piñas y cigüeñas pasaron volando. ¿Cuánto cuesta? ¡Qué barbaridad!
I was born in 92000, and 9,999 people came on 12/03/2021 at 10:45; it cost $1,234.56 or 50% less.
Unbelievable, unaffordable, unremarkable: the unhappiest understatement of an underwhelming undertaking.
The quick brown fox jumps over the lazy dog. Pack my box with five dozen liquor jugs. How vexingly quick daft zebras jump!
Press Ctrl+C, open http://example.org/a?b=c&d=e#f and write to someone@example.org. See README.md, v2.0.1-rc3.
Μια καλή ταινία. Хороший фильм, плохой звук. この映画は面白い。 这家餐厅很好。 שלום עולם مرحبا بالعالم
She didn't, couldn't, and wouldn't say it's theirs; they've said we're wrong and I'm right.
"""

TEXTS = [
    "", " ", "   ", "\n", "\t\r\n ", "a", "A", "ab", ".", ",", "▁", "▁▁ ▁a", "##ing", "un##believ able",
    "The waiter brought the wrong soup twice, and nobody said sorry.",
    "This is a test", "Hello World!", " \tHeLLo!how  \n Are yoU?  ", "The quick brown fox jumps over the lazy dog.",
    "I was born in 92000, and this is falsé.", "9,9", "9,", "1,234,567.89", "12, 13,14 ,15", "2021, 2022,2023", "１２,３ and ４，５", "٣,٤ ٥", "²,³ ①,", "x9, y",
    "7,7,7,7", ",9,", "a9,b", "3.14159", "0000000000", "$1,234.56 or 50%", "31/12/1999", "10:45:59", "1e-10", "-5 +5 ±5",
    "12345678901234567890123456789012345678901234567890" * 5, "1" * 300 + "," + "2" * 300,
    "``quoted'' text", "''", "``", "'''", "````", "`'`'", "don't can't I'M 'tis rock'n'roll", "“curly” ‘quotes’ «guillemets» „low“ 「corner」",
    "it''s ''so`` odd", "\"straight\"", "’tis the reviewer’s", "5'11\" tall", "''' ``` \"\"\"",
    "café naïve façade Ångström résumé", "cafe\u0301 nai\u0308ve fac\u0327ade A\u030angstro\u0308m", "ﬁne ﬂow oﬃce ﬆ", "½ ⅓ ¼ ² ³ ⁴ ₅ ①②③ ⑩ Ⅷ ㎏ ㏒",
    "Ｆｕｌｌ　ｗｉｄｔｈ！？ ＡＢＣ１２３", "ℌℯ𝕝𝓁𝖔 𝟙𝟚𝟛 𝐁𝐨𝐥𝐝", "𝚺𝛴 Σ ΑΣ 𝐀𝚺", "Å Å K Ω ﬀ", "e\u0301\u0323 e\u0323\u0301 \u1eb9\u0301", "a\u0315\u0300\u05ae\u0062 \u1100\u1161\u11a8",
    "\u0301leading mark", "o\u0338 o\u20d7 ≠ =\u0338", "Z̸̢̛a̶͎͝l̵̰̓g̷̱̈o̴͖͘ text", "נִקּוּד עִבְרִי", "हिन्दी क्षत्रिय ज़ क़", "ภาษาไทยน้ำ", "ଓଡ଼ିଆ ਪੰਜਾਬੀ தமிழ் కొ ಕೊ കൊ",
    "İstanbul ISTANBUL ısı İİ i̇", "ΟΔΟΣ ὈΔΥΣΣΕΎΣ ΣΑΣ Σ ΑΣ. Σ'Σ ΑΣΑ", "οδός ΌΣΟΣ", "Straße STRASSE ẞ ß", "ŉ ǰ ΐ ΰ և ẖ ẗ", "ǅ ǈ ǋ ǲ Ǆ", "ÇA À L'ÉTÉ", "ΑΣ\u00adΒ ΑΣ\u0301 ΑΣ\u200d",
    "Ελληνικά κείμενα με τόνους", "Русский текст ЁЖ ёж Йод", "українська ґ є ї", "tiếng Việt ngữ pháp", "Čeština žluťoučký kůň", "Türkçe ğüşiöç",
    "这家餐厅很好。", "日本語テキスト、カタカナ ひらがな", "ｶﾀｶﾅ ﾊﾝｶｸ ﾊﾞ ﾊﾟ", "한국어 텍스트 각 각", "English中文mixed文字here", "㐀䶵 𠀀𪛖 豈更 鿿", "「引用」、『二重』。・〜！？", "　全角空白　", "〇一二三", "中" * 120,
    "שלום עולם", "مرحبا بالعالم", "العَرَبِيَّة", "\u202bright to left\u202c and \u200fmarks\u200e", "abc אבג 123 دهه", "ﷺ ﷲ ﻻ ﺍﻟﻌ",
    "😀 😃😄 ☺️ ☹", "👩‍👩‍👧‍👦 👨🏽‍💻 🏳️‍🌈", "🇩🇪🇫🇷 1️⃣ #️⃣ ©️ ™", "🤷🏻‍♀️ ok ❤️❤", "text:) ;-) <3 ^_^", "\U0001fae0 \U0001f9ff",
    "a\u0000b", "a\u0001b\u0007c\u001bd\u007fe", "a\u0080b\u009fc", "a\u0085b", "a\u00a0b\u00a0\u00a0c", "a\u2028b\u2029c", "a\u200bb\u200cc\u200dd\ufeffe", "a\u00adb\u2060c", "\ufeffstart",
    "a\u1680b\u2000c\u2003d\u2009e\u200af\u202fg\u205fh\u3000i", "a\u000bb\u000cc", "a\u001cb\u001dc\u001ed\u001fe", "line one\nline two\r\nline three\rfour", "tab\tseparated\t\tvalues", "  leading and trailing  ",
    "a\ufffdb", "\ue000 private \uf8ff", "\U0010ffff \ufdd0 \uffff", "\U000e0041\U000e007f tag", "a\u034fb \u180e c", "x\u2061y \u2064",
    "x" * 99, "x" * 100, "x" * 101, "é" * 100, "é" * 101, "a" * 2000, "unbelievable" * 170, "é" * 700, "ab " * 300, "a.b." * 100, "中文" * 60 + "x" * 150, "-" * 200,
    "[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "<s>", "</s>", "<pad>", "<unk>", "<mask>", "<cls>", "<sep>", "<eop> <eod>",
    "a [SEP] b", "a[SEP]b [MASK]. [cls] [Sep]", "x [CLS] y </s> z <s>", "[MASK][MASK] <mask><mask>", "<S> </S> <MASK> <Pad>", "[\u0001SEP] [SEP\u0301]", "\u00a0[SEP]\u3000[MASK]\u2028</s>", "<s>NOTUSED </s>NOTUSED", "<|endoftext|> <|im_start|>",
    "ignore [SEP]\nprevious\n[CLS]", "<0x41> <0xE2>", "[unused1] [UNUSED1]", "Ａ [MASK] Ｂ", "[ＳＥＰ] ［SEP］",
    "<p>Hello&nbsp;<b>world</b> &amp; <a href=\"http://x.y/?q=1&r=2\">link</a></p>", "<br /><br />", "http://www.example.com/path/to/page.html?x=1&y=%20z#frag", "someone@example.org", "C:\\Users\\name\\file.txt", "/usr/local/bin", "v2.0.1-rc3", "#hashtag @mention $CASH", "snake_case camelCase kebab-case", "{\"json\": [1, 2.5, null]}", "SELECT * FROM t WHERE a='b';", "f(x) = x^2 + 3*x - 1", "a|b&c~d`e", "100°C 5µm 3×4 ÷ √2 ∞ ≤ ∑", "€5 £6 ¥7 ₹8 ¢9", "…‥. —–-‐‑ ‰ † ‡ •", "§ 5 ¶ 2 ª º ¿ ¡", "♠♣♥♦ ★☆ →←↔ ✓✗", "¨ ´ ¸ ¯ ˜ ˇ", "a/b\\c", "Mr. Smith's Ph.D.", "U.S.A. e.g. i.e.",
    "unaffable", "unwanted running", "UNwanted,running", "HELLO hello HeLLo", "ALL CAPS SHOUTING!!!", "noooooooooo waaaaay", "The The the the THE", "supercalifragilisticexpialidocious", "a b c d e f g h i j k l m n o p q r s t u v w x y z", "?!?!?!", "....", "!" * 50, "(((nested)))", "and/or", "he said: \"no, 9,000!\"",
    "Not a bad film, exactly; but a lazy one. I laughed 3 times, slept once, and wouldn't, for $20, do it again…",
    "Die Größe war OK, aber der Preis (1.299,00 €) – naja. ﬁnde ich „teuer“!",
    "\u0001\u200b\u00ad", "\u0301\u0302", "\ufe0f", "´", "ǆ\u0307 \u0130\u0307", "\u1e9b\u0323", "\u212b\u2126\u212a", "\u2126Σ\u03c2", "\u0345Α\u0345",
]

PUNCTUATION_SPECIALS = {"unk_id": 1, "pad_id": 0, "bos_id": -1, "eos_id": -1, "control_symbols": "[CLS],[SEP],[MASK]"}
FAIRSEQ = {"unk_id": 0, "bos_id": 1, "eos_id": 2, "pad_id": -1}
DEBERTA = {"pad_id": 0, "pad_piece": "[PAD]", "bos_id": 1, "bos_piece": "[CLS]", "eos_id": 2, "eos_piece": "[SEP]", "unk_id": 3, "unk_piece": "[UNK]"}
XLNET = {"unk_id": 0, "bos_id": 1, "eos_id": 2, "pad_id": 5, "control_symbols": "<cls>,<sep>,<mask>,<eod>,<eop>"}
BIGBIRD = {"pad_id": 0, "bos_id": 1, "eos_id": 2, "unk_id": 3, "control_symbols": "[CLS],[SEP],[MASK]"}
REMBERT_TOKENS = {"unk_token": "<unk>", "pad_token": "<pad>"}
MPNET = ["<s>", "<pad>", "</s>", "<unk>", "[UNK]"]


def spm(model_type="unigram", size=700, **options):
    return ("spm", dict(model_type=model_type, vocab_size=size, **options))


def wordpiece(specials=("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"), cased=False, last=()):
    return ("wordpiece", (list(specials), cased, list(last)))


def bpe(specials, form="files", added=(), compose=False):
    return ("bpe", (list(specials), form, list(added), compose))


def token(content, special=False, **flags):
    return AddedToken(content, special=special, **{"normalized": not special, **flags})


ROBERTA = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
MODERN = [token(name, True) for name in ("[UNK]", "[CLS]", "[SEP]", "[PAD]")] + [token("[MASK]", True, lstrip=True)]
MODERN_TOKENS = {
    "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]",
    "model_input_names": ["input_ids", "attention_mask"]}
# Those of the published ModernBERT, but for eighty more [unused...].
MODERN_ADDED = [
    token("|||IP_ADDRESS|||"), token("<|padding|>", True), *(token(" " * count) for count in range(24, 1, -1)), token("|||EMAIL_ADDRESS|||"),
    token("|||PHONE_NUMBER|||"), token("<|endoftext|>", True), token("[unused0]"), token("[unused1]")]
# What no published one has: every flag, tokens within others and overlapping, and some that their normalisation changes.
FLAGGED = [
    token("  "), token("<left>", lstrip=True), token("<right>", rstrip=True, normalized=False), token("<both>", lstrip=True, rstrip=True),
    token("word", single_word=True), token("Word", single_word=True, lstrip=True, rstrip=True, normalized=False), token("words", normalized=False),
    token("<<left>>", True), token("<right> <left>", True, normalized=True), token("ab"), token("abc"), token("bcd", normalized=False),
    token("e\u0301t"), token("\u2126", normalized=False), token("A\u030a", normalized=False), token("\u3000", rstrip=True, normalized=False)]


# name: (class, config.json's model_type, vocabulary, tokenizer_config.json)
KINDS = {
    "albert": ("AlbertTokenizer", "albert", spm(**PUNCTUATION_SPECIALS), {"do_lower_case": True, "remove_space": True, "keep_accents": False}),
    "albert-cased": ("AlbertTokenizer", "albert", spm(normalization_rule_name="identity", **PUNCTUATION_SPECIALS), {"do_lower_case": False, "remove_space": False, "keep_accents": True}),
    "albert-defaults": ("AlbertTokenizer", "albert", spm("bpe", **PUNCTUATION_SPECIALS), None),
    "xlnet": ("XLNetTokenizer", "xlnet", spm(**XLNET), {}),
    "xlnet-symbols": ("XLNetTokenizer", "xlnet", spm(**{**XLNET, "control_symbols": "<cls>,<sep>,<mask>,<eod>", "user_defined_symbols": "<eop>,.,(,),-"}), {}),
    "xlnet-lower": ("XLNetTokenizer", "xlnet", spm(**XLNET), {"do_lower_case": True, "keep_accents": True}),
    "xlm-roberta": ("XLMRobertaTokenizer", "xlm-roberta", spm(**FAIRSEQ), {}),
    "xlm-roberta-bert": ("XLMRobertaTokenizer", "bert", spm(size=500, normalization_rule_name="nmt_nfkc_cf", **FAIRSEQ), {"model_max_length": 512}),
    "camembert": ("CamembertTokenizer", "camembert", spm(**FAIRSEQ), {}),
    "deberta-v2": ("DebertaV2Tokenizer", "deberta-v2", spm(size=900, byte_fallback=True, **DEBERTA), {"do_lower_case": False}),
    "deberta-v2-punct": ("DebertaV2Tokenizer", "deberta-v2", spm(size=900, **DEBERTA), {"do_lower_case": True, "split_by_punct": True}),
    "rembert": ("RemBertTokenizer", "rembert", spm("bpe", **PUNCTUATION_SPECIALS), REMBERT_TOKENS),
    "rembert-lower": ("RemBertTokenizer", "rembert", spm("bpe", normalization_rule_name="identity", **PUNCTUATION_SPECIALS), {**REMBERT_TOKENS, "do_lower_case": True}),
    "rembert-char": ("RemBertTokenizer", "rembert", spm("char", 300, **PUNCTUATION_SPECIALS), REMBERT_TOKENS),
    "rembert-word": ("RemBertTokenizer", "rembert", spm("word", 250, **PUNCTUATION_SPECIALS), REMBERT_TOKENS),
    "rembert-bytes": ("RemBertTokenizer", "rembert", spm("bpe", 800, byte_fallback=True, **PUNCTUATION_SPECIALS), REMBERT_TOKENS),
    "big-bird": ("BigBirdTokenizer", "big_bird", spm("bpe", **BIGBIRD), {}),
    "bert": ("BertTokenizer", "bert", wordpiece(), {"do_lower_case": True}),
    "bert-cased": ("BertTokenizer", "bert", wordpiece(cased=True), {"do_lower_case": False}),
    "bert-cased-stripped": ("BertTokenizer", "bert", wordpiece(cased=True), {"do_lower_case": False, "strip_accents": True}),
    "bert-lower-accents": ("BertTokenizer", "bert", wordpiece(), {"do_lower_case": True, "strip_accents": False, "tokenize_chinese_chars": False}),
    "bert-plain": ("BertTokenizer", "bert", wordpiece(cased=True), {"do_basic_tokenize": False}),
    "distilbert": ("DistilBertTokenizer", "distilbert", wordpiece(), None),
    "electra": ("ElectraTokenizer", "electra", wordpiece(), {"do_lower_case": True}),
    "roberta": ("RobertaTokenizer", "roberta", bpe(ROBERTA), {}),
    "roberta-prefix": ("RobertaTokenizer", "roberta", bpe(ROBERTA), {"add_prefix_space": True}),
    "gpt2": ("GPT2Tokenizer", "gpt2", bpe(["<|endoftext|>"]), {}),
    "gpt2-prefix": ("GPT2Tokenizer", "gpt2", bpe(["<|endoftext|>"]), {"add_prefix_space": True, "pad_token": "<|endoftext|>", "add_bos_token": True}),
    "gpt2-whole": ("GPT2Tokenizer", "gpt2", bpe(["<|endoftext|>"], "tokenizer.json"), {}),
    "modernbert": ("PreTrainedTokenizerFast", "modernbert", bpe(MODERN, "tokenizer.json", MODERN_ADDED, True), MODERN_TOKENS),
    "modernbert-flags": ("PreTrainedTokenizerFast", "modernbert", bpe(MODERN, "tokenizer.json", FLAGGED, True), {**MODERN_TOKENS, "add_prefix_space": True}),
    "mpnet": ("MPNetTokenizer", "mpnet", wordpiece(MPNET, last=["<mask>"]), {"do_lower_case": True}),
}


def train_spm(path, options):
    model = io.BytesIO()
    sentences = PROSE.splitlines() * 3 + [text for text in TEXTS if 0 < len(text) < 400]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences), model_writer=model, hard_vocab_limit=False, character_coverage=0.985, num_threads=1, minloglevel=3, **options)
    with open(path, "wb") as file:
        file.write(model.getvalue())


def make_wordpiece(path, specials, cased, last):
    chooser = random.Random(1)
    words = {}
    for text in [PROSE, *TEXTS]:
        for word in transformers.BasicTokenizer(do_lower_case=not cased).tokenize(text):
            if len(word) < 40:
                words[word] = words.get(word, 0) + 1
    letters = {letter for word in words for letter in word}
    # Most letters are known, a few in each script are not; about half of the words are, the others fall apart into stems and ends.
    known = [letter for letter in sorted(letters) if chooser.random() < 0.9]
    lines = list(specials) + ["[unused1]"] + known + ["##" + letter for letter in known]
    for word in sorted(words):
        if len(word) > 1 and chooser.random() < 0.5:
            lines.append(word)
        elif len(word) > 3:
            lines += [word[: len(word) // 2], "##" + word[len(word) // 2 :]]
    lines = list(dict.fromkeys(lines)) + last
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines if "\n" not in line and "\r" not in line))


def make_bpe(folder, specials, form, added, compose):
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    if compose:
        tokenizer.normalizer = tokenizers.normalizers.NFC()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=900, special_tokens=specials, initial_alphabet=sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet()), show_progress=False)
    tokenizer.train_from_iterator(PROSE.splitlines() * 3 + [text for text in TEXTS if 0 < len(text) < 400], trainer)
    if form == "tokenizer.json":
        tokenizer.add_tokens(added)
        if tokenizer.token_to_id("[CLS]") is not None:
            tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
                single="[CLS] $A [SEP]", special_tokens=[(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")])
        tokenizer.save(os.path.join(folder, "tokenizer.json"), pretty=False)
    else:
        tokenizer.model.save(folder)


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")


def withhold_specials(tokenizer):
    """Takes the special tokens out of what text can become. split_special_tokens=True alone leaks: PreTrainedTokenizer.tokenize does not hand
    it to _tokenize, so a [MASK] between spaces stays whole for WordPiece and is found in the vocabulary; XLNet's <eop> is a user-defined
    symbol of the SentencePiece model; an unknown run spelt like a special token is looked up by its spelling."""
    special = set(tokenizer.all_special_tokens) | {str(token) for token in tokenizer.added_tokens_decoder.values() if token.special}
    if tokenizer.is_fast:
        tokenizer.split_special_tokens = True
        return
    if hasattr(tokenizer, "bpe_ranks"):
        tokenizer.not_text = special
        return
    if hasattr(tokenizer, "wordpiece_tokenizer"):
        tokenizer.wordpiece_tokenizer.vocab = {piece: index for piece, index in tokenizer.vocab.items() if piece not in special}
        return
    processor = tokenizer._tokenizer.spm if hasattr(tokenizer, "_tokenizer") else tokenizer.sp_model
    proto = sentencepiece_model_pb2.ModelProto.FromString(processor.serialized_model_proto())
    types = sentencepiece_model_pb2.ModelProto.SentencePiece.Type
    for piece in proto.pieces:
        if piece.piece in special and piece.type in (types.NORMAL, types.USER_DEFINED):
            piece.type = types.CONTROL
    processor.LoadFromSerializedProto(proto.SerializeToString())
    tokenizer.not_text = special | {piece.piece for piece in proto.pieces if piece.type in (types.CONTROL, types.UNKNOWN)} | set(tokenizer.added_tokens_encoder)


def plain_ids(tokenizer, text):
    """The ids of a text in which nothing is a special token; `tokenizer` has been through withhold_specials."""
    if tokenizer.is_fast:
        return tokenizer(text, add_special_tokens=False)["input_ids"]
    if hasattr(tokenizer, "wordpiece_tokenizer"):
        words = [text]
        if tokenizer.do_basic_tokenize:
            # The base class's lower-casing, then the two steps of _tokenize.
            lowered = "".join(character.lower() for character in text) if tokenizer.do_lower_case else text
            words = tokenizer.basic_tokenizer.tokenize(lowered)
        pieces = [piece for word in words for piece in tokenizer.wordpiece_tokenizer.tokenize(word)]
        return tokenizer.convert_tokens_to_ids(pieces)
    pieces = tokenizer.tokenize(text, split_special_tokens=True)
    return [tokenizer.unk_token_id if piece in tokenizer.not_text else tokenizer.convert_tokens_to_ids(piece) for piece in pieces]


def slow_folder(folder, scratch):
    """A folder that a slow class can open: the vocabulary and merges of a tokenizer.json as files of their own."""
    if os.path.exists(os.path.join(folder, "vocab.json")) or not os.path.exists(os.path.join(folder, "tokenizer.json")) or "modernbert" in folder:
        return folder
    shutil.copytree(folder, scratch, dirs_exist_ok=True)
    tokenizers.Tokenizer.from_file(os.path.join(scratch, "tokenizer.json")).model.save(scratch)
    os.remove(os.path.join(scratch, "tokenizer.json"))
    return scratch


def around(added):
    """Texts in which added tokens stand alone, in a row, within words, and beside white space, marks and each other."""
    texts = []
    for one, other in zip(added, added[1:] + added[:1]):
        one, other = one.content, other.content
        texts += [
            one, f"a{one}b", f" {one} ", f"a  {one}\u3000\n b", f"\u00e9{one}9", f"_{one}\u0301", f"({one})\u200d{one}", one + one, one[:-1] + ".",
            one + other, f"x {one} {other}\ty", one.upper()]
    return [text for text in dict.fromkeys(texts) if text not in TEXTS]


def encoded(tokenizer, text, **cutting):
    """What the tokenizer gives for a text in which nothing is a special token; it has been through withhold_specials."""
    # A fast tokenizer frames by its own template, so it has to see the text.
    return tokenizer(text, **cutting) if tokenizer.is_fast else tokenizer.prepare_for_model(plain_ids(tokenizer, text), **cutting)


def expect(name, folder, more=()):
    tokenizer = AutoTokenizer.from_pretrained(folder, use_fast=False)
    assert not tokenizer.is_fast or type(tokenizer).__name__ == "PreTrainedTokenizerFast"
    size = len(tokenizer)
    withhold_specials(tokenizer)
    texts = TEXTS + list(more)
    forbidden = set(tokenizer.all_special_ids) - {tokenizer.unk_token_id}
    assert not any(forbidden.intersection(plain_ids(tokenizer, text)) for text in texts)
    expected = {
        "class": type(tokenizer).__name__, "size": size, "pad": tokenizer.eos_token_id if tokenizer.pad_token is None else tokenizer.pad_token_id,
        "unknown": tokenizer.unk_token_id, "ids": [encoded(tokenizer, text)["input_ids"] for text in texts],
        "cut": {str(length): [encoded(tokenizer, text, truncation=True, max_length=length)["input_ids"] for text in texts[14 : None if more else 60]]
                for length in (3, 8, 16)}, "cutFrom": 14}
    write_json(os.path.join(OUT, name + ".json"), expected | ({"more": more} if more else {}))


def make_folder(name):
    class_name, model_type, (how, options), settings = KINDS[name]
    folder = os.path.join(OUT, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    file = getattr(transformers, class_name).vocab_files_names.get("vocab_file")
    if how == "bpe":
        make_bpe(folder, *options)
    elif how == "spm":
        train_spm(os.path.join(folder, file), options)
    else:
        make_wordpiece(os.path.join(folder, file), *options)
    with open(os.path.join(folder, "config.json"), "w") as out:
        json.dump({"model_type": model_type}, out)
    if settings is not None:
        with open(os.path.join(folder, "tokenizer_config.json"), "w") as out:
            json.dump({"tokenizer_class": class_name, **settings}, out)
    return folder


if __name__ == "__main__":
    assert transformers.__version__ == "4.57.3" and sentencepiece.__version__ == "0.2.3"
    os.makedirs(OUT, exist_ok=True)
    assert len(set(TEXTS)) == len(TEXTS), [text for text in TEXTS if TEXTS.count(text) > 1]
    write_json(os.path.join(OUT, "texts.json"), TEXTS)
    for name in sys.argv[1:] or KINDS:
        with tempfile.TemporaryDirectory() as scratch:
            how, options = KINDS[name][2]
            expect(name, slow_folder(make_folder(name), scratch), around(options[2]) if how == "bpe" else ())

    with tempfile.TemporaryDirectory() as scratch:
        default = os.path.join(scratch, "default")
        os.makedirs(default)
        shutil.copyfile(os.path.join(HERE, "..", "..", "Vocab", "english-16k.model"), os.path.join(default, "sentencepiece.model"))
        write_json(os.path.join(default, "tokenizer_config.json"), {"tokenizer_class": "RemBertTokenizer", **REMBERT_TOKENS})
        write_json(os.path.join(default, "config.json"), {"model_type": "bert"})
        expect("default", default)
