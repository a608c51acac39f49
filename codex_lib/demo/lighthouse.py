"""The Lighthouse Club: a western comic, in color, left to right."""

from __future__ import annotations

from codex_lib.demo.scripts import (
    BookScript,
    Look,
    Palette,
    SeriesScript,
    parse_pages,
    parse_panel,
)

WINK = """
beach | mina oskar | > Every evening, at the edge of Pebble Bay...
beach | mina | mina: There! Did you see it? | mina: The light winked!
beach | oskar | oskar: Lighthouses blink. It is their job.

night-beach | mina oskar biscuit | mina: Blink, yes. Wink, no. | oskar: Hm. Torch?
stairs | mina | mina: One hundred and four...
stairs | oskar biscuit | oskar: ...and five. Who built this?

stairs | mina oskar | > At the top of the stairs | mina: Shh. Something is moving.
night-beach | biscuit | > A wing. A very round shadow.
room | mina oskar biscuit | mina: Biscuit! You sit on the lamp? | biscuit: Kraa!

room | mina oskar | oskar: So the ghost of Pebble Bay... | mina: ...has cold feet.
night-beach | mina biscuit | mina: We will knit you socks.
beach | mina oskar biscuit | > And that is how the club began.
"""

BOTTLE = """
beach | oskar biscuit | oskar: Biscuit found a bottle!
beach | mina oskar | mina: With a letter in it! | oskar: And a crab on it.

room | mina oskar | > "Dear finder, I am on a small island and have run out of jam."
room | mina | mina: No jam? That is an emergency!
town | oskar | oskar: I know a baker.

open-sea | mina oskar biscuit | > They sailed at noon with nine jars.
open-sea | biscuit | > Eight jars.
beach | mina oskar captain | captain: You read my letter! | mina: We brought jam!

beach | captain | captain: I wrote that letter forty years ago.
beach | mina captain | mina: Then you must be very hungry! | captain: For plum? Always.
open-sea | mina oskar biscuit | > Some letters take the long way round.
"""

FOG = """
town | mina oskar | > One morning Pebble Bay was gone. | oskar: I can't see my shoes.
town | mina | mina: Then listen for them!
stairs | mina oskar | mina: The lamp is out! | oskar: And boats are coming home.

room | oskar biscuit | oskar: No bulb. No spare bulb. One gull.
room | mina | mina: One very loud gull!

night-beach | biscuit | biscuit: KRAAA! | > It carried for three miles.
open-sea | captain | captain: That is no fog horn. | captain: That is Biscuit!
open-sea | captain mina | > Boat after boat turned toward the noise.

beach | mina oskar captain | captain: Every one of us is home. | mina: Hooray!
beach | biscuit | > Paid in full: one bucket of sardines.
night-beach | mina oskar biscuit | oskar: Best light in the bay.
"""

LIGHTHOUSE = SeriesScript(
    name="The Lighthouse Club",
    layout="western",
    file_name="The Lighthouse Club #{number} ({year})",
    palette=Palette(
        ink=(34, 40, 62),
        paper=(255, 252, 244),
        sky=((120, 196, 232), (238, 246, 240)),
        night=(((24, 32, 74)), (84, 92, 148)),
        far=(126, 172, 142),
        near=(240, 214, 160),
        water=(52, 132, 172),
        accent=(226, 86, 74),
        light=(255, 222, 110),
        caption=(255, 240, 176),
    ),
    looks={
        "mina": Look("kid", (240, 180, 60), (92, 52, 40), style="bob"),
        "oskar": Look("kid", (70, 120, 190), (200, 64, 60), (250, 220, 190), "cap"),
        "biscuit": Look("bird", (252, 252, 252), (244, 160, 60)),
        "captain": Look("kid", (40, 70, 110), (222, 222, 228), (220, 170, 136), "bun"),
    },
    people={
        "Writer": "Ada Fennimore",
        "Penciller": "Jonas Okello",
        "Colorist": "Priya Lund",
        "Letterer": "Ada Fennimore",
    },
    tags={
        "Publisher": "Paper Kite Press",
        "Genre": "Adventure, Mystery, Kids",
        "LanguageISO": "en",
        "AgeRating": "Everyone",
        "Characters": "Mina, Oskar, Biscuit",
        "Locations": "Pebble Bay",
    },
    books=(
        BookScript(
            "1",
            "The Light That Winked",
            (2021, 4, 14),
            "The lighthouse of Pebble Bay winks at night. Mina and Oskar climb up to"
            " find out who lives in the lamp.",
            parse_panel("night-beach | mina oskar biscuit"),
            parse_pages(WINK),
            "A letter in a bottle, and a shortage of jam",
        ),
        BookScript(
            "2",
            "A Letter in a Bottle",
            (2021, 6, 16),
            "Somebody on a small island has run out of jam. The club sets sail.",
            parse_panel("open-sea | oskar mina captain"),
            parse_pages(BOTTLE),
            "The day the bay disappeared",
        ),
        BookScript(
            "3",
            "Fog Day",
            (2021, 8, 18),
            "The lamp is broken, the fog is thick and the boats are on their way home.",
            parse_panel("beach | biscuit mina oskar"),
            parse_pages(FOG),
            "The club goes to the mountains",
        ),
    ),
)
