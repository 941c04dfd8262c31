"""The picture an authenticator app reads: module for module what another maker draws, and read back by another reader."""

from hashlib import sha256

import pytest

from pages.forms.qr import MOST, drawn, modules

ADDRESS = "otpauth://totp/Quarterdeck%3Apractice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Quarterdeck"
SEGNO = {  # segno 1.6.6, version 5, level L, mask 0: full to the last byte, so that nothing of it is filling
    ADDRESS + "&x=1234567": "46bd4df4feb880621d2fd8501f042fbaac4abf68fd1d50551d720b111b964d41",
    "A" * 106: "627765242a6827b58aa1e618feb7d9739cd4e1283f97f732156d3862ddcfa3c0",
    "".join(chr(33 + i % 90) for i in range(106)): "b951982089e9c09ad5f445330ddfd1632359fb63df9f6ff1893a0b1bef20ec49",
}
READ = {  # as OpenCV's reader read them back, letter for letter
    ADDRESS: "7894e892f18954756438f9eef9d742d879aa836a424be86b291cd6a270ac0d2b",
    "hello": "7f075e12232d5f4f4313b580071b2f10c723fdee6ea0773c4e881a2521e537c5",
}


@pytest.mark.parametrize("words", SEGNO | READ)
def test_it_is_the_code_it_should_be(words: str) -> None:
    drawn_here = bytes(on for row in modules(words.encode()) for on in row)
    assert len(drawn_here) == 37 * 37
    assert sha256(drawn_here).hexdigest() == (SEGNO | READ)[words]


def test_what_does_not_fit_is_not_drawn() -> None:
    assert drawn("x" * MOST).startswith("<svg")
    assert drawn("x" * (MOST + 1)) == ""
    assert drawn("é" * MOST) == ""


def test_the_picture_holds_nothing_but_itself() -> None:
    picture = drawn(ADDRESS)
    assert "JBSW" not in picture and "http" not in picture and "<script" not in picture
