"""Further exporters and headers: what stands in a file is read, or told; the papers and people do not exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.faults import ReviewError
from helpers.records import read_export

TITLE = "Invented effects of sheep on hills in spring"
RIS = f"TY  - JOUR\nTI  - {TITLE}\nAU  - Lamb, A\nPY  - 2021\nT2  - J Hills\n"


def first(folder: Path, name: str, text: str, encoding: str = "utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read_export(path)


@pytest.mark.parametrize(
    ("name", "text", "facts"),
    [
        (
            "semantic-scholar.bib",
            f"@article{{Lamb2021,\n  title={{{TITLE}}},\n  author={{Ann Lamb and Bob Ewe}},\n  year={{2021}},\n  volume={{12 3}}\n}}\n",
            {"volume": "12", "issue": "3"},
        ),
        (
            "openalex.csv",
            "id,display_name,publication_year,ids.pmid,ids.pmcid\nhttps://openalex.org/W1,"
            f"{TITLE},2021,https://pubmed.ncbi.nlm.nih.gov/30000003,https://www.ncbi.nlm.nih.gov/pmc/articles/7000003\n",
            {"pmid": "30000003", "pmcid": "PMC7000003"},
        ),
        (
            "europe-pmc.csv",
            f"SOURCE,EXTERNAL_ID,TITLE,AUTHORS,PUBLICATION_YEAR\nMED,30000015,{TITLE},Lamb A,2021\n",
            {"pmid": "30000015"},
        ),
        ("preprint.csv", f"SOURCE,EXTERNAL_ID,TITLE,AUTHORS\nPPR,30000015,{TITLE},Lamb A\n", {"pmid": ""}),
        (
            "central.ris",
            f"{RIS}UR  - https://www.cochranelibrary.com/central/doi/10.1002/central/CN-02000002/full\nER  - \n",
            {"doi": ""},
        ),
        (
            "proxy.ris",
            f"{RIS}UR  - https://doi-org.proxy.uni.example/10.9999/abc.1\nER  - \n",
            {"doi": "10.9999/abc.1"},
        ),
        (
            "login.ris",
            f"{RIS}UR  - https://ezproxy.uni.example/login?url=https://doi.org/10.9999/abc.1\nER  - \n",
            {"doi": "10.9999/abc.1"},
        ),
        ("dash.ris", f"{RIS}DO  - 10.9999/abc\u20111.2\u200b\nER  - \n", {"doi": "10.9999/abc-1.2"}),
        ("lilacs.ris", f"{RIS}ID  - lil-1000001\nDB  - LILACS\nER  - \n", {"accession": "lil-1000001"}),
        (
            "markup.csv",
            f'Title,Authors,Year,Journal\n"{TITLE} &amp; &lt;i&gt;in vivo&lt;/i&gt; CD8<sup>+</sup>","M&uuml;ller, A; Ewe, B",2021,Hills &amp; Dales\n',
            {"title": f"{TITLE} & in vivo CD8+", "authors": ("Müller A", "Ewe B"), "journal": "Hills & Dales"},
        ),
        (
            "no-markup.ris",
            "TY  - JOUR\nTI  - Sheep with p<0.05, a <b and c> d\nAU  - O&apos;Lamb, A\nER  - \n",
            {"title": "Sheep with p<0.05, a <b and c> d", "authors": ("O'Lamb A",)},
        ),
        (
            "mathematics.ris",
            'TY  - JOUR\nTI  - Invented <mml:math xmlns:mml="http://x"><mml:mi>β</mml:mi></mml:math> sheep\nAU  - Lamb, A\nER  - \n',
            {"title": "Invented β sheep"},
        ),
        (
            "decimals.csv",
            f"Title,Authors,Year,Volume,Issue,PMID\n{TITLE},Lamb A; Ewe B,2021.0,12.0,3.0,30000017.0\n",
            {"year": "2021", "volume": "12", "issue": "3", "pmid": "30000017"},
        ),
        (
            "joined.bib",
            '@string{jh = "Journal of Hills"}\n@article{x, title="Invented " # "sheep", author="Lamb, Ann", year=2021, journal=jh # " B"}\n',
            {"title": "Invented sheep", "journal": "Journal of Hills B"},
        ),
        (
            "catalogue.csv",
            f"Titel;Autor/in;Zeitschrift;Erscheinungsdatum;Seite(n)\n{TITLE};Lamm, A. / Schaf, B.;Z Hügel;01.03.2021;10-19\n",
            {"year": "2021", "authors": ("Lamm A.", "Schaf B."), "pages": "10-19"},
        ),
        (
            "french.csv",
            f"Titre;Auteurs;Titre de la revue;Date de publication;Numéro\n{TITLE};Brebis A;Rev Collines;mars 2021;3\n",
            {"year": "2021", "journal": "Rev Collines", "issue": "3"},
        ),
        (
            "swedish.csv",
            f"Titel;Författare;Tidskrift;År;Volym\n{TITLE};Lamm A;T;2021;12\n",
            {"year": "2021", "pages": ""},
        ),
        (
            "wos.txt",
            f"PT\tAU\tTI\tSO\tPY\tVL\tAR\nJ\tLamb, A\t{TITLE}\tJ HILLS\t2021\t12\t104567\n",
            {"pages": "104567"},
        ),
        (
            "turkish.csv",
            f"Başlık;Yazarlar;Dergi;Yıl;Cilt;Sayı;Sayfalar\n{TITLE};Koyun, A. & Tepe, B.;Tepe;2021;12;3;10-19\n",
            {"year": "2021", "volume": "12", "issue": "3", "authors": ("Koyun A.", "Tepe B.")},
        ),
        (
            "japanese.csv",
            "論文名,著者名,雑誌名,出版年,巻,号,ページ\n架空の羊の研究,羊一,山の雑誌,2021,12,3,10-19\n",
            {"title": "架空の羊の研究", "authors": ("羊一",), "issue": "3", "pages": "10-19"},
        ),
    ],
)
def test_what_stands_in_the_file_is_in_the_record(tmp_path, name, text, facts):
    record = first(tmp_path, name, text).records[0]
    assert {fact: getattr(record, fact) for fact in facts} == facts


@pytest.mark.parametrize(
    ("encoding", "header", "row"),
    [
        ("gb18030", "题名,作者,刊名,年", "虚构的山羊研究第{n}部分：关于春天山上的羊群,羊一;山二,山地杂志,2021"),
        ("cp932", "タイトル,著者,雑誌名,出版年", "架空の羊の研究その{n}についての観察と考察,羊一;山二,山の雑誌,2021"),
        ("cp949", "제목,저자,저널,연도", "가상의 양 연구 {n}에 대한 관찰과 고찰,양일;산이,산 학술지,2021"),
        (
            "cp1251",
            "Название,Авторы,Журнал,Год",
            "Вымышленное влияние овец часть {n},Овечкина А.;Холмов Б.,Журнал холмов,2021",
        ),
    ],
)
def test_columns_are_known_in_the_code_pages_that_spreadsheets_write(tmp_path, encoding, header, row):
    done = first(tmp_path, "list.csv", "\n".join([header, *(row.format(n=n) for n in range(30))]) + "\n", encoding)
    assert {(record.year, len(record.authors)) for record in done.records} == {("2021", 2)}
    assert row.split(",")[0].format(n=7) == done.records[7].title


@pytest.mark.parametrize("cell", ["12-Oct", "Okt 19", "2021-10-12 00:00:00", "10/12/2021", "3. Mär"])
def test_pages_that_a_spreadsheet_has_turned_into_a_date_are_told(tmp_path, cell):
    done = first(tmp_path, "list.csv", f"Title,Authors,Year,Pages\n{TITLE},Lamb A; Ewe B,2021,{cell}\n")
    assert any("hold a date" in note or "holds a date" in note for note in done.notes)


@pytest.mark.parametrize("cell", ["10-12", "S10-S12", "e104", "1-Suppl", "Abstract 12", "2021-2030"])
def test_other_pages_are_not(tmp_path, cell):
    done = first(tmp_path, "list.csv", f"Title,Authors,Year,Pages\n{TITLE},Lamb A; Ewe B,2021,{cell}\n")
    assert not any("a date" in note for note in done.notes)


def test_a_list_for_reading_is_named_as_such(tmp_path):
    text = f"<1>\nUnique Identifier\n  600000001\nTitle\n  {TITLE}\n"
    with pytest.raises(ReviewError, match="citations for reading"):
        first(tmp_path, "ovid.txt", text)
