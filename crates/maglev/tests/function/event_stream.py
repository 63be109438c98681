"""Frames of application/vnd.amazon.eventstream, as AWS' SDKs parse them: lengths, checksums, headers, payload."""

import struct
import zlib


def event(kind, payload, content_type):
    """One event message."""
    return message({":message-type": "event", ":event-type": kind, ":content-type": content_type}, payload)


def message(headers, payload):
    head = b"".join(header(name, value) for name, value in headers.items())
    prelude = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    body = prelude + checksum(prelude) + head + payload
    return body + checksum(body)


def header(name, value):
    # 7 is the type of a string.
    return struct.pack(">B", len(name)) + name.encode() + struct.pack(">BH", 7, len(value)) + value.encode()


def checksum(data):
    return struct.pack(">I", zlib.crc32(data))
