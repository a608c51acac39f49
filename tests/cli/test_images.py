from __future__ import annotations

import pytest

from codex_cli import images
from codex_lib.errors import InvalidError
from codex_lib.formats.images import RenderedImage

CELLS = [[((255, 0, 0), (0, 0, 255)), ((255, 255, 255), (255, 255, 255))]]
IMAGE = RenderedImage(b"bytes", "jpeg", 3, 4)


@pytest.fixture
def colors(monkeypatch):
    monkeypatch.setattr(images, "has_colors", lambda _stream: True)
    return monkeypatch


def test_cells_are_half_blocks_in_exact_colors(colors):
    colors.setenv("COLORTERM", "truecolor")

    (line,) = images.drawn_lines(CELLS)

    assert line.startswith("\x1b[38;2;255;0;0;48;2;0;0;255m▀")
    assert line.endswith("\x1b[0m")


def test_cells_fall_back_to_the_palette(colors):
    colors.delenv("COLORTERM", raising=False)

    (line,) = images.drawn_lines(CELLS)

    assert line.startswith("\x1b[38;5;196;48;5;21m▀")


def test_cells_are_shades_of_text_on_a_pipe(monkeypatch):
    monkeypatch.setattr(images, "has_colors", lambda _stream: False)

    assert images.drawn_lines(CELLS) == ["-@"]


def test_an_image_needs_a_file_name_on_a_terminal(monkeypatch):
    monkeypatch.setattr(images, "is_terminal", lambda _stream: True)

    with pytest.raises(InvalidError, match="--output"):
        images.deliver(IMAGE, None, as_json=False)


def test_an_image_goes_down_a_pipe(capfdbinary):
    images.deliver(IMAGE, None, as_json=False)

    assert capfdbinary.readouterr().out == b"bytes"


def test_json_and_the_image_cannot_both_have_stdout():
    with pytest.raises(InvalidError, match="--output FILE"):
        images.deliver(IMAGE, "-", as_json=True)
