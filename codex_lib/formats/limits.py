"""What Codex is willing to believe of a file. One place, so that it can be read.

Each is far above what a book needs and below what hurts a small server: an image of
100 million pixels (10,000 x 10,000) takes 400 MB to decode.
"""

from __future__ import annotations

ENTRIES = 50_000  # entries of one archive
DIRECTORY_BYTES = 16 * 2**20  # the directory of one archive
ENTRY_BYTES = 512 * 2**20  # one entry, uncompressed
ARCHIVE_BYTES = 32 * 2**30  # all entries of one archive, uncompressed
EXPANSION = 200  # uncompressed over compressed, above 16 MiB uncompressed
EXPANSION_FREE_BYTES = 16 * 2**20
METADATA_BYTES = 8 * 2**20  # one ComicInfo.xml or OPF
PIXELS = 100_000_000  # one image, before it is decoded
SIDE_PX = 65_500  # one side of an image
TEXT_CHARS = 100_000  # one text field of the metadata
LIST_ITEMS = 1_000  # one list field of the metadata
COVER_BYTES = 10 * 2**20  # one cover that somebody uploads
