"""The Map of Small Things: a short text in an EPUB 3, with a drawn cover."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from codex_lib.demo.comic_files import render_zip
from codex_lib.demo.pages import draw_cover, render_page
from codex_lib.demo.robots import ROBOTS
from codex_lib.demo.scripts import BookScript, Look, SeriesScript, parse_panel

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_NAME = "The Map of Small Things.epub"
# A chapter begins with "# "; an empty line ends a paragraph.
TEXT = """
# The Drawer

On her ninth birthday Lena was given a drawer. It was not much of a drawer: shallow, a
little crooked, and it smelled of pencils. But it was hers, and it had a key.

“You may keep anything in it,” said her aunt, “as long as it is smaller than your
thumb.” So Lena began to look for small things, and as soon as she looked, they were
everywhere: a blue button, a snail shell with nobody at home, the last corner of a
stamp.

By Sunday there were thirty-one of them, and Lena could not remember where a single
one had come from. “Then you need a map,” said her aunt.

# The Map

A map of small things must be drawn very large. Lena taped eleven sheets of paper
together and began with the kitchen, because that is where the button had been. She
drew the table as a country and the crumbs as its towns.

The garden took three days. There were mountains in it that had been molehills on
Friday, and a sea that was only there after rain. Lena put it in, with a note:
sometimes.

When she came to the gate she stopped. On the other side of the gate lay the street,
and the street was on somebody else's map.

# The Edge

There was a boy on the other side of the gate. He was lying on his stomach, and he was
drawing the gutter, stone by stone, on the back of a roll of wallpaper.

“I am at number forty-four,” he said without looking up. “Where are you?” Lena held
her map against the bars. They found that the two edges met exactly at the hinge,
which both of them had drawn, and both of them had drawn with the same small spider.

They opened the gate. The spider did not mind. And that evening, for the first time,
the drawer would not close.
"""
SERIES = SeriesScript(
    name="The Map of Small Things",
    layout="western",
    file_name="",
    palette=ROBOTS.palette,
    looks={
        "lena": Look("kid", (88, 142, 108), (150, 84, 44), style="bob"),
        "boy": Look("kid", (70, 110, 168), (52, 40, 36), (206, 150, 112), "tuft"),
    },
    people={"Writer": "Ilse Norrgard"},
    tags={"Publisher": "Thimble Books"},
    books=(),
)
COVER = BookScript(
    "1",
    "A story in three chapters",
    (2022, 5, 1),
    "",
    parse_panel("hills | lena boy"),
    (),
    "",
)
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles>
    <rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/>
  </rootfiles>
</container>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="id">urn:uuid:5d1b0b5e-6c0b-4b8e-9c53-6f1d0a2f7c11</dc:identifier>
    <dc:title>The Map of Small Things</dc:title>
    <dc:creator id="writer">Ilse Norrgard</dc:creator>
    <meta refines="#writer" property="role" scheme="marc:relators">aut</meta>
    <meta refines="#writer" property="file-as">Norrgard, Ilse</meta>
    <dc:language>en</dc:language>
    <dc:publisher>Thimble Books</dc:publisher>
    <dc:date>2022-05-01</dc:date>
    <dc:subject>Kids</dc:subject>
    <dc:subject>Adventure</dc:subject>
    <dc:description>Lena keeps small things in a drawer and draws the map of where
    they come from, until she reaches its edge.</dc:description>
    <meta property="belongs-to-collection" id="series">Small Things</meta>
    <meta refines="#series" property="collection-type">series</meta>
    <meta refines="#series" property="group-position">1</meta>
    <meta property="dcterms:modified">2022-05-01T12:00:00Z</meta>
    <meta name="cover" content="cover-image"/>
  </metadata>
  <manifest>
    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml"
      properties="nav"/>
    <item id="cover-image" href="cover.jpg" media-type="image/jpeg"
      properties="cover-image"/>
    <item id="style" href="style.css" media-type="text/css"/>
    <item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
    <item id="chapter-1" href="chapter-1.xhtml" media-type="application/xhtml+xml"/>
    <item id="chapter-2" href="chapter-2.xhtml" media-type="application/xhtml+xml"/>
    <item id="chapter-3" href="chapter-3.xhtml" media-type="application/xhtml+xml"/>
  </manifest>
  <spine>
    <itemref idref="cover"/>
    <itemref idref="chapter-1"/>
    <itemref idref="chapter-2"/>
    <itemref idref="chapter-3"/>
  </spine>
</package>
"""
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"
  lang="en" xml:lang="en">
<head><title>{title}</title><link rel="stylesheet" href="style.css"/></head>
<body>{body}</body>
</html>
"""
STYLE = """body { margin: 8%; line-height: 1.5; }
h1 { text-align: center; margin: 2em 0; }
p { text-indent: 1.2em; margin: 0; }
img { width: 100%; }
"""


def render_novel() -> bytes:
    """Return the bytes of the EPUB."""
    entries = {"mimetype": b"application/epub+zip"}
    entries["book/cover.jpg"] = render_page(draw_cover(SERIES, COVER), "western")[1]
    texts = {"META-INF/container.xml": CONTAINER, "book/package.opf": PACKAGE}
    texts["book/style.css"] = STYLE
    texts |= {f"book/{name}": text for name, text in render_documents().items()}
    return render_zip(entries | {name: text.encode() for name, text in texts.items()})


def render_documents() -> Mapping[str, str]:
    """Return the XHTML documents by name: cover, contents, chapters."""
    cover = '<img src="cover.jpg" alt="The Map of Small Things"/>'
    documents = {"cover.xhtml": PAGE.format(title="Cover", body=cover)}
    links = []
    for number, chapter in enumerate(TEXT.split("\n# ")[1:], start=1):
        title, *paragraphs = escape(chapter).strip().split("\n\n")
        text = "".join(f"\n<p>{paragraph}</p>" for paragraph in paragraphs)
        name = f"chapter-{number}.xhtml"
        documents[name] = PAGE.format(title=title, body=f"<h1>{title}</h1>{text}")
        links.append(f'<li><a href="{name}">{title}</a></li>')
    contents = f'<nav epub:type="toc"><ol>{"".join(links)}</ol></nav>'
    documents["nav.xhtml"] = PAGE.format(title="Contents", body=contents)
    return documents
