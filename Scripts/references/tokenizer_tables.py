"""The character tables of the tokenizers, found by asking the reference about every code point.

The reference links several libraries, each with the tables of its own version of Unicode; these tables say what it answers,
whatever a version of Unicode says. Run from the repository's root, with the packages of requirements-tokenizers.txt:

    python Scripts/references/tokenizer_tables.py

It writes `Sources/Language/Tokenizers/Unicode/CharacterTables+Data.swift`.
"""
import struct
import unicodedata
from pathlib import Path

from tokenizers import Regex, normalizers, pre_tokenizers

CODES = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]
TARGET = Path("Sources/Language/Tokenizers/Unicode/CharacterTables+Data.swift")


def pieces(splitter, character):
    return len(splitter.pre_tokenize_str("a" + character + "b"))


def cluster_counter():
    """Counts user-perceived characters, of which the reference looks up those of fewer than six bytes as a whole.

    Its normalizer is given a map from every first byte to `!`: each cluster becomes one, if it is short, and as many as it
    has characters if it is not. The map is a double array of three parts: the root, a node for each byte, their values.
    """
    units = [0] * 1024
    units[0] = 256 << 10
    for byte in range(1, 256):
        units[256 ^ byte] = 768 << 10 | 1 << 8 | byte
    blob = struct.pack("<I", 4 * len(units)) + struct.pack(f"<{len(units)}I", *units) + b"!\0"
    normalizer = normalizers.Precompiled(blob)
    return lambda text: len(normalizer.normalize_str(text))


def scripts():
    """A number for each character's script, as far as the pre-tokenizer UnicodeScripts tells them apart; 0 for any."""
    splitter = pre_tokenizers.UnicodeScripts()

    def differ(first, second):
        return len(splitter.pre_tokenize_str(first + second)) > 1

    known, result, last = ["a"], {}, 1
    for code in CODES:
        c = chr(code)
        if not differ("a", c) and not differ("\u044f", c):
            result[code] = 0
            continue
        if differ(known[last - 1], c):
            last = next((number for number, other in enumerate(known, 1) if not differ(other, c)), None)
            if last is None:
                known.append(c)
                last = len(known)
        result[code] = last
    return result


def flags():
    """Sixteen questions with yes or no, as bits; the order is that of `CharacterFlags`."""
    clean = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    strip = normalizers.BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False)
    accents = normalizers.StripAccents()
    space = pre_tokenizers.WhitespaceSplit()
    punctuation = pre_tokenizers.Punctuation("isolated")
    word = pre_tokenizers.Whitespace()
    digits = pre_tokenizers.Digits(individual_digits=True)
    clusters = cluster_counter()

    def regex(pattern):
        split = pre_tokenizers.Split(Regex(pattern), "isolated")
        # Letters beside it would be matched too; these are in none of the classes.
        return lambda c: len(split.pre_tokenize_str("-" + c + "-")) == 3

    questions = [
        lambda c: clean.normalize_str("a" + c + "b") == "ab",
        lambda c: pieces(space, c) == 2,
        lambda c: pieces(punctuation, c) == 3,
        lambda c: strip.normalize_str("a" + c + "b") == "ab",
        lambda c: accents.normalize_str("a" + c + "b") == "ab",
        regex(r"\p{L}"),
        regex(r"\p{N}"),
        regex(r"\s"),
        lambda c: pieces(word, c) == 1,
        lambda c: pieces(word, c) == 2,
        lambda c: pieces(digits, c) == 3,
        regex(r"\w"),
        lambda c: clusters("a" + c) == 1,
        lambda c: clusters(c + "a") == 1,
        lambda c: len(c.encode()) < 4 and clusters(c + "\u0301") == 2,
        lambda c: clusters("\u00a9\u200d" + c) == 3,
    ]
    return {code: sum(bool(ask(chr(code))) << bit for bit, ask in enumerate(questions)) for code in CODES}


