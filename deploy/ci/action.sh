#!/usr/bin/env bash
# What the GitHub Action does (action.yml), step by step. macOS' bash is an old one: no mapfile here, and no empty array unguarded.
# Usage: action.sh release | install | run
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
temporary=${RUNNER_TEMP:?}

# Which release, and what tells it from another: its sums. The action installs the release that it is of.
release() {
  local version=${MAGLEV_VERSION#v}
  [ -n "$version" ] || version=$(sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"/\1/p' "$root/Cargo.toml")
  local repository
  repository=$(sed -n 's/^repository=//p' "$root/install.sh")
  local base=${MAGLEV_BASE_URL:-$repository/releases} from
  case $version in
    latest) from=$base/latest/download ;;
    *) from=$base/download/v$version ;;
  esac
  curl -fsSL --retry 3 -o "$temporary/maglev-sums" "$from/SHA256SUMS" || {
    echo "::error title=maglev::there is no release $version at $base"
    exit 1
  }
  {
    echo "version=$version"
    echo "folder=$temporary/maglev-bin"
    echo "sum=$(sum "$temporary/maglev-sums" | cut -c 1-16)"
  } >> "$GITHUB_OUTPUT"
}

sum() { # file
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi
}

# Unless the cache has it.
install() {
  if [ ! -x "$FOLDER/maglev" ]; then
    # Who built it is asked of GitHub, but not of a mirror, and where its command is.
    if [ -z "$MAGLEV_BASE_URL" ] && command -v gh >/dev/null; then export MAGLEV_ATTESTATION=1; fi
    MAGLEV_INSTALL=$FOLDER sh "$root/install.sh"
  fi
  local said
  said=$("$FOLDER/maglev" --version)
  echo "$said"
  echo "$FOLDER" >> "$GITHUB_PATH"
  {
    echo "version=$("$FOLDER/maglev" -V | cut -d ' ' -f 2)"
    echo "path=$FOLDER/maglev"
  } >> "$GITHUB_OUTPUT"
}

run() {
  read -ra arguments <<< "$COMMAND"
  [ -z "$FUNCTION" ] || arguments+=(--function "$FUNCTION")
  case $EXTRA in
    *$'\n'*)
      local line
      while IFS= read -r line; do
        [ -z "$line" ] || arguments+=("$line")
      done <<< "$EXTRA"
      ;;
    *)
      local more
      read -ra more <<< "$EXTRA"
      arguments+=(${more[@]+"${more[@]}"})
      ;;
  esac
  case " ${arguments[*]} " in
    *" --format"[\ =]*) tell "${arguments[@]}" ;;
    " plan "*) plan ;;
    " payload "* | " completions "* | " schema merge "* | " schema install-merge-driver "*) tell "${arguments[@]}" ;;
    *) tell "${arguments[@]}" --format github ;;
  esac
}

# Runs it, and keeps what it says in the job's summary, without what only GitHub reads.
tell() {
  local said=$temporary/maglev-said code=0
  "$MAGLEV" "$@" 2>&1 | tee "$said" || code=$?
  {
    echo "### \`maglev ${arguments[*]}\`"
    echo
    [ "$code" -eq 0 ] || printf 'Exit code %s.\n\n' "$code"
    echo '~~~~~~'
    # GitHub takes a megabyte.
    grep -v '^::' "$said" | tail -c 900000 || true
    echo '~~~~~~'
  } >> "$GITHUB_STEP_SUMMARY"
  exit "$code"
}

# The annotations first: what is refused, and what would certainly fail, ends it beside its line.
plan() {
  "$MAGLEV" "${arguments[@]}" --format github
  "$MAGLEV" "${arguments[@]}" --format markdown > "$temporary/maglev-plan.md"
  head -c 900000 "$temporary/maglev-plan.md" >> "$GITHUB_STEP_SUMMARY"
  if [ "$COMMENT" = true ] && [ -n "$PULL_REQUEST" ]; then comment; fi
}

# One comment, which follows the branch; an app of its own folder has its own.
comment() {
  local marker="<!-- maglev plan ${PWD#"$GITHUB_WORKSPACE"} -->" comments=repos/$GITHUB_REPOSITORY/issues last
  local text=$temporary/maglev-comment.md
  { echo "$marker"; cat "$temporary/maglev-plan.md"; } > "$text"
  # GitHub takes no longer comment.
  if [ "$(wc -c < "$text")" -gt 65536 ]; then
    local all=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID
    { echo "$marker"; head -n 1 "$temporary/maglev-plan.md"; echo; echo "[All of it]($all)"; } > "$text"
  fi
  last=$(gh api --paginate "$comments/$PULL_REQUEST/comments" --jq ".[] | select(.body | startswith(\"$marker\")) | .id" | tail -n 1)
  if [ -n "$last" ]; then
    gh api --silent --method PATCH "$comments/comments/$last" --field "body=@$text"
  else
    gh api --silent "$comments/$PULL_REQUEST/comments" --field "body=@$text"
  fi
}

"$1"
