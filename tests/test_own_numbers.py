"""Our own numbers: each on a page has an origin, none is typed into prose, and a planted one is found wherever it stands."""

from __future__ import annotations

import doctest
import json
import re
from collections import Counter

import pytest
from built import built_site
from copies import ROOT, copy_review

from helpers import evidence, proof
from helpers.proof import names as name_list
from helpers.proof import origins, pages, parts, sources, tokens, whole
from helpers.proof.names import listed, without_names

RESULTS = {
    "notebook": "05-anakinra",
    "results": [
        {"id": "fig-use", "values": [{"label": "sJIA", "events": 147}, {"label": "SLE", "events": 12}]},
        {"values": [{"result": "pooled-x", "shown": "83% (73% to 90%)", "how": "Pooled.", "rows": []}]},
    ],
}
CLAIM = {"claim_id": "one", "printed": "68", "recomputed": "41 + 28 = 69", "explanation": "One of 82.", "against": ""}
SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """The real data with results of our own making, and what numbers on pages may come from."""
    root = copy_review(tmp_path_factory.mktemp("own"), with_folders=("data",))
    for path in (root / "data" / "results").glob("[0-9]*.json"):
        path.unlink()
    (root / "data" / "results" / "05-anakinra.json").write_text(json.dumps(RESULTS), encoding="utf-8")
    review = evidence.load(root)
    return review, origins.gather(review, [CLAIM])


@pytest.fixture
def faults_of(own, tmp_path, monkeypatch):
    """What is wrong with a page that holds this text."""
    review, gathered = own
    monkeypatch.setattr(pages, "gather", lambda *_: gathered)

    def faults(body: str, *, name: str = "notebooks/05-anakinra.html", svg: str = ""):
        path = tmp_path / "_site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<html><head><title>p</title></head><body><main>{body}</main></body></html>", encoding="utf-8")
        (path.parent / "picture.svg").write_text(SVG.format(svg), encoding="utf-8")
        return pages.check_pages(tmp_path / "_site", review).faults

    return faults