def combining_classes(decompose):
    """The class of each mark, by which of two marks comes first; Python's tables only say which classes there are."""
    def swaps(first, second):
        return first != second and decompose("-" + first + second) == "-" + second + first

    # One mark of each class that the reference knows: all do that go after one of the lowest class or before one of the
    # highest, which are as old as Unicode.
    lowest, highest = "\u0334", "\u0345"
    marks = {}
    for code in CODES:
        value, c = unicodedata.combining(chr(code)), chr(code)
        if value and decompose(c) == c and (swaps(c, lowest) or swaps(highest, c)):
            marks.setdefault(value, c)
    result = {}
    for code in CODES:
        c = chr(code)
        if decompose(c) != c or not (swaps(c, lowest) or swaps(highest, c) or unicodedata.combining(c)):
            continue
        below = [value for value, mark in marks.items() if swaps(c, mark)]
        above = [value for value, mark in marks.items() if swaps(mark, c)]
        same = [value for value in marks if value not in below and value not in above]
        if len(same) == 1:
            result[code] = same[0]
        else:
            assert len(same) == len(marks), (hex(code), same)  # class 0: it never moves
    return result


def mappings():
    lower, nfd, nfkd, nfc = (f().normalize_str for f in (
        normalizers.Lowercase, normalizers.NFD, normalizers.NFKD, normalizers.NFC))
    hangul = range(0xAC00, 0xAC00 + 11172)
    lowered = {code: lower(chr(code)) for code in CODES if lower(chr(code)) != chr(code)}
    canonical = {code: nfd(chr(code)) for code in CODES if code not in hangul and nfd(chr(code)) != chr(code)}
    compatible = {code: nfkd(chr(code)) for code in CODES if code not in hangul and nfkd(chr(code)) != nfd(chr(code))}
    composed = {}
    for code, text in canonical.items():
        if len(text) < 2:
            continue
        first = nfc(text[:-1])
        if len(first) == 1 and nfc(first + text[-1]) == chr(code):
            composed[(ord(first), ord(text[-1]))] = code
    for code in hangul:  # these are computed
        index = code - 0xAC00
        jamo = chr(0x1100 + index // 588) + chr(0x1161 + index % 588 // 28)
        jamo += chr(0x11A7 + index % 28) if index % 28 else ""
        assert nfd(chr(code)) == jamo and nfc(jamo) == chr(code)
    return lowered, canonical, compatible, composed, combining_classes(nfd)


def encoded(numbers):
    """Numbers as printable text: six bits a character, of which the highest says that more follow."""
    result = []
    for number in numbers:
        while True:
            digit, number = number & 31, number >> 5
            code = 0x23 + (digit | (32 if number else 0))
            result.append("~" if code == 0x5C else chr(code))
            if not number:
                break
    return "".join(result)


def runs(values):
    result, last, start = [], values.get(0, 0), 0
    for code in range(1, 0x110001):
        value = values.get(code, last) if code < 0x110000 else None
        if value != last:
            result += [code - start, last]
            last, start = value, code
    return result


def texts(table):
    """Distance from the last key, number of characters, the characters as differences from the key, signs in bit 0."""
    result, last = [], 0
    for key in sorted(table):
        result += [key - last, len(table[key])]
        for character in table[key]:
            difference = ord(character) - key
            result.append(difference << 1 if difference >= 0 else (-difference << 1) - 1)
        last = key
    return result


def literal(name, comment, numbers):
    text = encoded(numbers)
    lines = [text[start:start + 110] for start in range(0, len(text), 110)]
    body = "\\\n".join("        " + line for line in lines)
    return f'    /// {comment}\n    static let {name}: StaticString = """\n{body}\n        """\n'


def main():
    lowered, canonical, compatible, composed, classes = mappings()
    pairs, last = [], 0
    for first, second in sorted(composed):
        pairs += [first - last, second, composed[(first, second)]]
        last = first
    marks, last = [], 0
    for code in sorted(classes):
        marks += [code - last, classes[code]]
        last = code
    TARGET.write_text("\n".join([
        "// Made by Scripts/references/tokenizer_tables.py; not to be edited.\n\nextension CharacterTables {",
        literal("flagRuns", "How many code points, and their flags.", runs(flags())),
        literal("lowercase", "Code points and what they become in lower case.", texts(lowered)),
        literal("canonical", "Code points and their canonical decompositions.", texts(canonical)),
        literal("compatible", "Code points and their compatibility decompositions where these differ.", texts(compatible)),
        literal("compositions", "Pairs of code points and what they compose to.", pairs),
        literal("scriptRuns", "How many code points, and the number of their script.", runs(scripts())),
        literal("combiningClasses", "Code points and their combining classes.", marks) + "}\n",
    ]), encoding="utf-8")


if __name__ == "__main__":
    main()
