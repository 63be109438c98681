"""Events and archives that an attacker, a mistake or a cut connection makes; each with what refuses it.

Every case is (name, event as bytes, a pattern of the answer's errorMessage). The limits are the function's, and are
said here again on purpose: a test that reads them from the code would not notice that one was lost.
"""

import base64
import gzip
import io
import json
import tarfile

MEBIBYTE = 1024 * 1024
EXPANDED_LIMIT = 32 * MEBIBYTE
ENTRIES_LIMIT = 20_000
MIGRATION = b"class A < ActiveRecord::Migration[8.1]\n  def change = create_table(:hostile)\nend\n"
NAME = "db/migrate/20240101000001_a.rb"


def tar(*entries):
    """A tar archive of (name, content) or of ready TarInfo. Names are written as they are given, as bytes too."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT, encoding="latin-1") as archive:
        for entry in entries:
            info, content = entry if isinstance(entry[0], tarfile.TarInfo) else (tarfile.TarInfo(entry[0]), entry[1])
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def special(name, kind, link=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info, b""


def envelope(archive, **more):
    text = archive if isinstance(archive, str) else base64.b64encode(archive).decode()
    return json.dumps({"maglev": 1, "command": "migrate", "bundle": text, **more}).encode()


def plain(files):
    return json.dumps({name: base64.b64encode(content).decode() for name, content in files.items()}).encode()


def bomb(size):
    """gzip of a tar with one file of so many zero bytes, which is a thousandth of it."""
    info = tarfile.TarInfo("db/migrate/20240101000001_bomb.rb")
    info.size = size
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as stream:
        stream.write(info.tobuf(tarfile.GNU_FORMAT))
        zeros = bytes(MEBIBYTE)
        for _ in range(size // MEBIBYTE):
            stream.write(zeros)
        stream.write(bytes(1024))
    return packed.getvalue()


def zstd_bomb():
    """A zstd frame that says it has a window of two gigabytes, for a decoder that believes it."""
    return b"\x28\xb5\x2f\xfd" + b"\x00" + b"\xa8" + b"\x03\x00\x00" + bytes(64)


def archives():
    """(name, archive, pattern)"""
    folder = tarfile.TarInfo("db")
    folder.type = tarfile.DIRTYPE
    good = tar((NAME, MIGRATION))
    packed = gzip.compress(good)
    outside = "a name that is not accepted"
    kind = "neither a file nor a folder"
    unreadable = "cannot be read"
    return [
        ("gzip bomb", bomb(256 * MEBIBYTE), "expands to more than"),
        ("bomb within a bomb's limits, twice", gzip.compress(gzip.compress(bytes(48 * MEBIBYTE))), unreadable),
        ("zstd window", zstd_bomb(), unreadable),
        ("too many entries", gzip.compress(tar(*[(folder, b"")] * (ENTRIES_LIMIT + 1))), "more than 20000 entries"),
        ("up and out", tar(("../../etc/passwd.rb", MIGRATION)), outside),
        ("up in the middle", tar(("db/migrate/../../../x.rb", MIGRATION)), outside),
        ("absolute", tar(("/etc/x.rb", MIGRATION)), outside),
        ("backslashes", tar(("db\\..\\..\\x.rb", MIGRATION)), outside),
        ("line end in a name", tar(("db/migrate/1_a\n.rb", MIGRATION)), outside),
        ("a name of a megabyte", tar(("db/" + "x" * MEBIBYTE, MIGRATION)), outside),
        ("not UTF-8 in a name", tar(("db/migrate/1_\xff\xfe.rb", MIGRATION)), outside),
        ("symbolic link", tar(special("db/migrate/1_a.rb", tarfile.SYMTYPE, "/etc/passwd")), kind),
        ("hard link", tar(special("db/migrate/1_a.rb", tarfile.LNKTYPE, "/etc/passwd")), kind),
        ("device", tar(special("db/migrate/1_a.rb", tarfile.CHRTYPE)), kind),
        ("pipe", tar(special("db/migrate/1_a.rb", tarfile.FIFOTYPE)), kind),
        ("the same name twice", tar((NAME, MIGRATION), ("./" + NAME, MIGRATION)), "two entries named"),
        ("truncated tar", good[:700], unreadable),
        ("a tar cut between two entries", tar((NAME, MIGRATION), ("db/b.rb", b""))[:1024], unreadable),
        ("truncated gzip", packed[: len(packed) // 2], unreadable),
        ("gzip with a wrong checksum", packed[:-8] + bytes(8), unreadable),
        ("truncated zstd", b"\x28\xb5\x2f\xfd\x04", unreadable),
        ("noise", bytes(range(256)) * 8, unreadable),
        ("a size that lies", lying_size(), "expands to more than|cannot be read"),
    ]


def lying_size():
    """A header that announces eight exabytes, in tar's binary form of a number."""
    header = bytearray(tarfile.TarInfo(NAME).tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b"\x80" + (2**63 - 1).to_bytes(11, "big")
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header[:512]):06o}\0 ".encode()
    return bytes(header) + bytes(1024)


