"""Short exports as each platform writes them: the shape is real, the publications are invented."""

# The blanks at line ends belong to the exports.
# ruff: noqa: W291, W293

from __future__ import annotations

from helpers.records import Import

PUBMED = """
PMID- 10000001
OWN - NLM
STAT- MEDLINE
IS  - 1111-1111 (Print)
IS  - 2222-2222 (Electronic)
VI  - 77
IP  - 2
DP  - 2025 Feb
TI  - A title about sheep: a long-
      term study of flocks that
      were counted.
PG  - 226-38
LID - S1111-1111(24)00001-1 [pii]
LID - 10.1000/Sheep.1 [doi]
AB  - BACKGROUND: Sheep were counted.
      ER
      was not measured.
CI  - (c) The flock.
FAU - Ram, Ada B
AU  - Ram AB
AD  - Farm One.
FAU - Ewe, Bo
AU  - Ewe B
CN  - Sheep Study Group
LA  - eng
LA  - fre
PT  - Journal Article
PT  - Case Reports
DEP - 20241105
TA  - J Sheep
JT  - Journal of sheep
MH  - Sheep
MH  - Wool/*growth & development
OT  - flock
PMC - PMC1234567
AID - 10.1000/sheep.1 [doi]
SO  - J Sheep. 2025 Feb;77(2):226-38. doi: 10.1000/sheep.1.

PMID- 10000002
OWN - NLM
DP  - 2024
TI  - [Another title about sheep].
AU  - Lamb C
PT  - Journal Article
TA  - J Sheep
SO  - J Sheep. 2024.

"""

OVID_MEDLINE_TAGGED = """<1. >
VN  - Ovid Technologies
DB  - Ovid MEDLINE(R) ALL
UI  - 10000001
TI  - A title about sheep.
SO  - Journal of Sheep. 77(2):226-38, 2025 Feb.
AU  - Ram AB
AU  - Ewe B
IS  - 1111-1111
AB  - Background: Sheep were counted.
Method(s): By hand.
LG  - English
PT  - Journal Article
DO  - https://dx.doi.org/10.1000/sheep.1
YR  - 2025

<2. >
VN  - Ovid Technologies
DB  - Embase
UI  - 621000001
TI  - Another title about sheep.
SO  - Sheep Proceedings. Conference: Flock Meeting. Spain. 12 (no pagination), 2018.
AU  - Lamb C.
PT  - Conference Abstract
YR  - 2018
"""

EMBASE = """TY  - JOUR
M3  - Conference Abstract
Y1  - 2024
VL  - 15
IS  - 1
SP  - 12
EP  - 19
SN  - 1111-1111
SN  - 2222-2222
JF  - Journal of Sheep
JO  - J. Sheep
UR  - https://www.embase.com/search/results?subaction=viewrecord&id=L2000000001&from=export
U2  - L2000000001
C5  - 10000001
DB  - Embase
DB  - Medline
U3  - 2024-05-28
L2  - http://dx.doi.org/10.1000/sheep.1
DO  - 10.1000/sheep.1
LK  - https://library.example.org/link?id=doi:10.1000%2Fsheep.1
A1  - Ram, A.B.
A1  - Ewe, B.
M1  - (Ram A.B.) Farm One
T1  - A title about sheep
LA  - English
KW  - sheep
KW  - wool
N2  - Sheep were counted.
ER  - 

TY  - JOUR
M3  - Erratum
Y1  - 2023
JF  - Journal of Sheep
T1  - Erratum: A title about sheep
LA  - English
ER  - 

"""

OVID_RIS = """1. 
TY  - JOUR
DB  - Embase <1974 to 2024 June 28>
ID  - 2024893804
DO  - https://dx.doi.org/10.1000/sheep.1
T1  - A title about sheep.
A1  - Ram, Ada
A1  - Ewe, Bo
AI  - Ram, Ada; ORCID: https://orcid.org/0000-0000-0000-0000
Y1  - 2021//
N2  - Sheep were counted.
KW  - *sheep
LA  - English
JF  - Journal of Sheep
VL  - 13
IS  - 2
SP  - 24
EP  - 26
PT  - Article
UR  - http://ovidsp.example.org/ovidweb.cgi?T=JS
ER  -  

 

2. 
TY  - JOUR
DB  - Ovid MEDLINE(R) <2020 to 2024>
ID  - 10000002
T1  - Another title about sheep.
A1  - Lamb, C
Y1  - 2020//
JF  - Journal of Sheep
ER  -  
"""

