"""The texts that tokenizers are compared on: 12,000 lines in many scripts, the same in Python and in Swift.

A line is a few fragments, chosen by a generator of whole numbers that both languages compute alike (SplitMix64); the fragments
are here, and are written to `Tests/LanguageTests/Goldens/tokenizer-corpus.json`, from which the tests make the same lines.
"""
LINES = 12_000
MASK = (1 << 64) - 1

FRAGMENTS = {
    "english": """the of and to in is was for that it with as his on be at by had are but from or have an they which one you were
    her all she there would their we him been has when who will more no if out so said what up its about into than them can
    only other new some could time these two may then do first any my now such like our over man me even most made after also
    did many before must through back years where much your way well down should because each just those people how too little
    state good very make world still own see men work long get here between both life being under never day same another know
    while last might us great old year off come since against go came right used take three unaffable tokenization embeddings
    Hiking Snowboard mountains SUNSET Recipe breakfast Photography NASA iPhone McDonald's don't it's they're I've we'll she'd I'm
    rock'n'roll state-of-the-art e-mail U.S.A. antidisestablishmentarianism supercalifragilisticexpialidocious""".split(),
    "latin": """café naïve Crème brûlée Ünïcödé straße Łódź Åse Øresund fjörður señor São façade Dvořák Erdős Nguyễn Việt ẞ ﬁn ﬂow
    İstanbul ıstanbul ŉ ǅ œuvre Ærø þing ħal ąęśćź ŠĐČĆŽ ľúbiť țară groß Ａｂｃ１２ ℌello ﬀ ﬃ ſnow µm Ω ½ ² ™""".split()
    + ["cafe\u0301", "nai\u0308ve", "o\u0302\u0323", "a\u0323\u0302", "q\u0307\u0323", "e\u0301\u0301\u0301", "\u00e9\u0323",
       "A\u030angstrom", "\u0344", "s\u0323\u0307", "\u1e69", "x\u0334\u0335", "d\u0327\u0307\u0345"],
    "greek": "Αθήνα ΑΓΓΕΛΟΣ λόγος ὀδυσσεύς Ψυχή ΐ ϐ ᾳ".split(),
    "cyrillic": "Москва привет Ёлка Київ їжак БЪЛГАРИЯ љубав ҳафта й".split() + ["и\u0306", "Е\u0308"],
    "chinese": "我们 去 北海道 滑雪 中文 分词 測試 繁體字 你好，世界 。 「 」 〇 㐀 𠀀 𠮷野家 龍 豈 ㍿ ㈱ ，".split(),
    "japanese": "日本語 の 単語 を 分割 する カタカナ ひらがな ｶﾞｷﾞ ﾊﾟ がぎぐ ー ヽ 東京タワー ヴァイオリン 〜 々".split()
    + ["か\u3099", "ハ\u309a"],
    "korean": "한국어 단어 안녕하세요 서울 ㅋㅋㅋ 뷁".split() + ["\u1112\u1161\u11ab", "\u1100\u1161", "가\u11a8", "\uac00\u302e"],
    "arabic": "العربية كتاب السلام عليكم ﷺ ﻻ ١٢٣ پارسی گچ ـــ".split() + ["\u0643\u064e\u062a\u064e\u0628\u064e", "\u0644\u0627"],
    "hebrew": "שלום עברית ירושלים יִשְׂרָאֵל ״ ׳".split() + ["\u05e9\u05c1\u05b8"],
    "indic": "हिन्दी नमस्ते क्षत्रिय ज़ ड़ বাংলা தமிழ் తెలుగు ಕನ್ನಡ മലയാളം ਪੰਜਾਬੀ १२३ ௧".split() + ["क\u093c", "\u09c7\u09be"],
    "other": "ภาษาไทย ລາວ မြန်မာ ខ្មែរ བོད་ཡིག ქართული Ქ Հայերեն አማርኛ ᏣᎳᎩ ꮳ ᠮᠣᠩᠭᠣᠯ 𐌰𐌱 𝕊𝕟𝕠𝕨 𝟙𝟚 Ⅷ ⅷ ① ⒈ ꙮ 𞤀 𞤢".split(),
    "emoji": ["😂", "❤️", "❤", "👩🏽‍🚀", "👨‍👩‍👧‍👦", "🇫🇷", "🇫🇷🇩🇪", "🇫", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👍🏿", "☃", "⛷️", "#️⃣", "🧑‍🎄", "🫠", "🪿", "\U0001fae8"],
    "punctuation": list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") + ["...", "…", "—", "–", "“", "”", "’", "«", "»", "¿", "¡", "€", "£", "₿", "§",
                    "٪", "।", "！？", "、", "‽", "＃", "''", "'s", "'S", "!!", "?!", "--", "->", "==", "''t"],
    "numbers": "0 1 12 123 1234 1,000 3.14 -5 1e-9 0x1F 2024-05-01 10:30 50% №1 ٣ ३ 四 10²".split(),
    "links": ["https://example.com/a/b?c=d&e=f#g", "www.site.org", "mailto:a.b+c@d-e.co.uk", "@user_name", "#hashtag", "#日本",
              "ftp://x.y/~z", "127.0.0.1:8080", "C:\\Windows\\x.exe"],
    "code": ["def f(x): return x**2", "if (a[i] != NULL) { b += 1; }", "<div class=\"c\">&nbsp;</div>", "SELECT * FROM t;", "snake_case",
             "camelCase", "a->b::c", "\\n\\t", "#include <stdio.h>", "{\"k\": [1, 2]}", "$PATH", "x=y;//z", "__init__", "0b1010_1111"],
    "spaces": [" ", "  ", "   ", "\t", "\n", "\r\n", "\n\n", " \t ", "\u00a0", "\u3000", "\u2009", "\u2028", "\u2029", "\u1680", "\u0085",
               "\u000b", "\u000c", "\u205f", "\u202f"],
    "invisible": ["\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2060", "\ufeff", "\u00ad", "\ufe0f", "\ufe0e", "\u034f", "\u061c",
                  "\u180e", "\u202a", "\u202e", "\ufff9", "\ufffd", "\ufffe", "\uffff"],
    "control": ["\u0000", "\u0001", "\u0007", "\u0008", "\u001b", "\u001c", "\u001f", "\u007f", "\u0080", "\u008f", "\u009f"],
    "special": ["[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "<s>", "</s>", "<mask>", "<unk>", "<pad>", "<|endoftext|>", "<|startoftext|>",
                "[cls]", "<MASK>", "▁", "Ġ", "##ing", "</w>", "<0x41>", "<extra>", "wordy", "<norm>", "<NORM>"],
}
# How often each kind is taken, and what stands between fragments.
WEIGHTS = {"english": 30, "latin": 8, "greek": 2, "cyrillic": 4, "chinese": 6, "japanese": 5, "korean": 4, "arabic": 4, "hebrew": 3,
           "indic": 4, "other": 4, "emoji": 5, "punctuation": 9, "numbers": 4, "links": 2, "code": 3, "spaces": 3, "invisible": 3,
           "control": 1, "special": 3}
