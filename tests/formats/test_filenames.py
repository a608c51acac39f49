import time
from dataclasses import replace

import pytest

from codex_lib.formats.filenames import FileName, parse_filename

# One name a line: name | series | number | whatever else it tells.
KEYS = {
    "v": "volume",
    "v-": "volume_last",
    "n-": "number_last",
    "c": "chapter",
    "of": "count",
    "y": "year",
    "t": "title",
    "k": "kind",
    "by": "author",
}
INTEGERS = {"volume", "volume_last", "count", "year"}

WESTERN = """
Batman #001 (2016) (Digital) (Zone-Empire).cbz | Batman | 1 | y=2016
X-Men v2 003 (of 12) (1991) | X-Men | 3 | v=2 | of=12 | y=1991
2000AD prog 1234 | 2000AD | 1234
2000AD 1234 (2001) | 2000AD | 1234 | y=2001
100 Bullets 045 | 100 Bullets | 45
100 Bullets | 100 Bullets |
52 012 | 52 | 12
Batman Annual 01 (2016) | Batman Annual | 1 | y=2016 | k=annual
Batman Annual 2022 | Batman Annual | | y=2022 | k=annual
Goblin (2021) (One-Shot) (digital) | Goblin | | y=2021 | k=one-shot
Spawn 12.5 | Spawn | 12.5
Spawn ½ | Spawn | ½
Wizard #½ (1999) | Wizard | ½ | y=1999
Avengers 012.AU (2013) | Avengers | 12.AU | y=2013
Amazing Spider-Man 78.BEY (2022) | Amazing Spider-Man | 78.BEY | y=2022
X-Men -1 (1997) | X-Men | -1 | y=1997
X-Men #-1 | X-Men | -1
Batman 001A | Batman | 1A
Batman 001a (2016) | Batman | 1a | y=2016
[Group] Series - c012 (v02) [tags] | Series | 12 | v=2 | c=12
Chapter 12.5 | | 12.5 | c=12.5
Series v01-v03 | Series | 1 | v=1 | v-=3 | n-=3
Series v01-03 | Series | 1 | v=1 | v-=3 | n-=3
Vol.03 Ch.012 | | 12 | v=3 | c=12
Ch. 12-14 | | 12 | n-=14 | c=12
One Piece Vol. 100 Ch. 1015.5 | One Piece | 1015.5 | v=100 | c=1015.5
Astérix - Tome 3 - Astérix et les Goths.cbz | Astérix | 3 | v=3 | t=Astérix et les Goths
Lanfeust de Troy T03.cbr | Lanfeust de Troy | 3 | v=3
Blacksad - T03 - Âme rouge (2005) | Blacksad | 3 | v=3 | y=2005 | t=Âme rouge
Spirou Hors-Série 2 | Spirou Hors-Série | 2 | k=special
Spirou HS 2 | Spirou HS | 2 | k=special
Spirou HS02 | Spirou | 2
Naruto Bd. 03 | Naruto | 3 | v=3
One Piece Tomo 4 | One Piece | 4 | v=4
George Orwell - 1984.epub | | | t=1984 | by=George Orwell
Terry Pratchett - Guards! Guards!.epub | | | t=Guards! Guards! | by=Terry Pratchett
Naruto - v01.epub | Naruto | 1 | v=1
Blade Runner 2049 001 (2019) | Blade Runner 2049 | 1 | y=2019
Blade Runner 2049 | Blade Runner 2049 |
Batman.Year.One.2012.Digital.cbz | Batman Year One | | y=2012
Batman.001.2016.Digital-Zone.cbz | Batman | 1 | y=2016 | t=Digital-Zone
Batman_001_(2016).cbz | Batman | 1 | y=2016
Batman-012.cbz | Batman | 12
one-piece-chapter-1000.cbz | one-piece | 1000 | c=1000
X-23.cbz | X-23 |
IG-88 (2021) | IG-88 | | y=2021
X-23 001 (2010) | X-23 | 1 | y=2010
Spider-Man 2099 001 (1992) | Spider-Man 2099 | 1 | y=1992
S.H.I.E.L.D. 004 (2011) | S.H.I.E.L.D. | 4 | y=2011
Tower of God S2 Ep. 12 | Tower of God | 12 | v=2 | c=12
Show S01E05 | Show | 5 | v=1 | c=5
Solo Leveling - Chapter 110 (v2) | Solo Leveling | 110 | v=2 | c=110
Solo Leveling c012v2 | Solo Leveling | 12 | c=12
Solo Leveling v02c012 | Solo Leveling | 12 | v=2 | c=12
Solo Leveling v02 c012 - The Title | Solo Leveling | 12 | v=2 | c=12 | t=The Title
Detective Comics 1027 (2020) | Detective Comics | 1027 | y=2020
Series (1 of 4) | Series | 1 | of=4
Fables - 012 - Title of 3 Words (2003) | Fables | 12 | y=2003 | t=Title of 3 Words
001 - The Beginning.cbz | | 1 | t=The Beginning
01. The Beginning.cbz | | 1 | t=The Beginning
12.cbz | | 12
052.cbz | | 52
Bone v02 #08 (1996).cbz | Bone | 8 | v=2 | y=1996
Judge Dredd Megazine 345 (2014) | Judge Dredd Megazine | 345 | y=2014
Uncanny X-Men 544.1 | Uncanny X-Men | 544.1
Uncanny X-Men 001-006 | Uncanny X-Men | 1 | n-=6
Uncanny X-Men #1-6 | Uncanny X-Men | 1 | n-=6
Story Part 2 | Story | 2
Dune Part 2 v01 | Dune Part 2 | 1 | v=1
Series (05) | Series | 5
Series [05] [1A2B3C4D] | Series | 5
Mr. T 03 | Mr. T | 3
Henry V 3 | Henry V | 3
Asterix 12 at the Olympic Games | Asterix 12 at the Olympic Games |
Batman 2016 (2016) | Batman 2016 | | y=2016
Series, Vol. 2 (2010-2012) | Series | 2 | v=2 | y=2010
Sandman Omnibus 2 | Sandman Omnibus | 2 | k=omnibus
Saga Compendium 1 | Saga Compendium | 1
Dylan Dog n. 12 - Titolo | Dylan Dog | 12 | t=Titolo
Series T3 (de 5) | Series | 3 | v=3 | of=5
Batman 80-Page Giant 001 | Batman 80-Page Giant | 1
1st Issue Special 012 | 1st Issue Special | 12 | k=special
Batman 3D (1990) | Batman 3D | | y=1990
Area 51 Files | Area 51 Files |
Ben 10 | Ben | 10
Batman & Robin 010 (2012) (c2c) | Batman & Robin | 10 | y=2012
Batman c2c | Batman |
Batman 010 c2c | Batman | 10
Uncanny Avengers 008.INH.NOW! | Uncanny Avengers | 8.INH | t=NOW!
Alita - Last Order v01 ch001 | Alita - Last Order | 1 | v=1 | c=1
Series - Season 2 012 | Series | 12 | v=2
Batman No. 12 | Batman | 12
Batman 012 - Title (Part 2) (2016) | Batman | 12 | y=2016 | t=Title
Batman (2016) 012 - Title | Batman | 12 | y=2016 | t=Title
Batman 1½ | Batman | 1½
Action Comics 001 (1938) (c2c) (Yoc).cbz | Action Comics | 1 | y=1938
Y - The Last Man 060 (2008) (digital).cbz | Y - The Last Man | 60 | y=2008
30 Days of Night 003 (2002).cbz | 30 Days of Night | 3 | y=2002
52 - Week 012.cbz | 52 - Week | 12
300 #3 (1998).cbz | 300 | 3 | y=1998
1602 008 (2004).cbz | 1602 | 8 | y=2004
The Sandman Vol. 2 - The Doll's House.cbz | The Sandman | 2 | v=2 | t=The Doll's House
The Sandman, Volume 2.cbz | The Sandman | 2 | v=2
Hellboy Library Edition v1.cbz | Hellboy Library Edition | 1 | v=1
Preacher Book One.cbz | Preacher Book One |
Preacher Book 01 (2009).cbz | Preacher | 1 | v=1 | y=2009
Uncanny X-Men Annual #18 (1994).cbz | Uncanny X-Men Annual | 18 | y=1994 | k=annual
Superman (FCBD 2021).cbz | Superman | | y=2021
Avengers v5 034.1NOW (2014).cbz | Avengers | 34.1NOW | v=5 | y=2014
Wolverine & the X-Men 027.AU (2013).cbz | Wolverine & the X-Men | 27.AU | y=2013
Daredevil #-1 (1997).cbz | Daredevil | -1 | y=1997
Youngblood #0 (1992).cbz | Youngblood | 0 | y=1992
Batman (2016-) 050 (2018).cbz | Batman | 50 | v=2016 | y=2018
Batman 050 (2018-09).cbz | Batman | 50 | y=2018
Batman 050 (Sep 2018).cbz | Batman | 50 | y=2018
Batman 050 (09-2018).cbz | Batman | 50 | y=2018
Batman #608 (December 2002).cbz | Batman | 608 | y=2002
Batman 2018-09-05 #54.cbz | Batman | 54 | y=2018
Weekly Shonen Jump 2019-01-07.cbz | Weekly Shonen Jump | | y=2019
Shonen Jump 2019.01.07.pdf | Shonen Jump | | y=2019
Heavy Metal 1977-04.cbz | Heavy Metal | | y=1977
Mad 01-1955.cbz | Mad | | y=1955
Spider-Man_Noir_01_of_05.cbz | Spider-Man Noir | 1 | of=5
Spider-Man.Noir.01.of.05.cbz | Spider-Man Noir | 1 | of=5
Star.Wars.Darth.Vader.001.(2015).(digital).cbz | Star Wars Darth Vader | 1 | y=2015
Teenage.Mutant.Ninja.Turtles.v1.042.cbz | Teenage Mutant Ninja Turtles | 42 | v=1
tmnt-042.cbz | tmnt | 42
SAGA V03.CBZ | SAGA | 3 | v=3
Descender 001 (2015) (Webrip) (The Magicians-DCP).cbr | Descender | 1 | y=2015
X-O Manowar 001 (2012).cbz | X-O Manowar | 1 | y=2012
R.E.B.E.L.S. 010 (2009).cbz | R.E.B.E.L.S. | 10 | y=2009
U.S.Avengers 001 (2017).cbz | U.S.Avengers | 1 | y=2017
Earth 2 015 (2013).cbz | Earth 2 | 15 | y=2013
Earth-2 015.cbz | Earth-2 | 15
Area 51 03.cbz | Area 51 | 3
DC 100-Page Super Spectacular 014.cbz | DC 100-Page Super Spectacular | 14
Fantastic Four 1234 004 (2002).cbz | Fantastic Four 1234 | 4 | y=2002
Sonic 2 in 1 004.cbz | Sonic 2 in 1 | 4
X-Men '92 003 (2016).cbz | X-Men '92 | 3 | y=2016
X-Men 2099 012 (1994).cbz | X-Men 2099 | 12 | y=1994
Spider-Man 2099 (1992).cbz | Spider-Man 2099 | | y=1992
Space 1999.cbz | Space 1999 |
2001 - A Space Odyssey 07.cbz | 2001 - A Space Odyssey | 7
Batman Issue 5.cbz | Batman | 5
Batman - Issue #5.cbz | Batman | 5
Judge Dredd - The Complete Case Files 05.cbz | Judge Dredd - The Complete Case Files | 5
[danke] Vinland Saga v05 (2014) (Digital).cbz | Vinland Saga | 5 | v=5 | y=2014
Vinland Saga v05 (2014) (Digital) (danke-Empire).cbz | Vinland Saga | 5 | v=5 | y=2014
Vinland Saga - v05 [Kodansha] [Digital].cbz | Vinland Saga | 5 | v=5
[Kobo] Attack on Titan v34.cbz | Attack on Titan | 34 | v=34
Chainsaw Man 097 (2020) (Digital) (Rillant).cbz | Chainsaw Man | 97 | y=2020
Boku no Hero Academia Ch.300.cbz | Boku no Hero Academia | 300 | c=300
Vol. 1 Ch. 1 - Romance Dawn.cbz | | 1 | v=1 | c=1 | t=Romance Dawn
Volume 01 Chapter 001.cbz | | 1 | v=1 | c=1
c001.cbz | | 1 | c=1
Ch.0001 - Start.cbz | | 1 | c=1 | t=Start
Chapter 0 - Prologue.cbz | | 0 | c=0 | t=Prologue
Ep. 012 - Return (Season 2).cbz | | 12 | v=2 | c=12 | t=Return
Season 2 Episode 12.cbz | | 12 | v=2 | c=12
Omniscient Reader - Episode 100.cbz | Omniscient Reader | 100 | c=100
Noragami c031.5-032.cbz | Noragami | 31.5 | n-=32 | c=31.5
Gintama v01-v10 (2004).cbz | Gintama | 1 | v=1 | v-=10 | n-=10 | y=2004
Gintama Vol. 1-3.cbz | Gintama | 1 | v=1 | v-=3 | n-=3
Naruto 001-010.cbz | Naruto | 1 | n-=10
Naruto Chapters 1-10.cbz | Naruto | 1 | n-=10 | c=1
Astérix T01 - Astérix le Gaulois.cbz | Astérix | 1 | v=1 | t=Astérix le Gaulois
Astérix - 01 - Astérix le Gaulois.cbz | Astérix | 1 | t=Astérix le Gaulois
Largo Winch T.05.cbz | Largo Winch | 5 | v=5
Les Tuniques Bleues - HS1.cbz | Les Tuniques Bleues | 1
XIII - Tome 5 - Rouge Total.cbz | XIII | 5 | v=5 | t=Rouge Total
Lucky Luke n°24.cbz | Lucky Luke | 24
Fluide Glacial N° 500.cbz | Fluide Glacial | 500
Le Journal de Spirou Numéro 4000.cbz | Le Journal de Spirou | 4000
One Piece Chapitre 1000.cbz | One Piece | 1000 | c=1000
Clever & Smart Band 12.cbz | Clever & Smart | 12 | v=12
Lustiges Taschenbuch Bd. 500.cbz | Lustiges Taschenbuch | 500 | v=500
Perry Rhodan Heft 3000.cbz | Perry Rhodan | 3000
Die Abrafaxe Ausgabe 12.cbz | Die Abrafaxe | 12
Naruto Kapitel 12.cbz | Naruto | 12 | c=12
Tintin Teil 2.cbz | Tintin | 2
Mortadelo y Filemón Tomo 12.cbz | Mortadelo y Filemón | 12 | v=12
Blacksad Vol.2 (de 5).cbz | Blacksad | 2 | v=2 | of=5
Dragon Ball Cap. 12.cbz | Dragon Ball | 12 | c=12
Tex Willer n. 12.cbz | Tex Willer | 12
Dylan Dog Numero 300.cbz | Dylan Dog | 300
Topolino Libro 2.cbz | Topolino | 2 | v=2
Suske en Wiske Deel 12.cbz | Suske en Wiske | 12 | v=12
Thorgal Tom 3.cbz | Thorgal | 3 | v=3
J. R. R. Tolkien - The Hobbit.epub | | | t=The Hobbit | by=J. R. R. Tolkien
Sanderson, Brandon - Mistborn.epub | | | t=Mistborn | by=Sanderson, Brandon
The Stand - Stephen King.epub | The Stand - Stephen King |
Dune.epub | Dune |
Discworld 01 - The Colour of Magic.epub | Discworld | 1 | t=The Colour of Magic
Batman (2016) | Batman | | y=2016
Batman (2016-2022) | Batman | | y=2016
X-Men (1991) [CBZ] | X-Men | | y=1991
Volume 1 | | 1 | v=1
v03 | | 3 | v=3
01 | | 1
Tome 4 | | 4 | v=4
Saga (2012) Vol. 1 | Saga | 1 | v=1 | y=2012
Berserk Deluxe Edition v01 | Berserk Deluxe Edition | 1 | v=1
Monster - Perfect Edition v09 (2016) | Monster - Perfect Edition | 9 | v=9 | y=2016
Batman 012 (Variant Cover).cbz | Batman | 12
Batman 012 {repost}.cbz | Batman | 12
Batman 012 (2016) (Digital (HD)).cbz | Batman | 12 | y=2016
Batman 012 (2016.cbz | Batman | 12 | y=2016
Batman 012) (2016).cbz | Batman | 12 | y=2016
Batman   012  (2016) .cbz | Batman | 12 | y=2016
Batman 012 | Batman | 12
BATMAN 012.CBZ | BATMAN | 12
Batman 12 digital.cbz | Batman | 12
Batman #12 of 20.cbz | Batman | 12 | of=20
Batman 012 - Part 2 of 3.cbz | Batman | 12 | t=Part 2 of 3
Batman - Year One Part 2.cbz | Batman - Year One | 2
Crisis Book 3 of 12.cbz | Crisis | 3 | v=3 | of=12
Batman One-Shot (2020).cbz | Batman One-Shot | | y=2020 | k=one-shot
Batman Omnibus v2 (2019).cbz | Batman Omnibus | 2 | v=2 | y=2019 | k=omnibus
Marvel Previews 012 (2020).cbz | Marvel Previews | 12 | y=2020 | k=preview
100%.cbz | 100% |
'68 003.cbz | '68 | 3
'Mazing Man 12.cbz | 'Mazing Man | 12
$1 Comics 4.cbz | $1 Comics | 4
C.O.W.L. 05.cbz | C.O.W.L. | 5
Vampirella v4 012.cbz | Vampirella | 12 | v=4
V for Vendetta 05.cbz | V for Vendetta | 5
C 12.cbz | C | 12
Number 9 Dream.cbz | Number 9 Dream |
20th Century Boys v11.cbz | 20th Century Boys | 11 | v=11
21st Century Boys v02 (2013).cbz | 21st Century Boys | 2 | v=2 | y=2013
3x3 Eyes v12.cbz | 3x3 Eyes | 12 | v=12
D.Gray-man v20.cbz | D.Gray-man | 20 | v=20
.hack v01.cbz | .hack | 1 | v=1
Dr. Stone v01 ch. 003.cbz | Dr. Stone | 3 | v=1 | c=3
Spy x Family Ch. 62.2.cbz | Spy x Family | 62.2 | c=62.2
X-Men v2 12 (1991) | X-Men | 12 | v=2 | y=1991
Bone v3 - Volume Title 2 | Bone | 3 | v=3 | t=Volume Title 2
Bone #1Special | Bone | 1 | t=Special
Bone #B07 | Bone | B7
Bone B2016 | Bone B2016 |
Ann Leckie - Radch 01 - Justice.epub | Radch | 1 | t=Justice | by=Ann Leckie
Bone - Rose 001 (of 03) (2000).cbz | Bone - Rose | 1 | of=3 | y=2000
Bone 12-13.cbz | Bone | 12 | n-=13
Bone 2099-1.cbz | Bone 2099 | 1
Bone v2-003.cbz | Bone | 3 | v=2
Bone Annual '98 2.cbz | Bone Annual '98 | 2 | k=annual
Bone 5 (3 covers) (c2c).cbz | Bone | 5
Bone 12 (1 de 4).cbz | Bone 12 | 1 | of=4
Bone 1,5.cbz | Bone | 1.5
Bone - 12 - 13 Coins.cbz | Bone | 12 | t=13 Coins
Bone #1AU | Bone | 1AU
Bone 13-12.cbz | Bone 13 | 12
The Mark-23.cbz | The Mark-23 |
Bone 012 (2016) (1999).cbz | Bone | 12 | y=2016
Bone c012v02.cbz | Bone | 12 | v=2 | c=12
"""

