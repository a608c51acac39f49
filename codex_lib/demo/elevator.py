"""Elevator to the Moon: a webtoon of tall strips, read from top to bottom."""

from __future__ import annotations

from codex_lib.demo.scripts import (
    BookScript,
    Look,
    Palette,
    SeriesScript,
    parse_pages,
    parse_panel,
)

BUTTON = """
town | io | > Io lives on the sixth floor. | io: I always take the stairs.
lift | io | io: But today my legs say no.
lift | io | io: Wait. There was never a button up here! | io: "M"?

lift | io | > Ding.
space | io | io: That is not the seventh floor!
space | io | > Ten floors. A hundred. Ten thousand.

moon | io | > Doors open. Mind the crater.
moon | io clover | clover: You are four minutes late! | io: You are a rabbit!
moon | clover | clover: Professor Clover. Lift maintenance.

moon | io clover | clover: Somebody must oil the moon. | io: The moon squeaks?
moon | clover | clover: Only when it is full.
space | io clover | io: Teach me!
"""

SQUEAK = """
moon | clover io | > Lesson one: listen.
moon | io | io: I hear nothing. | io: No, wait. Eeek!
moon | clover | clover: A squeak! North-north-crater!

moon | io clover | > Lesson two: bounce, don't walk.
space | io | io: Wheee!
moon | clover | clover: Come down, please. Gently.

moon | io | > Lesson three: one drop is enough.
moon | io clover | io: Is it fixed? | clover: Jump on it.
moon | io clover | > Silence. Round, silver silence.

lift | io | > Going down.
night-town | io | io: Good night, moon.
night-town | io | > It did not squeak once.
"""

STUCK = """
lift | io | io: Up, please! | > Click.
lift | io | io: Up? | > Click. Click.
room | io | io: It is stuck, and the moon is full tonight!

town | io | > Her grandmother used to repair clocks.
workshop | io gran | gran: A lift is a clock that you can stand in. | io: Really?
workshop | gran | gran: Hold this spring.

lift | io gran | > Ding! | gran: Sixth floor, seventh floor...
space | io gran | gran: Oh my.
moon | io gran clover | clover: Two engineers? At last!

moon | gran clover | gran: Your moon is out of true. | clover: I told them so!
moon | io gran clover | > They worked until sunrise.
town | io gran | io: We always take the lift now.
"""

ELEVATOR = SeriesScript(
    name="Elevator to the Moon",
    layout="webtoon",
    file_name="Elevator to the Moon - Chapter {number}",
    palette=Palette(
        ink=(48, 30, 72),
        paper=(255, 250, 255),
        sky=((255, 196, 170), (255, 238, 214)),
        night=((36, 20, 78), (124, 74, 146)),
        far=(178, 150, 204),
        near=(128, 104, 168),
        water=(96, 190, 220),
        accent=(255, 128, 138),
        light=(255, 236, 150),
        caption=(232, 222, 255),
    ),
    looks={
        "io": Look("kid", (72, 190, 170), (60, 40, 90), (214, 158, 120), "tuft"),
        "gran": Look("kid", (200, 90, 120), (236, 232, 240), (214, 158, 120), "bun"),
        "clover": Look(
            "animal", (250, 246, 250), (255, 255, 255), (255, 180, 190), "long"
        ),
    },
    people={"Writer": "Sol Castellan", "Penciller": "Wren Adeyemi"},
    tags={
        "Publisher": "Tall Strip",
        "Genre": "Science Fiction, Comedy",
        "Tags": "webtoon, long strip",
        "Format": "Web Comic",
        "LanguageISO": "en",
        "AgeRating": "Everyone",
        "Characters": "Io, Professor Clover",
    },
    books=(
        BookScript(
            "1",
            "The Button",
            (2024, 2, 1),
            "There is a new button in the elevator of Io's house. It says M.",
            parse_panel("space | io clover"),
            parse_pages(BUTTON),
            "The moon squeaks",
        ),
        BookScript(
            "2",
            "The Squeak",
            (2024, 2, 8),
            "Three lessons in keeping the moon quiet.",
            parse_panel("moon | clover io"),
            parse_pages(SQUEAK),
            "The lift is stuck",
        ),
        BookScript(
            "3",
            "Stuck",
            (2024, 2, 15),
            "The elevator will not move, and tonight the moon is full.",
            parse_panel("moon | gran clover io"),
            parse_pages(STUCK),
            "To be continued, one floor up",
        ),
    ),
)
