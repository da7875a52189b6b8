"""Valid files spoiled at random: bits, cuts, blocks, splices, heads, length fields."""

import contextlib
import gzip
import io
import random
import zipfile
import zlib
from functools import partial

from benchmarks.bad_files.cases import Case
from benchmarks.bad_files.seeds import seeds, zipped

NUMBERS = (
    b"\0",
    b"\xff",
    b"\0\0",
    b"\xff\xff",
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x7f\xff\xff\xff",
    b"\xff" * 8,
)
TROUBLE = (
    b'"',
    b";",
    b",",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\\",
    b"\t",
    b"'",
    b"\xef\xbb\xbf",
    b"\xe2\x80",
    b"1e999",
    b"=1+1",
)


def flipped(content, chance):
    """Return ``content`` with a few bits turned."""
    spoiled = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 50))):
        at = chance.randrange(len(spoiled))
        spoiled[at] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


def cut(content, chance):
    """Return the begin of ``content``."""
    return content[: chance.randrange(len(content))]


def beheaded(content, chance):
    """Return the end of ``content``."""
    return content[chance.randrange(1, len(content)) :]


def doubled(content, chance):
    """Return ``content`` with a block of it put in again elsewhere."""
    begin = chance.randrange(len(content))
    block = content[begin : begin + chance.randrange(1, 2000)]
    at = chance.randrange(len(content))
    return content[:at] + block * chance.choice((1, 1, 2, 40)) + content[at:]


def holed(content, chance):
    """Return ``content`` without a block."""
    at = chance.randrange(len(content))
    return content[:at] + content[at + chance.randrange(1, 2000) :]


def spliced(content, chance):
    """Return the begin of ``content`` and the end of another file."""
    other = chance.choice(list(seeds().values()))
    return content[: chance.randrange(len(content))] + other[chance.randrange(len(other)) :]


def headed(content, chance):
    """Return ``content`` with other bytes at its begin."""
    head = bytes(chance.randrange(256) for _ in range(chance.choice((1, 2, 4, 8, 32))))
    return head + content[len(head) :]


def measured(content, chance):
    """Return ``content`` with what could be a length set to nothing or the most."""
    spoiled = bytearray(content)
    for _ in range(chance.choice((1, 1, 3))):
        number = chance.choice(NUMBERS)
        # Lengths stand at the begin and at the end of files more than in between.
        place = chance.choice((min(200, len(content)), len(content), len(content)))
        at = chance.randrange(place)
        at = at if chance.random() < 0.7 else max(0, len(content) - 1 - at)
        spoiled[at : at + len(number)] = number
    return bytes(spoiled)


def sprinkled(content, chance):
    """Return ``content`` with marks that mean something in text put in."""
    for _ in range(chance.choice((1, 3, 10))):
        at = chance.randrange(len(content) + 1)
        content = content[:at] + chance.choice(TROUBLE) + content[at + chance.choice((0, 0, 1, 8)) :]
    return content


def repacked(content, chance):
    """Return ``content`` with what is packed in it spoiled and packed again; other files are spoiled as they are."""
    inner = chance.choice([spoiler for spoiler in SPOILERS if spoiler is not repacked])
    if content[:2] == b"\x1f\x8b":
        with contextlib.suppress(OSError, EOFError, zlib.error):
            return gzip.compress(inner(gzip.decompress(content), chance))
    elif content[:4] == b"PK\x03\x04":
        with contextlib.suppress(OSError, ValueError, RuntimeError, zlib.error, zipfile.BadZipFile):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = {name: archive.read(name) for name in archive.namelist()}
            name = chance.choice([name for name in members if members[name]])
            return zipped({**members, name: inner(members[name], chance)})
    return inner(content, chance)


SPOILERS = (
    flipped,
    flipped,
    cut,
    beheaded,
    doubled,
    holed,
    spliced,
    headed,
    measured,
    measured,
    sprinkled,
    *[repacked] * 8,
)


def spoiled_file(number: int, seed: int) -> tuple[str, str, bytes]:
    """Return (name of the format, what was done, content) of the file ``number`` of a seed."""
    chance = random.Random(seed * 1_000_003 + number)
    name = list(seeds())[number % len(seeds())]
    content, done = seeds()[name], []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        spoiler = chance.choice(SPOILERS)
        content = spoiler(content, chance) or b"\n"
        done.append(spoiler.__name__)
    return name, ", ".join(done), content


def cases(count: int, seed: int) -> list[Case]:
    """Return ``count`` spoiled files, every format in turn."""

    def write(number, path):
        path.write_bytes(spoiled_file(number, seed)[2])

    names = list(seeds())
    return [
        Case("spoiled", f"{names[number % len(names)]}, number {number} of seed {seed}", partial(write, number))
        for number in range(count)
    ]