EASTERN = """
第3巻 | | 3 | v=3
3話 | | 3 | c=3
ワンピース 第3巻 | ワンピース | 3 | v=3
[尾田栄一郎] ワンピース 第01-05巻 | ワンピース | 1 | v=1 | v-=5 | n-=5
ワンピース 第三巻 | ワンピース | 3 | v=3
ワンピース 第二十三話 | ワンピース | 23 | c=23
物語 上 | 物語 | 1 | v=1
원피스 3권 | 원피스 | 3 | v=3
원피스 제12화 | 원피스 | 12 | c=12
進撃の巨人 第34巻.cbz | 進撃の巨人 | 34 | v=34
進撃の巨人 34巻.cbz | 進撃の巨人 | 34 | v=34
(一般コミック) [諫山創] 進撃の巨人 第01巻.zip | 進撃の巨人 | 1 | v=1
魔女の宅急便 中巻.cbz | 魔女の宅急便 | 2 | v=2
海贼王 第12卷.cbz | 海贼王 | 12 | v=12
海贼王 第1000话.cbz | 海贼王 | 1000 | c=1000
海贼王 第12回.cbz | 海贼王 | 12 | c=12
나 혼자만 레벨업 12권.cbz | 나 혼자만 레벨업 | 12 | v=12
나 혼자만 레벨업 제110화.cbz | 나 혼자만 레벨업 | 110 | c=110
나 혼자만 레벨업 110화 (완).cbz | 나 혼자만 레벨업 | 110 | c=110
"""

