"""ZIP archives, read in memory within limits and never unpacked to disk."""

import re
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from pipeline.contract.values import Fault
from pipeline.files.formats.sheet_facts import DAMAGED, ENCRYPTED
from pipeline.files.formats.text import RefusedFileError

MAXIMUM_MEMBERS = 200
MAXIMUM_UNPACKED_MB = 500
_BYTES_PER_MB = 1_000_000
_UNSAFE = re.compile(r"[/\\]|[A-Za-z]:|(.*[/\\])?\.\.([/\\].*)?$")
_NOT_SENT = ("__MACOSX/",)
# What zipfile and its decompressors raise on archives that are cut off, altered or of an unknown method.
UNREADABLE = (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)


def open_archive(raw: bytes) -> ZipFile:
    """The archive, after its directory was checked: no lock, no way out of its folder, no more than the limits."""
    try:
        archive = ZipFile(BytesIO(raw))
    except UNREADABLE as error:
        raise RefusedFileError(DAMAGED) from error
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise RefusedFileError(replace(ENCRYPTED, fix="pack its files again without a password"))
    if any(_UNSAFE.match(member.orig_filename) for member in members):
        message = "the ZIP holds a file whose name leads out of it (an absolute path, or '..')"
        fix = "pack the files anew, without their folders"
    elif len(members) > MAXIMUM_MEMBERS:
        message = f"it holds {len(members)} files, more than {MAXIMUM_MEMBERS}"
        fix = "send one file for each table"
    elif sum(member.file_size for member in members) > MAXIMUM_UNPACKED_MB * _BYTES_PER_MB:
        message, fix = (
            f"it unpacks to more than {MAXIMUM_UNPACKED_MB} MB",
            "split it, or send the tables as plain CSV",
        )
    else:
        return archive
    raise RefusedFileError(Fault("file.archive", message, fix))


def list_members(archive: ZipFile) -> list[str]:
    """The files in a ZIP that someone meant to send."""
    return [member.filename for member in archive.infolist() if _was_sent(member)]


def _was_sent(member: ZipInfo) -> bool:
    name = member.filename
    hidden = PurePosixPath(name).name.startswith((".", "~$"))
    return not (member.is_dir() or hidden or name.startswith(_NOT_SENT))


def read_member(archive: ZipFile, name: str) -> bytes:
    """One file of the ZIP: never more than its directory said it holds, and only if its checksum is right."""
    try:
        return archive.read(name)
    except UNREADABLE as error:
        raise RefusedFileError(DAMAGED) from error


def check_members(archive: ZipFile) -> None:
    """Refuse an archive of which one member is not what its directory says."""
    try:
        damaged = archive.testzip()
    except UNREADABLE as error:
        raise RefusedFileError(DAMAGED) from error
    if damaged is not None:
        raise RefusedFileError(DAMAGED)
