"""Packs one binary: maglev-TARGET.tar.gz, a wheel, and a gem where RubyGems is. The same binary makes the same files.

Usage: pack.py BINARY TARGET FOLDER [--pages-from BINARY] [--level LEVEL]
"""

import argparse
import base64
import gzip
import hashlib
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

from targets import DESCRIPTION, LICENSE, NAME, REPOSITORY, ROOT, SUMMARY, TARGETS, VERSION, archive

# What Amazon Linux 2023 has, and what the wheels' tags promise.
NEWEST_GLIBC = (2, 34)
COMPLETIONS = {
    "bash": "share/bash-completion/completions/maglev",
    "fish": "share/fish/vendor_completions.d/maglev.fish",
    "zsh": "share/zsh/site-functions/_maglev",
}
# The first day that a zip can tell, for RubyGems.
EPOCH = "315619200"
WRAPPER = """#!/usr/bin/env ruby
# Hands over to the binary that this gem carries.
exec(File.expand_path("../libexec/maglev", __dir__), *ARGV)
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--pages-from", type=pathlib.Path, help="a binary that runs here, where BINARY does not")
    parser.add_argument("--level", type=int, default=9, help="how hard to compress: 1 to 9")
    asked = parser.parse_args()
    binary = asked.binary.read_bytes()
    if asked.target.endswith("-linux-gnu"):
        refuse_newer_glibc(binary)
    asked.folder.mkdir(parents=True, exist_ok=True)
    beside = {name: (ROOT / name).read_bytes() for name in ("LICENSE", "THIRD-PARTY-NOTICES")}
    pages = pages_of(asked.pages_from or asked.binary)
    say(pack_archive(asked, binary, beside | pages))
    say(pack_wheel(asked, binary, beside))
    if shutil.which("gem"):
        say(pack_gem(asked, binary, beside))
    else:
        print(f"pack.py: no gem for {asked.target}: there is no RubyGems here (apt-get install ruby)", file=sys.stderr)


def say(path):
    print(f"{path}: {path.stat().st_size} bytes")


def refuse_newer_glibc(binary):
    found = {tuple(map(int, version.split(b"."))) for version in re.findall(rb"GLIBC_(\d+\.\d+)", binary)}
    if max(found, default=NEWEST_GLIBC) > NEWEST_GLIBC:
        sys.exit(f"pack.py: the binary needs glibc {max(found)}, newer than {NEWEST_GLIBC}: build on Debian 12")


def pages_of(binary):
    """Manual pages and completions, by their places below a prefix."""
    run = [str(binary.resolve())]
    files = {
        place: subprocess.run([*run, "completions", shell], check=True, capture_output=True).stdout
        for shell, place in COMPLETIONS.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*run, "man", folder], check=True)
        pages = {f"share/man/man1/{page.name}": page.read_bytes() for page in pathlib.Path(folder).iterdir()}
    return files | pages


def pack_archive(asked, binary, others):
    path = asked.folder / archive(asked.target)
    tarred = io.BytesIO()
    with tarfile.open(fileobj=tarred, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        # The binary first: who wants nothing else need not read on.
        for name, content in [(NAME, binary), *sorted(others.items())]:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755 if name == NAME else 0o644
            tar.addfile(entry, io.BytesIO(content))
    path.write_bytes(gzip.compress(tarred.getvalue(), asked.level, mtime=0))
    return path


def pack_wheel(asked, binary, beside):
    tags = TARGETS[asked.target].wheel
    path = asked.folder / f"{NAME}-{VERSION}-py3-none-{tags}.whl"
    info = f"{NAME}-{VERSION}.dist-info"
    licenses = {f"{info}/licenses/{name}": content for name, content in beside.items()}
    metadata = (
        f"Metadata-Version: 2.4\nName: {NAME}\nVersion: {VERSION}\nSummary: {SUMMARY}\nLicense-Expression: {LICENSE}\n"
        + "".join(f"License-File: {name}\n" for name in beside)
        + f"Project-URL: Source, {REPOSITORY}\nRequires-Python: >=3\n\n{DESCRIPTION}\n"
    )
    wheel = "Wheel-Version: 1.0\nGenerator: maglev\nRoot-Is-Purelib: false\n" + "".join(
        f"Tag: py3-none-{tag}\n" for tag in tags.split(".")
    )
    files = {f"{NAME}-{VERSION}.data/scripts/{NAME}": binary} | licenses
    files |= {f"{info}/METADATA": metadata.encode(), f"{info}/WHEEL": wheel.encode()}
    record = f"{info}/RECORD"
    lines = [f"{name},sha256={in_base64(content)},{len(content)}" for name, content in files.items()]
    files[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=asked.level) as packed:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            mode = 0o755 if content is binary else 0o644
            entry.create_system, entry.external_attr, entry.compress_type = 3, (0o100000 | mode) << 16, 8
            packed.writestr(entry, content)
    return path


def in_base64(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def pack_gem(asked, binary, beside):
    platform = TARGETS[asked.target].gem
    path = asked.folder.resolve() / f"{NAME}-{VERSION}-{platform}.gem"
    files = {f"exe/{NAME}": WRAPPER.encode(), f"libexec/{NAME}": binary} | beside
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            file = pathlib.Path(folder, name)
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
            file.chmod(0o644 if name in beside else 0o755)
        pathlib.Path(folder, "maglev.gemspec").write_text(gemspec(platform, files))
        environment = os.environ | {"SOURCE_DATE_EPOCH": EPOCH}
        command = ["gem", "build", "--quiet", "--output", str(path), "maglev.gemspec"]
        subprocess.run(command, cwd=folder, env=environment, check=True)
    return path


def gemspec(platform, files):
    return f"""Gem::Specification.new do |gem|
  gem.name = {NAME!r}
  gem.version = {VERSION!r}
  gem.platform = {platform!r}
  gem.summary = {SUMMARY!r}
  gem.description = {DESCRIPTION!r}
  gem.authors = ["The Maglev authors"]
  gem.license = {LICENSE!r}
  gem.homepage = {REPOSITORY!r}
  gem.metadata = {{ "rubygems_mfa_required" => "true", "source_code_uri" => {REPOSITORY!r} }}
  gem.required_ruby_version = ">= 2.7"
  gem.files = %w[{" ".join(files)}]
  gem.bindir = "exe"
  gem.executables = [{NAME!r}]
end
"""


if __name__ == "__main__":
    main()
