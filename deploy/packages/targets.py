"""What a release is made for, and what the package managers call that. Name, version and repository are Cargo.toml's.

Usage: targets.py [targets]     prints the version, or the targets
"""

import pathlib
import sys
import tomllib
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKSPACE = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]
NAME = "maglev"
VERSION = WORKSPACE["version"]
REPOSITORY = WORKSPACE["repository"]
LICENSE = WORKSPACE["license"]
SUMMARY = "Rails database migrations without Ruby and without Rails"
DESCRIPTION = (
    "Maglev reads db/migrate/*.rb, interprets the Ruby in them itself, and sends SQLite, MySQL, MariaDB or PostgreSQL the "
    "statements that Active Record would send. This package carries its binary and nothing else."
)


class Target(NamedTuple):
    wheel: str
    """The platform tag of a wheel. The static binaries run on every Linux, and so have a tag for each libc."""
    gem: str
    """RubyGems' platform."""
    formula: tuple[str, str]
    """Homebrew's words for system and processor. A formula has one archive for each: the last in the table that is there."""


TARGETS = {
    "x86_64-unknown-linux-gnu": Target("manylinux_2_34_x86_64", "x86_64-linux-gnu", ("linux", "intel")),
    "aarch64-unknown-linux-gnu": Target("manylinux_2_34_aarch64", "aarch64-linux-gnu", ("linux", "arm")),
    "x86_64-unknown-linux-musl": Target(
        "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64", "x86_64-linux-musl", ("linux", "intel")
    ),
    "aarch64-unknown-linux-musl": Target(
        "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64", "aarch64-linux-musl", ("linux", "arm")
    ),
    "x86_64-apple-darwin": Target("macosx_10_12_x86_64", "x86_64-darwin", ("macos", "intel")),
    "aarch64-apple-darwin": Target("macosx_11_0_arm64", "arm64-darwin", ("macos", "arm")),
}


def archive(target):
    return f"{NAME}-{target}.tar.gz"


def address(file):
    return f"{REPOSITORY}/releases/download/v{VERSION}/{file}"


if __name__ == "__main__":
    print("\n".join(TARGETS) if "targets" in sys.argv else VERSION)