ROW, RESULT = "../evidence.html#anakinra-sle-death", "../results.html#result-pooled-x"
TICKS = "".join(f'<g id="xtick_{i}"><text>{{{i}}}</text></g>' for i in range(3))
PLACES = {  # place: page, picture, what stands there, what somebody plants there
    "prose": ("<p>Of {} patients most improved.</p>", "", "all", "4711"),
    "heading": ("<h2>Outcome of {} patients</h2>", "", "all", "4711"),
    "list item": ("<ul><li>Given to {} patients</li></ul>", "", "some", "4711"),
    "linked number": (f'<p><a href="{ROW}">{{}}</a> died.</p>', "", "4 of 10 (40%, 95% CI 12% to 74%)", "5 of 10"),
    "computed number": (f'<p>Pooled <a href="{RESULT}">{{}}</a>.</p>', "", "83% (73% to 90%)", "84% (73% to 90%)"),
    "number linked to nothing known": ('<p><a href="../evidence.html#no-row">{}</a></p>', "", "some", "4"),
    "cell beside a row": (
        f'<table><tr><td><a href="{ROW}">4 of 10</a></td><td>{{}}</td></tr></table>',
        "",
        "p1 s4",
        "4711",
    ),
    "cell of no row": ("<table><tr><td>Deaths</td><td>{}</td></tr></table>", "", "few", "4711"),
    "table heading": ("<table><tr><th>Share ({})</th></tr></table>", "", "95% CI", "4711 patients"),
    "line of the audit": (
        '<table><tr><td id="claim-one">Sum</td><td>{}</td></tr></table>',
        "",
        "41 + 28 = 69",
        "41 + 29 = 70",
    ),
    "figure caption": ('<figure id="fig-use"><figcaption>{} in all</figcaption></figure>', "", "147 and 12", "148"),
    "table caption": ('<table><caption id="tbl-use">Table 3: {}</caption></table>', "", "Deaths", "Deaths of 4711"),
    "alternative text": (
        '<figure id="fig-use"><img src="picture.svg" alt="{}"></figure>',
        "",
        "sJIA 147, SLE 12",
        "sJIA 148",
    ),
    "label of a figure": (
        '<figure id="fig-use"><img src="picture.svg" alt="a"></figure>',
        "<text>{}</text>",
        "147",
        "148",
    ),
    "label of a drawn figure": (
        '<figure id="fig-use">' + SVG.format("<text>{}</text>") + "</figure>",
        "",
        "147",
        "148",
    ),
    "title of a figure": ('<figure id="fig-use">' + SVG.format("<title>{}</title>") + "</figure>", "", "147", "148"),
    "words read aloud": ('<p><a href="x.html" aria-label="{}">here</a></p>', "", "All rows", "All 4711 rows"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_planted_number_is_found_and_an_honest_one_is_not(faults_of, place):
    page, picture, honest, planted = PLACES[place]
    put = lambda text: (page.replace("{}", text), picture.replace("{}", text))  # noqa: E731
    body, svg = put(honest)
    assert faults_of(body, svg=svg) == []
    body, svg = put(planted)
    found = faults_of(body, svg=svg)
    assert {f.rule for f in found} == {"number-origin"}
    assert len(found) >= 1
    assert all(f.value in planted and f.file.endswith("05-anakinra.html") and f.fix for f in found)


@pytest.mark.parametrize(("marks", "is_sound"), [((0, 50, 100), True), ((0, 50, 4711), False), ((0.1, 0.2, 0.3), True)])
def test_the_marks_of_an_axis_ascend_in_equal_steps(faults_of, marks, is_sound):
    figure = '<figure id="fig-use"><img src="picture.svg" alt="a"></figure>'
    drawn = "".join(f'<g id="xtick_{i}"><text>{mark}</text></g>' for i, mark in enumerate(marks))
    assert (faults_of(figure, svg=drawn) == []) is is_sound


def test_what_is_no_prose_is_left_alone(faults_of):
    body = '<pre>4711</pre><code>4711</code><nav>4711</nav><script>4711</script><p><span class="citation">[4711]</span></p>'
    assert faults_of(body + '<div id="refs"><div class="csl-entry">J Rheumatol 4711</div></div>') == []


def test_a_frozen_version_is_not_held_against_todays_data(faults_of):
    assert faults_of("<p>4711</p>", name="v/2023.1/index.html") == []
    assert len(faults_of("<p>4711</p>", name="v/index.html")) == 1


def test_a_page_in_another_language_writes_the_same_numbers_its_own_way(own, tmp_path, monkeypatch):
    review, gathered = own
    monkeypatch.setattr(pages, "gather", lambda *_: gathered)
    row = '<a href="evidence.html#anakinra-sjia-complete-response">68 von 82 (83 %, 95-%-KI {})</a>'
    for interval, count in (("73 % bis 90 %", 0), ("73 % bis 90,5 %", 1), ("730 % bis 90 %", 1)):
        text = f'<html lang="de"><body><p>{row.format(interval)}; 99,8 %</p></body></html>'
        (tmp_path / "index.html").write_text(text, encoding="utf-8")
        found = [f for f in pages.check_pages(tmp_path, review).faults if f.value != "99.8"]
        assert len(found) == count


def test_a_fault_says_where_and_what_to_do(faults_of):
    (fault,) = faults_of("<h2>Who was given it</h2><p>As many as 4711 had it.</p>")
    assert (fault.column, fault.value) == ("section “Who was given it”", "4711")
    assert "As many as 4711 had it." in fault.message
    assert "wording.say" in fault.fix
    assert "names.yaml" in fault.fix


def test_a_generated_part_brings_each_number_as_often_as_it_holds_it(own, tmp_path, monkeypatch):
    review, gathered = own
    monkeypatch.setattr(pages, "gather", lambda *_: gathered)
    (review.root / "part.md").write_text(
        "Read: 31 pages, [4 of 10](evidence.qmd#anakinra-sle-death).\n", encoding="utf-8"
    )
    (review.root / "some.qmd").write_text("{{< include part.md >}}\n", encoding="utf-8")
    for body, count in (("<p>31 pages</p>", 0), ("<p>31 pages, 31</p>", 1), ("<p>32 pages</p>", 1), ("<p>10</p>", 1)):
        (tmp_path / "some.html").write_text(body, encoding="utf-8")
        assert len(pages.check_pages(tmp_path, review).faults) == count


TYPED = {  # file: text before, text after
    "index.qmd": ("{} patients were treated.", "Many patients were treated."),
    "cite.qmd": ('---\ntitle: "About {} things"\n---\n', '---\ntitle: "About things"\n---\n'),
    "notebooks/py/04-etoposide.py": ("# ---\n# title: {} things\n# ---\n", "# ---\n# title: Things\n# ---\n"),
    "notebooks/py/05-anakinra.py": ("# %% [markdown]\n# Of {} patients.\n", "# %% [markdown]\n# Of many.\n"),
    "notebooks/py/06-emapalumab.py": (
        '# %%\nplot(x, caption="In {} patients.")\n',
        '# %%\nplot.y(x, caption="All.")\n',
    ),
    "notebooks/py/07-other-biologics.py": ('# %%\nwording.say(r, """A\nB {} {{row-1:n}}.""")\n', "# %%\n"),
    "notebooks/py/08-jak-inhibitors.py": ('# %%\ntext = f"{{x}} of {}."\n', "# %%\n"),
    "notebooks/py/09-hsct.py": ('# %%\nwording.computed("k", {}, "How.")\n', "# %%\n"),
    "notebooks/py/10-other-treatments.py": ("# %%\n#| tbl-cap: All {} rows\nx\n", "# %%\n#| label: fig-2\nx\n"),
}


@pytest.mark.parametrize("file", TYPED)
def test_a_digit_typed_into_prose_is_found_with_file_and_line(tmp_path, file):
    (tmp_path / "notebooks" / "py").mkdir(parents=True)
    typed, clean = TYPED[file]
    if "plot(x" in typed:
        typed = typed.replace("plot(x", "plots.bars(x")
    path = tmp_path / file
    path.write_text(
        "\n" + typed.replace("{}", "4711").replace("{{", "{").replace("}}", "}")
        if file != "cite.qmd"
        else typed.replace("{}", "4711")
    )
    (fault,) = sources.check_sources(tmp_path, listed(ROOT))
    line = path.read_text().splitlines()[fault.row - 1]
    assert (fault.file, fault.value, fault.rule) == (file, "4711", "typed-number")
    assert "4711" in line
    path.write_text(clean)
    assert sources.check_sources(tmp_path, listed(ROOT)) == []


def test_names_code_links_and_places_are_no_typed_numbers(tmp_path):
    (tmp_path / "index.qmd").write_text(
        "IL-1, HLH-94 and PRISMA 2020; see [page](x.qmd#row-12), `code 12`, @fig-2, [@smith2019] and Table 3.\n"
        "(Higgins & Thompson 2002, doi:10.1002/sim.1186.)\n\n```\n4711\n```\n<!-- 4711 -->\n{{< include 05.md >}}\n",
        encoding="utf-8",
    )
    assert sources.check_sources(tmp_path, listed(ROOT)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Altogether 2004 patients",
        "In 2019 they",
        "of 95% patients",
        "Figure out 12",
        "HLH in 94",
        "category of 3 patients",
    ],
)
def test_a_name_does_not_swallow_a_number(text):
    assert tokens.numbers_in(without_names(text, listed(ROOT))[0])[-1:] == tokens.numbers_in(text)[-1:] != []


def test_the_list_of_names_is_short_and_each_has_its_reason():
    names = listed(ROOT)
    assert len(names) <= 24
    assert [n.pattern.pattern for n in names if len(n.reason) < 5] == []


def test_nobody_has_typed_a_number_into_a_page_or_notebook(root, review):
    assert sources.check_sources(root, [*name_list.from_data(review), *listed(ROOT)]) == []


def test_an_edited_part_is_found(data_copy, monkeypatch):
    part = data_copy / "data" / "results" / "pages" / "status.md"
    text = part.read_text(encoding="utf-8")
    monkeypatch.setattr(whole.report, "page_parts", lambda root: {"data/results/pages/status.md": text})
    assert whole.check_parts(data_copy) == []
    part.write_text(text.replace("30 June", "31 June"), encoding="utf-8")
    (fault,) = whole.check_parts(data_copy)
    assert (fault.file, fault.rule) == ("data/results/pages/status.md", "generated-part")


def test_a_number_typed_into_a_source_is_told_once_and_by_its_line(data_copy, tmp_path, monkeypatch):
    monkeypatch.setattr(whole.report, "page_parts", lambda root: {})
    with (data_copy / "index.qmd").open("a", encoding="utf-8") as page:
        page.write("\nAs many as 4711.\n")
    (tmp_path / "_site").mkdir()
    (tmp_path / "_site" / "index.html").write_text("<p>As many as 4711.</p>", encoding="utf-8")
    (fault,) = proof.prove(data_copy, tmp_path / "_site", claims=[]).faults
    assert (fault.file, fault.rule, fault.value) == ("index.qmd", "typed-number", "4711")
    assert fault.row


def test_the_forms_of_a_value_are_those_that_pages_use():
    assert doctest.testmod(tokens).failed == 0
    assert {"83", "82.9"} <= tokens.forms(0.8293)
    assert tokens.forms(None) == tokens.forms(float("nan")) == tokens.forms(True) == set()
    assert {"1148", "3"} <= tokens.forms([{"a": 1148, "b": "of 3"}])


def test_markdown_of_a_part_gives_what_readers_see(review):
    text = "| [x](evidence.qmd#a) 5 |\n12 rows [@smith2019] `7` [8](evidence.qmd#a) [9](x.csv){.b3} 1,148\n"
    assert parts.markdown_numbers(text, listed(ROOT)) == Counter(["12", "9", "1148"])


@pytest.fixture(scope="module")
def published(root, review, tmp_path_factory):
    """The proof of the real site."""
    return proof.check_pages(built_site(tmp_path_factory), review)


def test_every_number_on_the_published_pages_has_an_origin(published):
    assert [str(fault) for fault in published.faults] == []
    assert published.pages > 20
    assert published.tally["row"] > 5000
    assert published.tally["result"] > 200


def test_every_name_on_the_list_is_needed(published):
    needed_elsewhere = {"name of an encoding"}  # in the guide to the tables, which is no page
    assert {n.reason for n in listed(ROOT)} - set(published.names) == needed_elsewhere


def test_few_numbers_rest_on_generated_parts_alone(published):
    # What is known since the last search, and the simulations behind the methods, rest on tables of their own.
    assert published.tally["part"] < 0.04 * published.numbers


def test_a_number_changed_on_a_published_page_is_found(
    root, review, published, tmp_path_factory, tmp_path, monkeypatch
):
    """One figure of one row, changed in the finished page as by somebody who edits the site."""
    page = built_site(tmp_path_factory) / "index.html"
    text = page.read_text(encoding="utf-8")
    found = re.search(r'(evidence\.html#anakinra-sjia-complete-response">)68', text)
    assert found
    (tmp_path / "index.html").write_text(text.replace(found[0], f"{found[1]}69", 1), encoding="utf-8")
    proven = proof.check_pages(tmp_path, review, claims=[])
    assert [(f.file, f.value) for f in proven.faults] == [("index.qmd", "69")]


@pytest.mark.parametrize("part", ["sections", "wording", "report", "plots", "audit/page.py", "audit/overview.py"])
def test_no_digit_is_typed_into_sentences_that_helpers_write(root, part):
    folder = root / "src" / "helpers" / part
    typed = []
    for path in sorted(folder.rglob("*.py")) if folder.is_dir() else [folder]:
        for line, text in sources.sentences(path.read_text(encoding="utf-8")):
            typed += [f"{path.name}:{line} {n}" for n in tokens.numbers_in(without_names(text, listed(ROOT))[0])]
    assert typed == []