CYRILLIC = """
Том 3 | | 3 | v=3
Наруто Том 3 Глава 12 | Наруто | 12 | v=3 | c=12
Ведьмак Том 2.cbz | Ведьмак | 2 | v=2
Ведьмак Глава 10.cbz | Ведьмак | 10 | c=10
"""


def read_case(line):
    name, series, number, *rest = [part.strip() for part in line.split("|")]
    fields = {}
    for part in rest:
        key, _, value = part.partition("=")
        fields[KEYS[key]] = int(value) if KEYS[key] in INTEGERS else value
    return name, FileName(series=series, number=number, **fields)


CASES = [
    read_case(line)
    for table in (WESTERN, EASTERN, CYRILLIC)
    for line in table.strip().splitlines()
]


@pytest.mark.parametrize(("name", "expected"), CASES, ids=[name for name, _ in CASES])
def test_name_tells(name, expected):
    parsed = parse_filename(name)

    assert replace(parsed, group="", tags=()) == expected


def test_the_tables_hold_two_hundred_names():
    assert len({name for name, _ in CASES}) >= 200


def test_full_width_signs_are_read_as_plain_ones():
    name = "\u9032\u6483\u3000\u7b2c\uff13\uff14\u5dfb \uff082014\uff09.zip"

    parsed = parse_filename(name)

    assert (parsed.series, parsed.volume, parsed.year) == ("\u9032\u6483", 34, 2014)