JOINTS = [" "] * 12 + ["", "", "", "  ", ", ", "\t", "\n", "-"]


class Numbers:
    """SplitMix64."""

    def __init__(self, seed):
        self.state = seed & MASK

    def below(self, bound):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return ((z ^ (z >> 31)) >> 16) % bound


KINDS = [kind for kind in FRAGMENTS for _ in range(WEIGHTS[kind])]


def fingerprint(numbers):
    """FNV-1a."""
    result = 0xCBF29CE484222325
    for number in numbers:
        result = ((result ^ number) * 0x100000001B3) & MASK
    return f"{result:016x}"


def line(index, seed=20_240_501):
    numbers = Numbers(seed + index)
    if numbers.below(100) == 0:
        return ""
    result = ""
    for _ in range(1 + numbers.below(14)):
        chance = numbers.below(200)
        if chance == 0:  # a very long word
            fragments = FRAGMENTS[KINDS[numbers.below(len(KINDS))]]
            result += fragments[numbers.below(len(fragments))] * (2 + numbers.below(60))
        elif chance < 6:  # any character
            code = numbers.below(0x32000) if chance < 4 else 0xE0000 + numbers.below(0x30000)
            result += chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd"
        else:
            fragments = FRAGMENTS[KINDS[numbers.below(len(KINDS))]]
            result += fragments[numbers.below(len(fragments))]
        result += JOINTS[numbers.below(len(JOINTS))]
    return result


def corpus():
    return [line(index) for index in range(LINES)]


def description():
    return {"seed": 20_240_501, "lines": LINES, "fingerprint": fingerprint("\0".join(corpus()).encode("utf-8")), "joints": JOINTS,
            "kinds": [{"weight": WEIGHTS[kind], "fragments": fragments} for kind, fragments in FRAGMENTS.items()]}
