#!/bin/sh
# Installs Maglev's command line tool, `maglev`, of a release: picks the platform, verifies the sum, asks for no root.
# Usage: install.sh [VERSION]     the newest release where none is named
#   MAGLEV_VERSION       the same, for a pipe: curl -fsSL .../install.sh | MAGLEV_VERSION=0.1.0 sh
#   MAGLEV_INSTALL       the folder that gets it [~/.local/bin]
#   MAGLEV_TARGET        another platform's, such as x86_64-unknown-linux-musl
#   MAGLEV_BASE_URL      where releases are: a mirror has latest/download/FILE and download/vVERSION/FILE
#   MAGLEV_ATTESTATION   1: have GitHub's `gh` verify who built it, too
set -eu

repository=https://github.com/maglev-rb/maglev

main() {
  version=${1:-${MAGLEV_VERSION:-}}
  version=${version#v}
  base=${MAGLEV_BASE_URL:-$repository/releases}
  folder=${MAGLEV_INSTALL:-${HOME:?"neither MAGLEV_INSTALL nor HOME is set"}/.local/bin}
  target=${MAGLEV_TARGET:-$(platform)}
  archive=maglev-$target.tar.gz
  case $version in
    '' | latest) from=${base%/}/latest/download ;;
    *[!0-9A-Za-z.+-]*) fail "\`$version\` is no version" ;;
    *) from=${base%/}/download/v$version ;;
  esac

  temporary=$(mktemp -d)
  trap 'rm -rf "$temporary"' EXIT
  trap 'exit 1' HUP INT TERM
  download "$from/SHA256SUMS" "$temporary/SHA256SUMS"
  expected=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$temporary/SHA256SUMS")
  [ -n "$expected" ] || fail "this release has no $archive"
  download "$from/$archive" "$temporary/$archive"
  found=$(sum "$temporary/$archive")
  [ "$found" = "$expected" ] ||
    fail "$archive is not what its release says: its SHA-256 is $found, and should be $expected; nothing was installed"
  if [ "${MAGLEV_ATTESTATION:-}" = 1 ]; then
    gh attestation verify --repo "${repository#https://github.com/}" "$temporary/$archive" >&2 ||
      fail "nobody attests who built $archive; nothing was installed"
  fi

  tar -xzf "$temporary/$archive" -C "$temporary" maglev
  said=$("$temporary/maglev" --version) || fail "the binary for $target does not run here"
  mkdir -p "$folder"
  # Beside its place, then there at once: whoever runs the old one meanwhile is not disturbed.
  cp "$temporary/maglev" "$folder/.maglev.$$"
  chmod 755 "$folder/.maglev.$$"
  mv -f "$folder/.maglev.$$" "$folder/maglev"
  echo "$said is installed: $folder/maglev"
  case :${PATH:-}: in
    *:"$folder":*) ;;
    *) echo "PATH lacks its folder: export PATH=\"$folder:\$PATH\"" ;;
  esac
}

platform() {
  machine=$(uname -m)
  case $machine in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
    *) fail "there is no binary for $machine" ;;
  esac
  case $(uname -s) in
    Linux)
      if new_glibc; then echo "$machine-unknown-linux-gnu"; else echo "$machine-unknown-linux-musl"; fi
      ;;
    Darwin)
      # A shell that Rosetta translates calls this machine x86_64.
      if [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || true)" = 1 ]; then machine=aarch64; fi
      echo "$machine-apple-darwin"
      ;;
    *) fail "there is no binary for $(uname -s); on Windows use WSL" ;;
  esac
}

# The dynamic binary wants glibc 2.34 or newer; the static one runs anywhere.
new_glibc() {
  glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null) || return 1
  glibc=${glibc#glibc }
  case $glibc in
    [0-9]*.[0-9]*) ;;
    *) return 1 ;;
  esac
  minor=${glibc#*.}
  [ "${glibc%%.*}" -gt 2 ] || { [ "${glibc%%.*}" -eq 2 ] && [ "${minor%%.*}" -ge 34 ]; }
}

download() { # URL, file
  if command -v curl >/dev/null; then
    curl -fsSL --retry 3 -o "$2" "$1" || fail "$1 could not be downloaded"
  elif [ "${1#file://}" != "$1" ]; then
    cp "${1#file://}" "$2" || fail "$1 could not be read"
  elif command -v wget >/dev/null; then
    wget -q -O "$2" "$1" || fail "$1 could not be downloaded"
  else
    fail "neither curl nor wget is here"
  fi
}

sum() { # file
  if command -v sha256sum >/dev/null; then
    sha256sum "$1"
  elif command -v shasum >/dev/null; then
    shasum -a 256 "$1"
  else
    openssl dgst -sha256 -r "$1"
  fi | cut -d ' ' -f 1
}

fail() {
  echo "install.sh: $1" >&2
  exit 1
}

# Whole, or not at all: a download that breaks off has not called it.
main "$@"