ENDNOTE_RIS = """TY  - JOUR
AB  - Sheep were counted.
AD  - Farm One
Farm Two
AU  - Ram, A. B.
AU  - Ewe, B.
DB  - Embase
Medline
DO  - 10.1000/sheep.1
KW  - sheep
wool
flock
LA  - English
M3  - Article in Press
N1  - L2000000001
2024-06-24
PY  - 2024
SN  - 1111-1111
2222-2222
SP  - 12-19
ST  - A title about sheep
T2  - Journal of Sheep
TI  - A title about sheep
UR  - https://www.embase.com/search/results?subaction=viewrecord&id=L2000000001&from=export
UR  - http://dx.doi.org/10.1000/sheep.1
C2  - PMC1234567
ID  - 889
ER  - 

"""

ZOTERO_RIS = """TY  - JOUR
TI  - A title about sheep
AU  - Ram, Ada
AU  - Ewe, Bo
T2  - Journal of Sheep
AB  - Objectives
To count sheep.
DA  - 2024/03/01/
PY  - 2024
DO  - 10.1000/sheep.1
VL  - 3
IS  - 4
SP  - 12
EP  - 19
SN  - 11111111
L2  - https://pubmed.ncbi.nlm.nih.gov/10000001/
L2  - http://www.ncbi.nlm.nih.gov/pubmed/10000001
L2  - https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1234567
KW  - sheep
ER  - 

"""

MENDELEY_RIS = """TY  - JOUR
AB  - Sheep were counted.
 • The flock was large.
AU  - Ram, Ada
AU  - Ewe, Bo
DO  - 10.1000/sheep.1
IS  - 3
PY  - 2024
SP  - S105
EP  - S105
TI  - A title about sheep
T2  - Journal of Sheep
UR  - https://pubmed.ncbi.nlm.nih.gov/10000001/
VL  - 25
ER  -
TY  - JOUR
AU  - Lamb, C
PY  - 2023
TI  - Another title about sheep
ER  -
"""

RAYYAN_RIS = """TY  - JOUR
AN  - rayyan-42924189
TI  - A title about sheep
Y1  - 2024
T2  - J. Sheep
SN  - ["1111-1111", "2222-2222"]
VL  - 15
IS  - 1
SP  - 12-19
AU  - Ram, A.B.
AU  - Ewe, B.
UR  - https://www.embase.com/search/results?subaction=viewrecord&id=L2000000001&from=export     U2  - L2000000001
LA  - English
KW  - sheep
N1  - RAYYAN-INCLUSION: {"Ada"=>"Included"}
DO  - 10.1000/sheep.1     LK  - https://library.example.org/link?id=doi:10.1000%2Fsheep.1
ER  -

"""

COCHRANE_RIS = """Record #1 of 1
Provider: John Wiley & Sons, Ltd.
Content: text/plain; charset="UTF-8"

TY  -  JOUR
AN  -  CN-00000001
AU  -  Ram, AB
AU  -  Ewe, B
TI  -  A title about sheep
JA  -  J Sheep
PY  -  2024
VL  -  60
SP  -  12‐19
C3  -  PUBMED 10000001,EMBASE 643000001
M3  -  Journal article
DO  -  10.1000/sheep.1
ER  -  


"""

WOS_RIS = """TY  - JOUR
AU  - Ram, AB
AU  - Ewe, B
TI  - A title about sheep
T2  - JOURNAL OF SHEEP
LA  - English
AB  - Background: Sheep were counted.
   Methods: By hand.
SN  - 1111-1111
J9  - J SHEEP
JI  - J. Sheep
DA  - SEP 22
PY  - 2024
VL  - 5
IS  - 9
C7  - e12292
DO  - 10.1000/sheep.1
AN  - WOS:000000000000001
N1  - Times Cited in Web of Science Core Collection:  1
Total Times Cited:  2
ER  -

"""

