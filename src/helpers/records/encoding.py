"""Bytes to lines: which encoding, then one line after another, never the whole file at once."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from helpers.faults import Fault, ReviewError

CHUNK = 1 << 20
_SAMPLE = 1 << 18
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_NOT_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def _stray_bytes(error: UnicodeError) -> tuple[str, int]:
    """Bytes that do not fit are read as Windows-1252, as in files glued together from two sources."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.reason == "unexpected end of data":
        return "", error.end  # half a character where a file was cut off
    stray = error.object[error.start : error.end]
    return "".join(
        chr(b) if _NOT_IN_CP1252.match(bytes([b])) else bytes([b]).decode("cp1252") for b in stray
    ), error.end


codecs.register_error("records-stray-bytes", _stray_bytes)


@dataclass(frozen=True, slots=True)
class Text:
    """A file as text.

    Attributes
    ----------
    path : Path
        The file; only ever read.
    encoding : str
        Name of the codec.
    note : str
        What the operator should know about it; empty for clean UTF-8 and files with a mark.
    ends_mid_line : bool
        Whether the last line has no line end.
    last : str
        The last character, as far as it is ASCII.
    """

    path: Path
    encoding: str
    note: str
    ends_mid_line: bool
    last: str

    def lines(self) -> Iterator[str]:
        """Lines without their ends, whichever of LF, CRLF and CR the file has."""
        with self._stream() as stream:
            for line in stream:
                # A mark in mid-file: two exports glued together. Ctrl-Z: the end of a file as DOS wrote it.
                yield line.rstrip("\n\x1a").lstrip("\ufeff")

    def chunks(self) -> Iterator[str]:
        """The text in pieces of about a megabyte."""
        with self._stream() as stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    def _stream(self) -> io.TextIOWrapper:
        raw = io.BufferedReader(io.FileIO(self.path), CHUNK)
        return io.TextIOWrapper(raw, encoding=self.encoding, errors="records-stray-bytes")


def read_text(path: Path) -> Text:
    """Find out how a file is encoded.

    A byte order mark decides. Without one: UTF-8 when the whole file is valid, or mostly; else Windows-1252; another
    code page only when the bytes cannot be Western (then as charset-normalizer judges).

    Parameters
    ----------
    path : Path
        A file.

    Returns
    -------
    Text

    Raises
    ------
    ReviewError
        There is no such file.
    """
    if not path.is_file():
        message = "There is no such file." if not path.exists() else "This is not a file but a folder or a device."
        fault = Fault(str(path), None, None, None, "is-a-file", message, "Name the file that was exported.")
        raise ReviewError([fault], f"{path.name} was not imported")
    with io.FileIO(path) as file:
        head = file.read(4096)
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - 4))
        tail = file.read(4).rstrip(b"\0")  # in UTF-16 a NUL may follow
    end = not tail.endswith((b"\n", b"\r")), tail[-1:].decode("ascii", "replace")
    for mark, encoding in _BOMS.items():
        if head.startswith(mark):
            return Text(path, encoding, "", *end)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even + odd > len(head) / 4:
        return Text(path, "utf-16-le" if odd > even else "utf-16-be", "", *end)
    encoding, note = _without_mark(path)
    return Text(path, encoding, note, *end)


def _without_mark(path: Path) -> tuple[str, str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    sample = bytearray()
    is_valid = True
    with io.BufferedReader(io.FileIO(path), CHUNK) as file:
        while chunk := file.read(CHUNK):
            if is_valid:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    is_valid = False
            if len(sample) < _SAMPLE and not chunk.isascii():
                lines = (line for line in chunk.splitlines() if not line.isascii())
                for line in lines:
                    sample += line[: _SAMPLE - len(sample)] + b"\n"
    if is_valid:
        return "utf-8", ""
    letters = _UTF8_LETTER.findall(sample)
    stray = len(_HIGH.findall(_UTF8_LETTER.sub(b"", bytes(sample))))
    if len(letters) > stray:
        return "utf-8", "A few bytes are not UTF-8 like the rest; they were read as Windows-1252. Look at the names."
    encoding = _code_page(bytes(sample))
    return encoding, f"The file is not UTF-8; it was read as {encoding}. Look at a name with an accent."


def _code_page(sample: bytes) -> str:
    high = len(_HIGH.findall(sample))
    if not _NOT_IN_CP1252.search(sample) and high < 0.3 * max(1, len(sample) - sample.count(b" ")):
        return "cp1252"
    best = from_bytes(sample).best()
    return best.encoding if best else "latin-1"