def events():
    """(name, event, pattern): what is not an archive's fault."""
    encoded = base64.b64encode(MIGRATION).decode()
    neither = "the event is neither"
    good = base64.b64encode(gzip.compress(tar((NAME, MIGRATION)))).decode()
    return [
        ("null", b"null", neither),
        ("list", b'["migrate"]', neither),
        ("text", b'"migrate"', neither),
        ("number", b"1", neither),
        ("Scheduler's event", b'{"source": "aws.events", "detail": {}}', neither),
        ("nested", b'{"migrate/1_a.rb": {"content": "x"}}', neither),
        ("deep", b"[" * 5000 + b"]" * 5000, "the event is not JSON|neither"),
        ("a word in place of a file", b'{"migrate": "eA=="}', neither),
        ("truncated base64", json.dumps({"migrate/20240101000001_a.rb": encoded[:-3]}).encode(), "is not base64"),
        ("no base64", b'{"migrate/20240101000001_a.rb": "class A"}', "is not base64"),
        ("url-safe base64", b'{"migrate/20240101000001_a.rb": "_-_-"}', "is not base64"),
        ("path traversal", plain({"migrate/../../../etc/cron.d/20240101000001_a.rb": MIGRATION}), "not accepted"),
        ("NUL in a name", plain({"migrate/20240101000001_a\0.rb": MIGRATION}), "not accepted"),
        ("version of the envelope", envelope(good, maglev=2), "version"),
        ("no version of the envelope", envelope(good, maglev="1"), "version"),
        ("unknown command", envelope(good, command="drop"), "unknown command `drop`"),
        ("no command", envelope(good, command=None), "no `command`"),
        ("an option of nobody", envelope(good, options={"shell": "id"}), "shell"),
        ("an option of another command", envelope(good, options={"steps": 2}), "`migrate` has no option `steps`"),
        ("a bundle and S3", envelope(good, s3={"bucket": "b", "key": "k"}), "both"),
        ("truncated bundle", envelope(good[:-5]), "is not base64|cannot be read"),
        ("bundle of another type", envelope(good, bundle=7), "cannot be read"),
    ]


def programs():
    """(name, event, pattern): files that are well packed, and are no migration, no text, or want out of the sandbox."""
    text = "invalid multibyte char"
    return [
        ("not UTF-8", program(b"class A\xff\xfe < ActiveRecord::Migration[8.1]\nend\n"), text),
        ("Latin-1 in a string", program(MIGRATION.replace(b":hostile", b'"na\xefve"')), text),
        ("a compiled file", program(bytes(range(256)) * 16), text),
        ("an empty file", program(b""), "uninitialized constant A"),
        ("nested without end", program(b"(" * 100_000), "nesting too deep"),
        ("an endless loop", ruby("loop { }"), "time"),
        ("endless recursion", ruby("a = ->(b) { b.(b) }\na.(a)"), "nested more than"),
        ("endless memory", ruby("a = 'x' * 1_000_000\nb = []\nloop { b << a + 'x' }"), "memory"),
        ("reads a file", ruby("File.read('/etc/passwd')"), "outside of what a migration may read"),
        ("runs a program", ruby("system('id')"), "`system` is not supported"),
        ("opens a socket", ruby("require 'socket'\nTCPSocket.new('127.0.0.1', 1)"), "`TCPSocket` is not supported"),
        ("reads the process", ruby("raise ENV.to_h.inspect"), "`to_h` is not supported"),
        ("reads a secret", ruby("raise ENV['AWS_SECRET_ACCESS_KEY'].inspect"), "nil"),
    ]


def program(source):
    return plain({"migrate/20240101000001_a.rb": source})


def ruby(statement):
    source = f"class A < ActiveRecord::Migration[8.1]\n  def up\n    {statement}\n  end\nend\n"
    return program(source.encode())


def cases():
    yield from events()
    for name, archive, pattern in archives():
        yield name, envelope(archive), pattern