@pytest.mark.parametrize(
    ("name", "group", "tags"),
    [
        ("Batman 001 (2016) (digital) (Zone-Empire).cbz", "Zone-Empire", 2),
        ("[danke] Vinland Saga v05 (2014) (Digital).cbz", "danke", 2),
        ("[One] Bone v02 (Two) [1A2B3C4D]", "One", 3),
        ("Vinland Saga v05 [Kodansha].cbz", "", 1),
        ("Batman 001 (c2c) ().cbz", "", 1),
        ("[2014] Bone 01.cbz", "", 0),
    ],
)
def test_brackets_tell_who_scanned_it(name, group, tags):
    parsed = parse_filename(name)

    assert (parsed.group, len(parsed.tags)) == (group, tags)


@pytest.mark.parametrize("name", ["", ".", "...", "()", "[", "(2016)", "-", "\x1f\x1f"])
def test_name_without_words_has_no_series(name):
    assert parse_filename(name).series == ""


@pytest.mark.parametrize(
    "name", ["978140120752612", "Bone 20210804123", "Bone v1234567", "Bone 1234567巻"]
)
def test_longer_numbers_than_books_have_are_words(name):
    parsed = parse_filename(name)

    assert (parsed.number, parsed.volume) == ("", None)


def test_volume_that_is_no_integer_is_the_number_only():
    parsed = parse_filename("Bone v2.5")

    assert (parsed.number, parsed.volume) == ("2.5", None)


def test_only_the_first_512_characters_count():
    assert parse_filename("Bone " + "x" * 600 + " 012").number == ""


@pytest.mark.parametrize(
    "text", ["1 ", "1-", "(", "[1", "v1", "(1)", "1.", "#", "第", "v01-v02 of 3 ", "-"]
)
def test_hostile_names_are_read_at_once(text):
    start = time.perf_counter()

    parse_filename(text * 512)

    assert time.perf_counter() - start < 0.2


def test_undecodable_bytes_in_a_name_do_no_harm():
    assert parse_filename("Bone \udce9 012.cbz").number == "12"
