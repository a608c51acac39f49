"""Pocket Robots: a western comic whose fourth book is a PDF."""

from __future__ import annotations

from codex_lib.demo.scripts import (
    BookScript,
    Look,
    Palette,
    SeriesScript,
    parse_pages,
    parse_panel,
)

MUG = """
desk | bolt dot | > At night, on a desk near you... | bolt: All clear!
desk | bolt | bolt: The big one is asleep.
desk | dot | dot: Then let us climb the mug!

desk | bolt dot | bolt: Step one: rope. Step two: hope. | dot: I packed hope!
desk | dot | dot: It is hot in here.
desk | bolt | bolt: It is cocoa in here!

desk | bolt dot | > Splash. | dot: I can feel my gears!
desk | cat | > Two yellow moons rose behind the books.
desk | bolt cat | bolt: Dot. Do not move. | cat: Mrow?

desk | dot cat | dot: She only wants the cocoa!
workshop | bolt dot cat | > Peace was made at half past two.
"""

PAPER = """
workshop | bolt | bolt: Behold! A sheet of paper.
workshop | bolt dot | dot: What does it do? | bolt: It flies. In theory.

desk | dot | dot: Fold here. And here. And there.
desk | bolt dot | bolt: That is a hat. | dot: It is a very good hat!
desk | bolt | bolt: Again!

desk | bolt dot cat | > Attempt nineteen. | bolt: Three, two, one!
hills | bolt dot | bolt: We are outside! | dot: We are so high!
hills | dot | dot: How do we steer? | dot: Bolt?

hills | bolt dot | > They landed in the radishes.
hills | cat bolt dot | cat: Mrow. | bolt: Our taxi is here!
"""

BATTERY = """
workshop | dot | dot: I feel slow today.
workshop | bolt dot | bolt: Your light is orange! | dot: Is that a nice color?

desk | bolt | bolt: Battery drawer. Far, far away.
desk | bolt cat | bolt: Can I borrow your back? | cat: Mrow!
room | bolt cat | > Across the great carpet they rode.

room | bolt | bolt: Locked. And the key is big.
room | bolt cat | > A paw is also a key.
workshop | bolt dot | bolt: Hold still. Plus to plus...

workshop | dot | dot: GOOD MORNING!
workshop | bolt dot cat | bolt: Shh, you will wake the big one! | dot: good morning
"""

PARTY = """
workshop | dot bolt | dot: Today it is one year! | bolt: Since what?
workshop | dot | dot: Since you fell out of that box!

desk | bolt dot cat | > There was a cake. It was a button with a match on it.
desk | bolt | bolt: I have never had a birthday.
desk | cat | cat: Mrow.

forest | bolt dot cat | > Then came the garden tour. | dot: Look, a tree!
forest | bolt | bolt: It is taller than the lamp!
forest | dot | dot: It was a seed once. Like us!

night-forest | bolt dot | bolt: Dot? Thank you. | dot: Beep.
night-forest | bolt dot cat | > They counted stars until the batteries were low.
"""

ROBOTS = SeriesScript(
    name="Pocket Robots",
    layout="western",
    file_name="Pocket Robots {number:0>3} ({year})",
    palette=Palette(
        ink=(42, 36, 52),
        paper=(255, 253, 246),
        sky=((250, 206, 132), (255, 240, 206)),
        night=((30, 48, 66), (86, 120, 138)),
        far=(110, 176, 140),
        near=(206, 148, 104),
        water=(104, 182, 196),
        accent=(236, 112, 84),
        light=(255, 218, 96),
        caption=(222, 244, 236),
    ),
    looks={
        "bolt": Look("robot", (96, 150, 200), (255, 206, 84)),
        "dot": Look("robot", (238, 124, 118), (126, 226, 196)),
        "cat": Look("animal", (88, 78, 96), (236, 226, 232), style="pointed"),
    },
    people={
        "Writer": "Bram Quill",
        "Penciller": "Lotta Ashdown",
        "Inker": "Lotta Ashdown",
        "Editor": "Maren Joshi",
    },
    tags={
        "Publisher": "Paper Kite Press",
        "Genre": "Science Fiction, Comedy, Kids",
        "LanguageISO": "en",
        "AgeRating": "Everyone",
        "Characters": "Bolt, Dot",
    },
    books=(
        BookScript(
            "1",
            "Mount Mug",
            (2023, 1, 11),
            "Two very small robots climb a very large mug.",
            parse_panel("desk | bolt dot"),
            parse_pages(MUG),
            "One sheet of paper, nineteen attempts",
        ),
        BookScript(
            "2",
            "Paper Wings",
            (2023, 2, 8),
            "Bolt and Dot learn to fold, to fly and to land in radishes.",
            parse_panel("hills | dot bolt"),
            parse_pages(PAPER),
            "Dot is slow today",
        ),
        BookScript(
            "3",
            "Plus to Plus",
            (2023, 3, 8),
            "Dot's battery runs low, and the drawer is a carpet away.",
            parse_panel("workshop | dot bolt cat"),
            parse_pages(BATTERY),
            "A birthday",
        ),
        BookScript(
            "4",
            "A Year on the Desk",
            (2024, 1, 10),
            "A birthday for somebody who never had one.",
            parse_panel("night-forest | bolt cat dot"),
            parse_pages(PARTY),
            "Charge well and sleep tight",
            container="pdf",
        ),
    ),
)
