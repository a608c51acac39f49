"""Teahouse of Small Hours: a manga, black and white, read from right to left."""

from __future__ import annotations

from codex_lib.demo.scripts import (
    BookScript,
    Look,
    Palette,
    SeriesScript,
    parse_pages,
    parse_panel,
)

GUEST = """
night-forest | tama | > In the forest, after midnight, one lamp is lit.
teahouse | tama ponta | ponta: No guests again. | tama: The night is young.
teahouse | ponta | ponta: It is three o'clock!

night-forest | nao | nao: Hello? I have lost the last train.
teahouse | tama nao | tama: You have found the first tea.

teahouse | nao ponta | nao: Is that a tanuki? | ponta: Is that a customer?
teahouse | tama | tama: We pour one cup for each worry.
teahouse | nao | nao: Then I need the big pot.

teahouse | nao tama ponta | > They talked until the kettle sang.
night-forest | nao | > Outside, the path was there again.
night-forest | nao tama | nao: What do I owe you? | tama: Come back with a story.
"""

SPOON = """
teahouse | ponta | ponta: The silver spoon is gone!
teahouse | ponta tama | tama: Did you look in your sleeve? | ponta: I have no sleeves!

forest | tama ponta | > They followed a trail of sugar.
forest | ponta | ponta: Sweet. Very suspicious.
forest | crow | crow: Caw. | > A crow, a branch, a shine.

forest | tama crow | tama: May we have it back? | crow: Caw?
forest | ponta crow | ponta: He wants to trade!
teahouse | ponta | ponta: Not my best marble...

teahouse | tama ponta crow | > One marble poorer, one guest richer. | crow: Caw!
night-forest | crow | > On clear nights you can see it glitter.
"""

SNOW = """
night-town | nao | > The first snow fell on the town.
night-forest | nao | nao: I have a story for them now.
night-forest | nao crow | nao: Which way is the lamp? | crow: Caw!

teahouse | ponta tama | ponta: Nobody comes in the snow. | tama: Listen.
teahouse | nao tama ponta | nao: Is it too late for tea? | ponta: It is never late!

teahouse | nao | nao: Once there was a girl who missed every train.
teahouse | nao ponta | ponta: I like her already.
teahouse | tama | tama: And then?

teahouse | nao tama | nao: Then she built a small station of her own.
night-forest | nao tama ponta crow | > The lamp burned until morning.
"""

TEAHOUSE = SeriesScript(
    name="Teahouse of Small Hours",
    layout="manga",
    file_name="Teahouse of Small Hours v{number:0>2}",
    palette=Palette(
        ink=(18, 18, 18),
        paper=(255, 255, 255),
        sky=((236, 236, 236), (255, 255, 255)),
        night=((52, 52, 52), (150, 150, 150)),
        far=(176, 176, 176),
        near=(216, 216, 216),
        water=(150, 150, 150),
        accent=(196, 196, 196),
        light=(250, 250, 250),
        caption=(240, 240, 240),
    ),
    looks={
        "tama": Look("animal", (226, 226, 226), (255, 255, 255), style="pointed"),
        "ponta": Look("animal", (124, 124, 124), (232, 232, 232), style="round"),
        "nao": Look("kid", (96, 96, 96), (28, 28, 28), (250, 250, 250), "bob"),
        "crow": Look("bird", (60, 60, 60), (140, 140, 140)),
    },
    people={
        "Writer": "Hana Moriwaki",
        "Penciller": "Hana Moriwaki",
        "Translator": "Elis Varga",
    },
    tags={
        "Publisher": "Inkwell Fox",
        "Imprint": "Night Shelf",
        "Genre": "Fantasy, Slice of Life",
        "LanguageISO": "en",
        "AgeRating": "Everyone",
        "BlackAndWhite": "Yes",
        "Manga": "YesAndRightToLeft",
        "Characters": "Tama, Ponta, Nao",
    },
    books=(
        BookScript(
            "1",
            "The Last Train",
            (2019, 11, 2),
            "Nao misses the last train and finds a teahouse that opens at midnight.",
            parse_panel("night-forest | ponta tama nao"),
            parse_pages(GUEST),
            "Who took the silver spoon?",
        ),
        BookScript(
            "2",
            "The Silver Spoon",
            (2020, 3, 7),
            "A spoon is missing, a trail of sugar leads into the woods.",
            parse_panel("forest | tama crow ponta"),
            parse_pages(SPOON),
            "The first snow",
        ),
        BookScript(
            "3",
            "First Snow",
            (2020, 12, 5),
            "Nao comes back with a story to pay for the tea.",
            parse_panel("teahouse | nao tama ponta"),
            parse_pages(SNOW),
            "Good night, and mind the step",
        ),
    ),
)
