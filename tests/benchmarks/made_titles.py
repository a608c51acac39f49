"""Titles made of words as unevenly frequent as those of real ones."""

from __future__ import annotations

from itertools import accumulate, product
from typing import TYPE_CHECKING

from codex_lib.db.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

_FREQUENT = """
    of the and man star dark world night king girl blue last city love war moon black
    hero dragon sword my school in to red battle angel shadow sea fire house ghost time
    spirit wolf little robot summer dead witch queen storm magic detective steel winter
    garden road tales chronicles adventures legend return rise academy café über niño
    élan cœur mañana straße señor garçon œuvre naïve château år smörgås źródło şehir
"""
_STARTS = ("b", "d", "dr", "f", "g", "h", "k", "kr", "l", "m", "n", "p", "r", "s", "t")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "é", "ou")
_ENDS = ("", "n", "r", "s", "l", "th", "ka", "ma", "ri", "to", "ne", "dor", "lin")
_CHARACTERS = (
    "青空物語海竜剣姫魔法学園少女戦記夜月星花火風雲鬼影王国勇者旅人銀河鉄道機械人形"
    "夢幻桜雪紅蓮黒猫白狼探偵事件簿東京冒険伝説転生異世界食堂日常部活動魂"
)
_KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモラリルレロ"
)
WORDS, RARE_POWER = 12_000, 0.95


class Vocabulary:
    """Words and names in other scripts, drawn by Zipf's law."""

    def __init__(self, rng: Random) -> None:
        syllables = ["".join(parts) for parts in product(_STARTS, _VOWELS, _ENDS)]
        frequent = _FREQUENT.split()
        rare = [
            rng.choice(syllables) + rng.choice(syllables)
            for _ in range(WORDS - len(frequent))
        ]
        self.words = list(dict.fromkeys((*frequent, *rare)))
        self._shares = shares(len(self.words), RARE_POWER)
        self._rng = rng

    def title(self, most: int = 5) -> str:
        """Return one to so many words, the first with a capital."""
        rng = self._rng
        count = 1 + int(rng.random() * most)
        words = rng.choices(self.words, cum_weights=self._shares, k=count)
        if rng.random() < 0.15:
            words.insert(0, "the")
        if rng.random() < 0.12:
            words.append(str(rng.choice((2, 3, 7, 13, 99, 100, 2000, 2077, 2099))))
        return " ".join(word.capitalize() for word in words)

    def east_asian(self) -> str:
        """Return a title without spaces, in the scripts of Japanese."""
        rng = self._rng
        text = "".join(rng.choices(_CHARACTERS, k=rng.randint(2, 5)))
        if rng.random() < 0.5:
            text += "の" + "".join(rng.choices(_CHARACTERS, k=rng.randint(1, 3)))
        if rng.random() < 0.3:
            text = "".join(rng.choices(_KANA, k=rng.randint(2, 5))) + text
        return text

    def names(self, count: int) -> list[str]:
        """Return so many names of one or two rare words, accents aside different."""
        found: dict[str, str] = {}
        while len(found) < count:
            words = self._rng.sample(self.words[100:], self._rng.randint(1, 2))
            name = " ".join(words)
            found[fold(name)] = name.title()
        return list(found.values())


def shares(count: int, power: float) -> Sequence[float]:
    """Return Zipf weights of so many things, added up as random.choices takes them."""
    return list(accumulate(1 / rank**power for rank in range(1, count + 1)))
