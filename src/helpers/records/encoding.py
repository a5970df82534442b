"""Bytes to lines: which files an archive holds, which encoding each has, then one line after another."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from helpers.faults import Fault, ReviewError

CHUNK = 1 << 20
MOST_UNPACKED, MOST_MEMBERS = 1 << 29, 200  # an archive is unpacked in memory
_OF_SYSTEMS = re.compile(r"(?:^|/)(?:__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_OF_DOCUMENTS = ("[Content_Types].xml", "mimetype")  # workbooks and documents
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
    data : bytes, optional
        What an archive holds; without it the file itself is read, a piece at a time.
    """

    path: Path
    encoding: str
    note: str
    ends_mid_line: bool
    last: str
    data: bytes | None = None

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

    def whole(self) -> str:
        """All of the text."""
        with self._stream() as stream:
            return stream.read()

    def head(self, size: int) -> bytes:
        """The first bytes that are no blanks, at most so many."""
        with _bytes_of(self.path, self.data) as file:
            head = b""
            while not head.strip() and (more := file.read(size)):
                head = more  # past any blank lines at the top
            return head

    def _stream(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(_bytes_of(self.path, self.data), encoding=self.encoding, errors="records-stray-bytes")


def _bytes_of(path: Path, data: bytes | None) -> io.BufferedReader | io.BytesIO:
    return io.BufferedReader(io.FileIO(path), CHUNK) if data is None else io.BytesIO(data)


def files_of(path: Path) -> list[tuple[str, bytes | None]]:
    """The files that are to be read: the file itself, or those that an archive (zip, gzip) holds.

    Returns
    -------
    list of (name, bytes or None)
        None for the file itself. What systems put into archives beside people's files is left out. A workbook is a zip
        archive too, but none of files that people exported.

    Raises
    ------
    ReviewError
        There is no such file; the archive is damaged, encrypted, empty or too large to be unpacked in memory.
    """
    if not path.is_file():
        message = "There is no such file." if not path.exists() else "This is not a file but a folder or a device."
        raise _refusal(path, str(path), "is-a-file", message, "Name the file that was exported.")
    with io.FileIO(path) as file:
        magic = file.read(4)
    try:
        if magic.startswith(b"\x1f\x8b"):
            with io.BufferedReader(io.FileIO(path)) as packed, gzip.GzipFile(fileobj=packed) as unpacked:
                data = unpacked.read(MOST_UNPACKED + 1)
            if len(data) > MOST_UNPACKED:
                raise _too_large(path)
            return [(path.name.removesuffix(".gz"), data)]
        if magic == b"PK\x03\x04":
            return _members(path)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        message = f"The archive cannot be unpacked ({str(error)[:100]})."
        raise _refusal(
            path, path.name, "is-whole", message, "Download it again, or unpack it and give its files."
        ) from None
    return [(path.name, None)]


def _members(path: Path) -> list[tuple[str, bytes | None]]:
    with zipfile.ZipFile(path) as archive:
        inside = [one for one in archive.infolist() if not one.is_dir()]
        if any(one.filename in _OF_DOCUMENTS for one in inside):
            return [(path.name, None)]
        kept = [one for one in inside if not _OF_SYSTEMS.search(one.filename)]
        if not kept:
            raise _refusal(path, path.name, "is-an-export", "There is no file in this archive.", "Export again.")
        if len(kept) > MOST_MEMBERS or sum(one.file_size for one in kept) > MOST_UNPACKED:
            raise _too_large(path)
        return [(one.filename, archive.read(one)) for one in sorted(kept, key=lambda one: one.filename)]


def _refusal(path: Path, name: str, rule: str, message: str, fix: str) -> ReviewError:
    return ReviewError([Fault(name, None, None, None, rule, message, fix)], f"{path.name} was not imported")


def _too_large(path: Path) -> ReviewError:
    message = (
        f"What this archive holds is too much to be unpacked here ({MOST_UNPACKED >> 20} MB, {MOST_MEMBERS} files)."
    )
    return _refusal(path, path.name, "is-an-export", message, "Unpack it yourself and give its files.")


def read_text(path: Path, data: bytes | None = None) -> Text:
    """Find out how a file is encoded.

    A byte order mark decides. Without one: UTF-8 when the whole file is valid, or mostly; else Windows-1252; another
    code page only when the bytes cannot be Western (then as charset-normalizer judges).

    Parameters
    ----------
    path : Path
        A file.
    data : bytes, optional
        What an archive holds, if the file is one.

    Returns
    -------
    Text
    """
    with _bytes_of(path, data) as file:
        head = file.read(4096)
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - 4))
        tail = file.read(4).rstrip(b"\0")  # in UTF-16 a NUL may follow
    end = not tail.endswith((b"\n", b"\r")), tail[-1:].decode("ascii", "replace"), data
    for mark, encoding in _BOMS.items():
        if head.startswith(mark):
            return Text(path, encoding, "", *end)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even + odd > len(head) / 4:
        return Text(path, "utf-16-le" if odd > even else "utf-16-be", "", *end)
    encoding, note = _without_mark(path, data)
    return Text(path, encoding, note, *end)


def _without_mark(path: Path, data: bytes | None) -> tuple[str, str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    sample = bytearray()
    is_valid = True
    with _bytes_of(path, data) as file:
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
