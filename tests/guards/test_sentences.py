"""How prose is cut into sentences, and which of them need a guard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.guards import is_conclusion, is_undated, parse_guards, sentences
from helpers.guards.prose import sentences_of_script
from helpers.markup import without_guards

PAGE = """---
title: "Only a title"
---

# Heading with nothing {#heading}

First sentence, e.g. this one. Most recovered. <!-- expect: most(recovered) -->
Nobody died, et al. agreed! <!-- source: Results, p1 s1 --> The last one
goes on in a second line. <!-- site: how the page is built -->

- Every item. <!-- expect: all_of(a); none("counts: measure=death; nothing") -->
- A second item {row:of}.

```python
none = "only code"
```
"""


def test_a_comment_belongs_to_the_sentence_before_it_and_lines_are_those_of_the_file():
    found = {s.text: (s.guards, s.line) for s in sentences(PAGE)}
    assert found["Most recovered."] == ((("expect", "most(recovered)"),), 7)
    assert found["Nobody died, et al. agreed!"] == ((("source", "Results, p1 s1"),), 8)
    assert found["The last one goes on in a second line."] == ((("site", "how the page is built"),), 8)
    assert found["First sentence, e.g. this one."] == ((), 7)
    assert found["- Every item."][1] == 11
    assert not any("code" in text or "title" in text for text in found)


def test_sentences_stand_under_their_headings():
    page = "# A {#a}\n\nOne.\n\n## B {#b}\n\nTwo.\n\n# C {#c}\n\nThree.\n"
    assert {s.text: s.parts for s in sentences(page) if s.text[0] in "OT"} == {
        "One.": ("a",),
        "Two.": ("a", "b"),
        "Three.": ("c",),
    }


def test_a_notebook_holds_sentences_in_markdown_and_in_strings_of_code():
    script = (
        "# %% [markdown]\n# Most of them recovered, all in all. <!-- expect: most(a) -->\n\n# %%\n#| fig-cap: Only two of many\n"
        'wording.say(review, """Nobody of the three died. <!-- expect: none_of(b) --> It went well so.""", name="x y")\n'
    )
    found = {s.text: (s.guards, s.line) for s in sentences_of_script(script)}
    assert found["Most of them recovered, all in all."] == ((("expect", "most(a)"),), 2)
    assert found["Only two of many"] == ((), 5)
    assert found["Nobody of the three died."] == ((("expect", "none_of(b)"),), 6)


@pytest.mark.parametrize(
    "sentence",
    [
        "Most patients recovered.",
        "It is the most used drug.",
        "Only one trial was found.",
        "None died.",
        "No study looked at it.",
        "Nobody compared them.",
        "It was always given with others.",
        "The first trial in this disease.",
        "The largest cohort.",
        "Far fewer data.",
        "It is named in every study.",
        "Nearly all had glucocorticoids.",
        "Both patients survived.",
        "Deaths were rarer than before.",
        "It is the safest drug.",
        "It was given more often in Europe.",
    ],
)
def test_a_sentence_that_compares_generalises_or_excludes_is_caught(sentence):
    assert is_conclusion(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "{row:of} had a complete response.",
        "Anakinra was given as first-line treatment.",
        "There were 179 patients in all.",
        "See [the only page](only.qmd) for `no` code.".replace("the only page", "the page"),
        "The interval is wide.",
        "A test was suggested, and the rest followed.",
        "One or more of them.",
    ],
)
def test_a_plain_statement_is_not(sentence):
    assert not is_conclusion(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Die meisten wurden gesund.",
        "In der einzigen Studie.",
        "Keine Studie verglich sie.",
        "Nur zwei starben.",
        "Es ist das häufigste Mittel.",
    ],
)
def test_german_has_its_own_net(sentence):
    assert is_conclusion(sentence, "de")
    assert not is_conclusion("Sie erhielten Anakinra und wurden gesund.", "de")


def test_a_claim_that_there_is_no_study_says_up_to_when():
    assert is_undated("The only trial had no control group.")
    assert is_undated("No study compared them.")
    assert is_undated("Nobody compared them.")
    assert not is_undated("No study compared them up to {searched_through}.")
    assert not is_undated("No patient died.")


def test_the_cell_expect_holds_several_guards():
    found = parse_guards('none("a: b=c; d"); most(x) ; source: Results, p1; Discussion, p2; site: why')
    assert [(g.kind, g.text) for g in found] == [
        ("expect", 'none("a: b=c; d")'),
        ("expect", "most(x)"),
        ("source", "Results, p1; Discussion, p2"),
        ("site", "why"),
    ]


@given(st.lists(st.sampled_from(["Most recovered.", "It is so.", "Only two did!", "Why not?"]), min_size=1, max_size=6))
def test_no_sentence_is_lost_and_none_comes_twice(parts):
    page = " ".join(f"{part} <!-- expect: most(x) -->" for part in parts)
    assert [s.text for s in sentences(page)] == parts
    assert without_guards(page) == " ".join(parts)
