"""Language tags: BCP 47, whatever a file writes instead."""

from __future__ import annotations

from codex_lib.formats import values

# ISO 639-2 (both kinds of code) to 639-1, which BCP 47 wants where there is one;
# calibre writes the long ones. Languages that comics and ebooks are made in.
_SHORT_CODES = """
    afr=af ara=ar bel=be bul=bg cat=ca ces=cs cze=cs cym=cy wel=cy dan=da deu=de
    ger=de ell=el gre=el eng=en epo=eo spa=es est=et eus=eu baq=eu fas=fa per=fa
    fin=fi fra=fr fre=fr gle=ga glg=gl heb=he hin=hi hrv=hr hun=hu hye=hy arm=hy
    ind=id isl=is ice=is ita=it jpn=ja kat=ka geo=ka kor=ko lat=la lit=lt lav=lv
    mkd=mk mac=mk msa=ms may=ms nld=nl dut=nl nor=no nob=nb nno=nn pol=pl por=pt
    ron=ro rum=ro rus=ru slk=sk slo=sk slv=sl sqi=sq alb=sq srp=sr swe=sv tha=th
    tur=tr ukr=uk vie=vi zho=zh chi=zh
"""
_SHORT = {pair[:3]: pair[4:] for pair in _SHORT_CODES.split()}


def parse_language(text: str | None) -> str | None:
    """Return a language tag, "en" for "eng", "pt-BR" for "por_br"; None for none."""
    tag = values.language(text)
    if tag is None:
        return None
    language, dash, rest = tag.partition("-")
    return f"{_SHORT.get(language, language)}{dash}{rest}"
