"""The smallest possible book of each kind, for codex doctor.

A page of 32 x 48 pixels in a gray ramp (the EPUB has a line of text, the PDF an empty
page), packed compressed by each format's usual writer; then zlib and base 64.
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
            "eNoL8GZmEWFgYOAAYkW3PYkbggqBrBI2BgZWIG2oV5CX/prnQ/Hzp5MeJSUkPPj6pYCT6RKXQ84B"
            "RhUJp/7V+WkJCZu/lRTyrExIMUmw/j+5sbG12d3BxcnN0dX5+IEjh44dPHpYXUFFSU1RVXn5giWL"
            "0kIOrmgKZF3M5Sbao8WgdeGajmDFjz9ZwiusPpZ8LY58PuUCC0OANyOTCDNuV8FAAyMDzI0B3qxs"
            "IA4jEBoD6SlgBQCan0Gj"
        ),
    ),
    (
        "CBR, RAR 2",
        "cbr",
        (
            "eNoLSixSlGJnOD+hmIGBlwEC9t+tYjigwiADZIIwQ+L2hTwgWsSABSwf5BgUXJRYVKxvoGdopGfM"
            "lZtYlJ1apFucnJGam2hryHVWtYShQZVhPlBpCRuQ2JO4IQis35iVQQFIG+oV5KXznOE5cwDIYRQO"
            "MFjUZcr04Y7B4YI9BtKJ2zkPFxzIPRylKnZAY1GXLtOHPfrch6DEeutn+dKP9L1P/eA+9SP77AVd"
            "8bn7rD44FsZe71c/fu7QK5l84/IUGVe3c728jJLNwqVlywXrPUyiJixqiS1/vn3mgX82uxSv719Y"
            "/fP3j6uRbXNKnz9o03gyPR/oDomaHz2/8zblFhUKx5SofDkAANM4Zwo="
        ),
    ),
    (
        "CBR, RAR 4",
        "cbr",
        (
            "eNoLSixSlGJnOD+hmIGBlwEC9J5XMRxQYZABMkGYIXH7Qh4QLWvAApYPcgwKLkosKtY30DM00jPm"
            "yk0syk4t0i1OzkjNTbQ15KpSL1FoUGWYAlRawgYk9iRuCALrN2ZlUADShnoFeem8jXc9GkCinPbS"
            "FseMchyb5xxo3rQz8YVBWYT2niffzhnOsTZIcGxmYrHld5ho3DPRwtHJnUGlICnt/4E+mfjXf4/9"
            "exBfaDm/+rDPixSGS7L2C5gbmA0Y5F5ed+D+5PjrwNJpRl9j2NyMts+2m26acy9PpvKL9b745uc3"
            "6uu7TFb51AkKCoWqvV2Zdzp7OqfGu4/P3/JsXwAAVmZbJA=="
        ),
    ),
    (
        "CBR, RAR 4 solid",
        "cbr",
        (
            "eNoLSixSlGJnsL5QzMHAywABes+rGA6oMMgAmSDMkLh9IQ+IljVgAcsHOQYFFyUWFesb6Bka6Rlz"
            "5SYWZacW6RYnZ6TmJtoaclWplyg0qDJMASotYQMSexI3BIH1G7MyKABpQ72CvHTexrseDSBRTntp"
            "i2NGOY7Ncw40b9qZ+MKgLEJ7z5Nv5wznWBskODYzsdjyO0w07plo4ejkzqBSkJT2/0CfTPzrv8f+"
            "PYgvtJxffdjnRQrDJVn7BcwNzAYMci+vO3B/cvx1YOk0o68xbG5G22fbTTfNuZcnU/nFel988/Mb"
            "9fVdJqt86gQFhULV3q7MO509nVPj3cfnb3m2L9h0s8QA6HBJXA43AjlcYCI0mATib/3Wk76wokpi"
            "b7wMX04DALsyaeI="
        ),
    ),
    (
        "CBR, RAR 5",
        "cbr",
        (
            "eNoB9QAK/1JhciEaBwEAxRozMgMBAACbUlRWEQMGHAQcAGG3oQwAAARSQVJTcmFycy8wLjEyLjMK"
            "bWFya2VyLXNjaGVtYT0xCk5z2784AgMjbgT0DCC8YbBSgAMABTEucG5nIgIAmPCmzgGzV8Zh0ICY"
            "8lJx2FnBIb/MxgBj6VcwAi2SwxrH9ms1BwYfdwJPz+cZJnAlGRUY4WOCqKNvopOAKLLqMzgKaJFJ"
            "mZds3yDPsg4S4Wl63uVe9y/0AF0BgAjp6byHCyoHNxyJYANWAMGVABVPTJWDXlSQ3zIMWnMux58J"
            "fwyfPsibMvDMALUelaI9tBmyOjUDBQAAUmdZWw=="
        ),
    ),
    (
        "CBR, RAR 5 solid",
        "cbr",
        (
            "eNoLSixSlGJnZLhzL86UmZGBZXZQSJggM5sMiwxD4vaFPAwMLEGOQcFFiUXF+gZ6hkZ6xly5iUXZ"
            "qUW6xckZqbmJtoZcKcUO1ZZMzMqtjCxfeBT2JG4IamBmYDXUK8hLV2JimPFh2TnGzeHHEi80zPgU"
            "VHgj8qDi/jPHGJJfhhsw6U46LHVEpsk0gU3ph8qPm8cMJyfxyDxjkZ16mv/BwZsJ6/6e/HfOcI61"
            "QYJjMxMLh4CKz2MVP4GAiQc4ZSSePNmbX7S+evqF3/ek0p0VTJYHv2BncGaQe309QP+k52uW1Tqt"
            "bw4YGU7dc/PLztVpXwoen18U++mPvN3h338CT+rcaLu97cTd67ctmHbvmVXtbKFlNfW0BdALgjAf"
            "HAD6wIhIHxyfzGf0z3D+/cN6C2bU3dLdcV5yk5UpMysDAwBSTY/1"
        ),
    ),
    (
        "CB7",
        "cb7",
        (
            "eNozr9qzXl2GgcXR41nCOQYIEIHSd+dnNT5gK2YoiGVwmcJ6pEr92/d3nX0BEzo2r7oaoGFX13yg"
            "T/de8HFD17rJ94PkDwYmvZ7pLjrlpYL96cleOb09h44eOsZT6spmuHSCAcudP10P1Z594T0sumX+"
            "Pa/ewz0PFVaYpb8/I3aX70FQxAk2+e/f5ZN4zdqO89Z1igMd8IAhgMEvloGh0Zh9Hf+Vo1MOOgn8"
            "Usr+uctnVtvbKZ5xjzwOfXgldDH5+W5Pv5tXV7+1WP3w0l5bl73zLYRkko6UW12f5TflhkON9IwO"
            "kcAVNuxzAq+tAflInK2CkTOMgZ2bkYFRUZFRgieQgQEAvmVqdA=="
        ),
    ),
    (
        "CBT",
        "cbt",
        (
            "eNoz1CvIS2egLTAAAjMTEzANBOi0saEZXA4qbmZmaM6gYMBAB1BaXJJYBLSSYWSCzgA/d14uKS4g"
            "k9fTwyUISCuAoowDJBl6XH0zAwObtaeLY0gFI6MB2/mfDAwsHDwCIhIyCioaOgYmFjYOLh4+ASER"
            "MQkpGTkFJRU1owpGFYwqGFUwqmBUAVCBtmaJwMPnV5tA1Ymnq5/LOqeEJoZRMApGwSgYBaNgFIyC"
            "UTAKRsEoGAWjYBSMglEwCkbBKBgFo2AUjIJRMApGwSgYBaNgFFAVAAD3LJHi"
        ),
    ),
    (
        "EPUB",
        "epub",
        (
            "eNoL8GZmEWGAAEW3/MTVOiAeCHMAcW5mbmpJZUFqYkFBTmZyYklmfp5+akFpknZVZkEAVCcHWKf/"
            "cg7HJiBrDxCLAbGva4ijrqefm35yfl5JYmZeapFeRW6Ob68h3yEDHob9QpWuuQm9s/4dXaLnorJt"
            "6g6OOv+jATfyLO76et4wMDb9vuTa5oKW0xVs31e1VresLRR4s5P9mJdtBNeiI91L1gpF/8h62HHA"
            "xlQwunjhP+fteUt5usr6Fyx+wbXu0qTCDduDWEJ0LRe+LdYvubpv9ctGc6u3pR8+P/k/61/FWXlU"
            "Vzs892HqA7JOAjErEBfo5RekuZ67yNVswMN6IV6zVjY7pVqC52t8k2/6jLUH217+q3Ns3RtbdPjh"
            "tqbD0vFPttlMvfUzMHQew+tdbH2TDu3Z8+CaCf8M1crvC5d+irGq5+99f9unS1D0oJKYX8jW/EhN"
            "67657u+PtU5q3dA7S/29keux1XWtbzSMPjZkybz5elSsYvID/9CHTu0ZExayb6+fKzvn9280B3vK"
            "NKo5AFnuQMwOxIl6FRkluTmbT2qcPBu44sTZk9rbQk9paGpuuHRdX1//urb5tdP6XtfNt2zZcmU9"
            "w8rATZs9T/mv3LJZc4P3lov6GzZfbC/46jipjCHAm5FJhBl3OoCBBkYGpFSB0IU9DSB0WeFMEehm"
            "oMcIwowPsPhB14IeJggtCxnhIRTgzcoGEmQBwkdAmo0JxAMAOS3zcA=="
        ),
    ),
    (
        "PDF",
        "pdf",
        (
            "eNpTDXBx0zXUM+EyVDBQyE/KsrHRD6ksSNV3TixJzMlP1w9ITE8tVjACSgbZ2aXmpQCVcBmhKgUr"
            "0ffOTCmONgapi9V3zi/NK1EwhGswxtQAJIpSgYrAJuv7pqZkJjrlV0QbALnGRgomFrFwzSVFiZk5"
            "qUVAzUH5+UBTIU7hAgDerDcB"
        ),
    ),
)

SAMPLES = tuple(
    (label, suffix, zlib.decompress(base64.b64decode(packed)))
    for label, suffix, packed in _PACKED
)