WOS_PLAIN = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Ram, AB
   Ewe, B
AF Ram, Ada B.
   Ewe, Bo
TI A title about
   sheep
SO JOURNAL OF SHEEP
LA English
DT Article
DE sheep; wool
AB Sheep were counted.
PD SEP 22
PY 2024
VL 5
IS 9
BP 12
EP 19
DI 10.1000/sheep.1
PM 10000001
UT WOS:000000000000001
ER

PT J
AU Lamb, C
TI Another title about sheep
PY 2023
ER

EF
"""

ENDNOTE_XML = """<?xml version="1.0" encoding="UTF-8" ?>
<xml><records>
<record><database name="Sheep.enl" path="C:\\Sheep.enl">Sheep.enl</database><source-app name="EndNote" version="21.0">EndNote</source-app><rec-number>7</rec-number><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal" font="default" size="100%">Ram, Ada B.</style></author><author><style>Ewe, Bo</style></author></authors><secondary-authors><author>Shepherd, E.</author></secondary-authors></contributors>
<titles><title><style face="normal">A title about IL-</style><style face="superscript">1</style><style face="normal"> &lt;i&gt;sheep&lt;/i&gt;</style></title><secondary-title>J Sheep</secondary-title></titles>
<periodical><full-title>Journal of Sheep</full-title></periodical><pages>12-19</pages><volume>5</volume><number>9</number>
<keywords><keyword>sheep</keyword><keyword>wool</keyword></keywords><dates><year>2024</year></dates><isbn>1111-1111&#xD;2222-2222</isbn>
<accession-num>10000001</accession-num><abstract>Sheep were counted.</abstract><urls><related-urls><url>https://example.org/a</url></related-urls></urls>
<electronic-resource-num>https://doi.org/10.1000/Sheep.1</electronic-resource-num><remote-database-provider>NLM</remote-database-provider><language>eng</language></record>
<record><ref-type name="Book">6</ref-type><titles><title>Another title about sheep</title></titles></record>
</records></xml>
"""

BIBTEX = r"""% written by a reference manager
@string{jos = "Journal of Sheep"}

