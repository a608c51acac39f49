"""The smallest possible book of each kind, for codex doctor.

A page of 32 x 48 pixels in a gray ramp, packed compressed by each format's usual
writer; the PDF has an empty page, the EPUB two pages of text: one Chinese character
each, which look alike where no font has them. Then zlib and base 64.
"""

from __future__ import annotations

import base64
import zlib

# Label, suffix of the file, content.
_PACKED = (
    (
        "CBZ",
        "cbz",
        (
            "eNoL8GZmEWFgYOAAYkW3PYkbggqBrBI2BgZWIG2oV5CX/prnQ/Hzp5MeJSUkPPj6pYCT6R"
            "KXQ84BRhUJp/7V+WkJCZu/lRTyrExIMUmw/j+5sbG12d3BxcnN0dX5+IEjh44dPHpYXUFF"
            "SU1RVXn5giWL0kIOrmgKZF3M5Sbao8WgdeGajmDFjz9ZwiusPpZ8LY58PuUCC0OANyOTCD"
            "NuV8FAAyMDzI0B3qxsIA4jEBoD6SlgBQCan0Gj"
        ),
    ),
    (
        "CBR, RAR 2",
        "cbr",
        (
            "eNoLSixSlGJnOD+hmIGBlwEC9t+tYjigwiADZIIwQ+L2hTwgWsSABSwf5BgUXJRYVKxvoG"
            "dopGfMlZtYlJ1apFucnJGam2hryHVWtYShQZVhPlBpCRuQ2JO4IQis35iVQQFIG+oV5KXz"
            "nOE5cwDIYRQOMFjUZcr04Y7B4YI9BtKJ2zkPFxzIPRylKnZAY1GXLtOHPfrch6DEeutn+d"
            "KP9L1P/eA+9SP77AVd8bn7rD44FsZe71c/fu7QK5l84/IUGVe3c728jJLNwqVlywXrPUyi"
            "JixqiS1/vn3mgX82uxSv719Y/fP3j6uRbXNKnz9o03gyPR/oDomaHz2/8zblFhUKx5SofD"
            "kAANM4Zwo="
        ),
    ),
    (
        "CBR, RAR 4",
        "cbr",
        (
            "eNoLSixSlGJnOD+hmIGBlwEC9J5XMRxQYZABMkGYIXH7Qh4QLWvAApYPcgwKLkosKtY30D"
            "M00jPmyk0syk4t0i1OzkjNTbQ15KpSL1FoUGWYAlRawgYk9iRuCALrN2ZlUADShnoFeem8"
            "jXc9GkCinPbSFseMchyb5xxo3rQz8YVBWYT2niffzhnOsTZIcGxmYrHld5ho3DPRwtHJnU"
            "GlICnt/4E+mfjXf4/9exBfaDm/+rDPixSGS7L2C5gbmA0Y5F5ed+D+5PjrwNJpRl9j2NyM"
            "ts+2m26acy9PpvKL9b745uc36uu7TFb51AkKCoWqvV2Zdzp7OqfGu4/P3/JsXwAAVmZbJA"
            "=="
        ),
    ),
    (
        "CBR, RAR 4 solid",
        "cbr",
        (
            "eNoLSixSlGJnsL5QzMHAywABes+rGA6oMMgAmSDMkLh9IQ+IljVgAcsHOQYFFyUWFesb6B"
            "ka6Rlz5SYWZacW6RYnZ6TmJtoaclWplyg0qDJMASotYQMSexI3BIH1G7MyKABpQ72CvHTe"
            "xrseDSBRTntpi2NGOY7Ncw40b9qZ+MKgLEJ7z5Nv5wznWBskODYzsdjyO0w07plo4ejkzq"
            "BSkJT2/0CfTPzrv8f+PYgvtJxffdjnRQrDJVn7BcwNzAYMci+vO3B/cvx1YOk0o68xbG5G"
            "22fbTTfNuZcnU/nFel988/Mb9fVdJqt86gQFhULV3q7MO509nVPj3cfnb3m2L9h0s8QA6H"
            "BJXA43AjlcYCI0mATib/3Wk76wokpib7wMX04DALsyaeI="
        ),
    ),
    (
        "CBR, RAR 5",
        "cbr",
        (
            "eNoB9QAK/1JhciEaBwEAxRozMgMBAACbUlRWEQMGHAQcAGG3oQwAAARSQVJTcmFycy8wLj"
            "EyLjMKbWFya2VyLXNjaGVtYT0xCk5z2784AgMjbgT0DCC8YbBSgAMABTEucG5nIgIAmPCm"
            "zgGzV8Zh0ICY8lJx2FnBIb/MxgBj6VcwAi2SwxrH9ms1BwYfdwJPz+cZJnAlGRUY4WOCqK"
            "NvopOAKLLqMzgKaJFJmZds3yDPsg4S4Wl63uVe9y/0AF0BgAjp6byHCyoHNxyJYANWAMGV"
            "ABVPTJWDXlSQ3zIMWnMux58JfwyfPsibMvDMALUelaI9tBmyOjUDBQAAUmdZWw=="
        ),
    ),
    (
        "CBR, RAR 5 solid",
        "cbr",
        (
            "eNoLSixSlGJnZLhzL86UmZGBZXZQSJggM5sMiwxD4vaFPAwMLEGOQcFFiUXF+gZ6hkZ6xl"
            "y5iUXZqUW6xckZqbmJtoZcKcUO1ZZMzMqtjCxfeBT2JG4IamBmYDXUK8hLV2JimPFh2TnG"
            "zeHHEi80zPgUVHgj8qDi/jPHGJJfhhsw6U46LHVEpsk0gU3ph8qPm8cMJyfxyDxjkZ16mv"
            "/BwZsJ6/6e/HfOcI61QYJjMxMLh4CKz2MVP4GAiQc4ZSSePNmbX7S+evqF3/ek0p0VTJYH"
            "v2BncGaQe309QP+k52uW1Tqtbw4YGU7dc/PLztVpXwoen18U++mPvN3h338CT+rcaLu97c"
            "Td67ctmHbvmVXtbKFlNfW0BdALgjAfHAD6wIhIHxyfzGf0z3D+/cN6C2bU3dLdcV5yk5Up"
            "MysDAwBSTY/1"
        ),
    ),
    (
        "CB7",
        "cb7",
        (
            "eNozr9qzXl2GgcXR41nCOQYIEIHSd+dnNT5gK2YoiGVwmcJ6pEr92/d3nX0BEzo2r7oaoG"
            "FX13ygT/de8HFD17rJ94PkDwYmvZ7pLjrlpYL96cleOb09h44eOsZT6spmuHSCAcudP10P"
            "1Z594T0sumX+Pa/ewz0PFVaYpb8/I3aX70FQxAk2+e/f5ZN4zdqO89Z1igMd8IAhgMEvlo"
            "Gh0Zh9Hf+Vo1MOOgn8Usr+uctnVtvbKZ5xjzwOfXgldDH5+W5Pv5tXV7+1WP3w0l5bl73z"
            "LYRkko6UW13fuVkvZc2XkI0BzUwzf89kDXOwAflInK2CkTOMgZ2bkYFRUZFRgieQgQEA1s"
            "xq5g=="
        ),
    ),
    (
        "CBT",
        "cbt",
        (
            "eNoz1CvIS2egLTAAAjMTEzANBOi0saEZXA4qbmZmaM6gYMBAB1BaXJJYBLSSYWSCzgA/d1"
            "4uKS4gk9fTwyUISCuAoowDJBl6XH0zAwObtaeLY0gFI6MB2/mfDAwsHDwCIhIyCioaOgYm"
            "FjYOLh4+ASERMQkpGTkFJRU1owpGFYwqGFUwqmBUAVCBtmaJwMPnV5tA1Ymnq5/LOqeEJo"
            "ZRMApGwSgYBaNgFIyCUTAKRsEoGAWjYBSMglEwCkbBKBgFo2AUjIJRMApGwSgYBaNgFFAV"
            "AAD3LJHi"
        ),
    ),
    (
        "EPUB",
        "epub",
        (
            "eNoL8GZmEWGAAEW3/MTVOiAeCHMAcW5mbmpJZUFqYkFBTmZyYklmfp5+akFpknZVZkEAVC"
            "cHWKf/cg7HJiBrDxCLAbGva4ijrqefm35yfl5JYmZeapFeRW6Ob68h3yEDHob9QpWuuQm9"
            "s/4dXaLnorJt6g6OOv+jATfyLO76et4wMDb9vuTa5oKW0xVs31e1VresLRR4s5P9mJdtBN"
            "eiI91L1gpF/8h62HHAxlQwunjhP+fteUt5usr6Fyx+wbXu0qTCDduDWEJ0LRe+LdYvubpv"
            "9ctGc6u3pR8+P/k/61/FWXlUVy9zlBKfB2TJMjIwsALpAr38grSpE7z5mg14XNYLpUabur"
            "1dFMR656gA+6JJCYKrL9w2f7R409s8k2/S/TFG2/TfeOgmdqy8tJfDnvFZpdm9TcaPrxxc"
            "qyFnsOnyK9/gT8lrvtwV2aXHzBkl0qJjWOXu+eoSN+vT3KWBq+uUprdGVnE2hzWuOb66Zs"
            "amkzY/xFSPH7Ta94RNyq+m+MPZeJs/q1S+Tdx2RGaK83ar41MnX1/zZB//b/9X+qgeuC+z"
            "LdgZyPIEYnYgTtSryCjJzdl8UuPk2cAVJ86e1N4WekpDU3PDpev6+vrXtc2vndb3um6+Zc"
            "uWK+sZVgZu2ux5yn/lls2aG6q3pU/srWuc22vn4iCvksvOgGrP73Ouy5DtSSLbnl1lu9Ds"
            "YWQSYcadBGGggZEBKUEidGFPfghdVjgTI7oZ6IkBYcYHWNJA14Ie/AgtGxnhkYGuCT0sEZ"
            "okmeAhG+DNygYSZAVCcaBZjUwgHgDukCfO"
        ),
    ),
    (
        "PDF",
        "pdf",
        (
            "eNpTDXBx0zXUM+EyVDBQyE/KsrHRD6ksSNV3TixJzMlP1w9ITE8tVjACSgbZ2aXmpQCVcB"
            "mhKgUr0ffOTCmONgapi9V3zi/NK1EwhGswxtQAJIpSgYrAJuv7pqZkJjrlV0QbALnGRgom"
            "FrFwzSVFiZk5qUVAzUH5+UBTIU7hAgDerDcB"
        ),
    ),
)

SAMPLES = tuple(
    (label, suffix, zlib.decompress(base64.b64decode(packed)))
    for label, suffix, packed in _PACKED
)
