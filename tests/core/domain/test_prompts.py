"""How prompts are read: weights, what other programs write besides, and what is said of an end that is not read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastface_core.domain.prompts import end_of, parse, shortened, syntax_notice, without_meaning


def pieces(prompt: str) -> list[tuple[str, float]]:
    """The text in pieces of the same weight."""
    parsed = parse(prompt)
    found: list[tuple[str, float]] = []
    for letter, weight in zip(parsed.text, parsed.weights or (1.0,) * len(parsed.text), strict=True):
        if found and found[-1][1] == round(weight, 4):
            found[-1] = (found[-1][0] + letter, found[-1][1])
        else:
            found.append((letter, round(weight, 4)))
    return found


@pytest.mark.parametrize(
    "prompt",
    [
        "a cat",
        "",
        "portrait, oil painting: 4k, 8:30 o'clock {prompt} <3 50% \\ a/b",
        ":) a smile :-(",
        "a) first b) second",
        "an open ( bracket",
        "an open [ bracket :1.3)"[:-1],
        "Grüße, 猫, 😀",
    ],
)
def test_without_pairs_of_brackets_nothing_changes(prompt: str) -> None:
    parsed = parse(prompt)
    assert parsed.text == prompt
    assert parsed.weights is None
    assert list(parsed.places) == list(range(len(prompt)))


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a (red) hat", [("a ", 1), ("red", 1.1), (" hat", 1)]),
        ("a ((red)) hat", [("a ", 1), ("red", 1.21), (" hat", 1)]),
        ("a [red] hat", [("a ", 1), ("red", 0.9091), (" hat", 1)]),
        ("a [[red]] hat", [("a ", 1), ("red", 0.8264), (" hat", 1)]),
        ("(red hat:1.3)", [("red hat", 1.3)]),
        ("(red hat: 0.5 ), b", [("red hat", 0.5), (", b", 1)]),
        ("(red hat:.5)", [("red hat", 0.5)]),
        ("(red:0)", [("red", 0)]),
        ("(red:-1)", [("red", 0)]),
        ("(red:99)", [("red", 3)]),
        ("((((((((((((((((((((red))))))))))))))))))))", [("red", 3)]),
        ("(a (b:2) c:1.5)", [("a ", 1.5), ("b", 3.0), (" c", 1.5)]),
        ("(a [b] c)", [("a ", 1.1), ("b", 1), (" c", 1.1)]),
        ("(a:b)", [("a:b", 1.1)]),
        ("(35:45:1.2)", [("35:45", 1.2)]),
        (r"\(plain\) (bold)", [("(plain) ", 1), ("bold", 1.1)]),
        (r"(with \(inner\) ones:1.5)", [("with (inner) ones", 1.5)]),
        ("(open", [("(open", 1)]),
        ("(a [b) c", [("a [b", 1.1), (" c", 1)]),
        ("() b", [(" b", 1)]),
        ("[a|b] c", [("[a|b] c", 1)]),
        ("[a:b:0.5] c", [("[a:b:0.5] c", 1)]),
        ("(猫:1.2)と犬", [("猫", 1.2), ("と犬", 1)]),
        ("a <lora:style:0.8> hat", [("a  hat", 1)]),
        ("(hat <lora:x:1>:1.2)", [("hat ", 1.2)]),
    ],
)
def test_weights(prompt: str, expected: list[tuple[str, float]]) -> None:
    assert pieces(prompt) == expected


def test_a_weight_of_one_is_no_weight() -> None:
    parsed = parse("a (red:1.0) hat")
    assert (parsed.text, parsed.weights) == ("a red hat", None)


@given(st.text(alphabet="ab ()[]:1.3\\|<>lor", max_size=60))
def test_whatever_is_written_the_letters_stay_in_order(prompt: str) -> None:
    parsed = parse(prompt)
    assert parsed.text == "".join(prompt[place] for place in parsed.places)
    assert list(parsed.places) == sorted(set(parsed.places))
    assert parsed.weights is None or len(parsed.weights) == len(parsed.text)
    assert all(0 <= weight <= 3 for weight in parsed.weights or ())


def test_long_and_deep_prompts_are_quick() -> None:
    for prompt in ("(" * 5000 + "a" + ")" * 5000, "[(" * 5000, "(a:1.2) " * 1250, "\\" * 10_000, "<lora:" * 1600):
        parse(prompt)
        without_meaning(prompt)


# What other programs understand.


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a <lora:style:0.8> b <LyCO:x> <hypernet:y:1>", ["<lora:style:0.8>", "<LyCO:x>", "<hypernet:y:1>"]),
        ("a BREAK b AND c", ["BREAK", "AND"]),
        ("embedding:easynegative, a", ["embedding:easynegative"]),
        ("(embedding:bad.pt:1.2)", ["embedding:bad.pt"]),
        ("EasyNegative, badhandv4", ["EasyNegative", "badhandv4"]),
        ("a __colour__ hat", ["__colour__"]),
        ("a {red|blue} hat", ["{red|blue}"]),
        ("{2$$a|b|c}", ["{2$$a|b|c}"]),
        ("a {red|{dark|light} blue} hat", ["{red|{dark|light} blue}"]),
        ("{{masterpiece}}", ["{{masterpiece}}"]),
        ("[a|b], [a:b:0.5], [a:10]", ["[a|b]", "[a:b:0.5]", "[a:10]"]),
        ("<cat-toy> on a beach", ["<cat-toy>"]),
        ("a cat --ar 3:4 --v 6", ["--ar 3:4", "--v 6"]),
        ("a cat::2 dog", ["::2"]),
        ("a cat++ and (a dog)1.3", ["++", ")1.3"]),
        ('("a", "b").blend(1, 2)', [").blend(1, 2)"]),
        ("left ADDCOL right", ["ADDCOL"]),
        ("<segment:face> a cat <fromto[0.5]:a,b>", ["<segment:face>", "<fromto[0.5]:a,b>"]),
        ("/imagine prompt: a cat", ["/imagine prompt:"]),
        ("<|startoftext|>a cat", ["<|startoftext|>"]),
    ],
)
def test_what_other_programs_understand_is_found(prompt: str, expected: list[str]) -> None:
    assert without_meaning(prompt) == expected


@pytest.mark.parametrize(
    "prompt",
    [
        "a (red hat:1.3), [blue], ((green))",
        "A CAT AND A DOG, BREAK OF DAY",
        "bread and butter, a coffee break",
        "snake_case and dunder words, 8-bit -- or 16",
        "well-known, black-and-white photo, 1990s",
        r"a \[a|b\] and \(c\)",
        "time 10:30, f/1.8, 85mm",
        "<3 and a > b",
        "portrait of a woman, C. S. Lewis",
        "a C++ programmer at a/imagine prompt",
    ],
)
def test_ordinary_words_are_not(prompt: str) -> None:
    assert without_meaning(prompt) == []


def test_one_notice_for_both_prompts() -> None:
    prompt = "(red hat:1.3), [blue], BREAK, <lora:style:0.8>, embedding:easynegative, {red|blue}"
    notice = syntax_notice(prompt, "BREAK, __x__")
    assert notice is not None
    for one in ("BREAK", "<lora:style:0.8>", "embedding:easynegative", "{red|blue}", "__x__"):
        assert one in notice
    assert notice.count("BREAK") == 1
    assert "red hat" not in notice
    assert syntax_notice("(red hat:1.3)", "[blue]") is None


def test_a_notice_stays_short() -> None:
    many = syntax_notice(" ".join(f"<lora:{'x' * 200}{number}:1>" for number in range(40)), "")
    assert many is not None
    assert len(many) < 500
    assert "\n" not in (syntax_notice("{a\n|b\x07}", "") or "")


# An end that is not read.


@pytest.mark.parametrize(
    ("prompt", "place", "expected"),
    [
        ("one two three", 4, "two three"),
        ("one two three", 5, "three"),
        ("one two three", 3, "two three"),
        ("one, two, three", 3, "two, three"),
        ("one two", 6, "two"),
        ("one (two:1.3), three", 5, "two:1.3), three"),
        ("word14, word15, word16", 4, "word15, word16"),
        ("猫と犬の絵", 2, "犬の絵"),
        ("it's a dog's life", 9, "life"),
    ],
)
def test_the_end_of_a_prompt_in_its_own_words(prompt: str, place: int, expected: str) -> None:
    assert end_of(prompt, place) == expected


def test_the_end_is_short_and_on_one_line() -> None:
    end = end_of("a " + "word\n" * 2000, 1)
    assert end.startswith("word word")
    assert end.endswith("word …")
    assert len(end) <= 82
    assert shortened("x" * 500, 80) == "x" * 80 + " …"