@article{ram2024,
  title = {{A title about {IL}-1 and sheep of M{\"u}nchen \& K{\o}benhavn}},
  author = {Ram, Ada and Ewe, Bo and {Sheep Study Group}},
  journal = jos,
  year = 2024,
  volume = {5}, number = {9}, pages = {12--19},
  doi = {10.1000/SHEEP_1},
  issn = {1111-1111},
  keywords = {sheep, wool},
  abstract = {Sheep
    were counted.},
  note = {PMID: 10000001}
}

@comment{jabref-meta: databaseType:bibtex;}

@inproceedings{ram2024,
  title = "Another title about $\alpha$ sheep",
  author = "Lamb, C.",
  booktitle = {Proceedings of the Flock},
  year = "2023"
}
"""

EMBASE_CSV = """"SEARCH QUERY","'sheep':ti,ab AND [2024]/py"
-------------------------------------

"Title","Original Title","Author Names","Source","Source title","Publication Year","Volume","Issue","First Page","Last Page","Publication Type","Abstract","Article Language","Embase Accession ID","Medline PMID","PUI","DOI","Embase Link"
"A title about sheep",,"Ram A.B., Ewe B., Lamb-Chop C.","Journal of Sheep (2024) 15:1 (12-19)","Journal of Sheep","2024","15","1","12","19","Conference Abstract","Sheep
were ""counted"", twice","English",,10000001,L2000000001,10.1000/sheep.1,"https://www.embase.com/search/results?subaction=viewrecord&id=L2000000001&from=export"
"Another title about sheep",,"Lamb C.",,,"2023",,,,,"Article",,"English",,,L2000000002,,
"""

EMBASE_CSV_BY_ROW = """"TITLE","A title about sheep"
"AUTHOR NAMES","Ram A.B.","Ewe B."
"SOURCE","Journal of Sheep (2024) 15:1 (12-19)"
"SOURCE TITLE","Journal of Sheep"
"PUBLICATION YEAR","2024"
"VOLUME","15"
"ISSUE","1"
"FIRST PAGE","12"
"LAST PAGE","19"
"DOI","10.1000/sheep.1"
"PUI","L2000000001"

"TITLE","Another title about sheep"
"SOURCE TITLE","Journal of Sheep"
"MEDLINE PMID","10000002"
"""

PUBMED_CSV = """PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI
"10000001","A title about sheep","Ram AB, Ewe B, O'Lamb RE.","J Sheep. 2024 Feb;63(2):12.","Ram AB","J Sheep","2024","2024/03/30","PMC1234567","","10.1000/sheep.1"
"""

ZOTERO_CSV = """"Key","Item Type","Publication Year","Author","Title","Publication Title","ISSN","DOI","Url","Abstract Note","Date","Pages","Issue","Volume","Journal Abbreviation","Language","Extra","Manual Tags"
"KDG9RGZA","journalArticle","2024","Ram, Ada B.; Ewe, Bo","A title about sheep","Journal of Sheep","1111-1111","10.1000/sheep.1","https://example.org/a","Sheep were counted.","2024-03-01","12-19","1","15","J Sheep","en","PMID: 10000001","sheep; wool"
"""

RAYYAN_CSV = """key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,publisher,location,abstract,notes,doi,keywords,pubmed_id,pmc_id
rayyan-42924189,A title about sheep,2024,,,J. Sheep,"[""1111-1111"", ""2222-2222""]",15,1,12-19,"Ram, A.B. and Ewe, B.",https://example.org/a,English,,,Sheep were counted.,"RAYYAN-INCLUSION: {""Ada""=>""Included""}",10.1000/sheep.1     LK  - https://library.example.org/,sheep;wool,10000001,PMC1234567
"""

OVID_CSV = """AN,TI,AU,SO,YR,DO,PT,LG,DB
2024893804,A title about sheep.,Ram A.B.; Ewe B.,Journal of Sheep. 15(1):12-19 2024,2024,https://dx.doi.org/10.1000/sheep.1,Article,English,Embase
"""

SEMICOLON_CSV = "Title;Authors;Year;DOI\nA title about sheep;Ram AB, Ewe B;2024;10.1000/sheep.1\n"

WOS_TSV = (
    "PT\tAU\tTI\tSO\tPY\tVL\tDI\tPM\tUT\n"
    "J\tRam, AB; Ewe, B\tA title about sheep\tJOURNAL OF SHEEP\t2024\t5\t10.1000/sheep.1\t10000001\tWOS:000000000000001\n"
)

#: Platform: (text, format, records in it).
PLATFORMS = {
    "PubMed": (PUBMED, "nbib", 2),
    "Ovid, tagged": (OVID_MEDLINE_TAGGED, "nbib", 2),
    "Embase.com": (EMBASE, "ris", 2),
    "Ovid": (OVID_RIS, "ris", 2),
    "EndNote": (ENDNOTE_RIS, "ris", 1),
    "Zotero": (ZOTERO_RIS, "ris", 1),
    "Mendeley": (MENDELEY_RIS, "ris", 2),
    "Rayyan": (RAYYAN_RIS, "ris", 1),
    "Cochrane": (COCHRANE_RIS, "ris", 1),
    "Web of Science": (WOS_RIS, "ris", 1),
    "Web of Science, plain text": (WOS_PLAIN, "wos", 2),
    "EndNote XML": (ENDNOTE_XML, "endnote_xml", 2),
    "BibTeX": (BIBTEX, "bibtex", 2),
    "Embase.com, table": (EMBASE_CSV, "csv", 2),
    "Embase.com, fields by row": (EMBASE_CSV_BY_ROW, "csv", 2),
    "PubMed, table": (PUBMED_CSV, "csv", 1),
    "Zotero, table": (ZOTERO_CSV, "csv", 1),
    "Rayyan, table": (RAYYAN_CSV, "csv", 1),
    "Ovid, table": (OVID_CSV, "csv", 1),
    "semicolons": (SEMICOLON_CSV, "csv", 1),
    "Web of Science, table": (WOS_TSV, "tsv", 1),
}


def remarks(found: Import) -> tuple[str, ...]:
    """The notes of an import without its account of empty and unused fields."""
    return found.notes[: len(found.notes) - len(found.coverage)]
