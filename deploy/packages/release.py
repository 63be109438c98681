"""What is made of a release's files together: maglev.rb, a formula for Homebrew, and SHA256SUMS.

Usage: release.py FOLDER
"""

import hashlib
import pathlib
import sys

from targets import LICENSE, NAME, REPOSITORY, SUMMARY, TARGETS, VERSION, address, archive


def main():
    folder = pathlib.Path(sys.argv[1])
    formula = folder / f"{NAME}.rb"
    archives = {target: folder / archive(target) for target in TARGETS}
    present = {target: path for target, path in archives.items() if path.exists()}
    formula.write_text(formula_of(present))
    missing = ", ".join(target for target in TARGETS if target not in present)
    if missing:
        print(f"release.py: {formula} lacks what is not here: {missing}", file=sys.stderr)
    sums = folder / "SHA256SUMS"
    files = sorted(path for path in folder.iterdir() if path != sums and is_of_release(path))
    sums.write_text("".join(f"{sum_of(path)}  {path.name}\n" for path in files))
    print(f"{sums}: {len(files)} files")


def is_of_release(path):
    """Neither another version's package, nor something else that lies about."""
    if path.suffix in (".whl", ".gem"):
        return path.name.startswith(f"{NAME}-{VERSION}-")
    return path.is_file() and path.name.startswith((NAME, "install.sh"))


def sum_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def formula_of(archives):
    of_each = {}
    for target, path in archives.items():
        system, processor = TARGETS[target].formula
        of_each.setdefault(system, {})[processor] = path
    blocks = "".join(
        f"\n  on_{system} do\n{''.join(block(*one) for one in sorted(processors.items()))}  end\n"
        for system, processors in sorted(of_each.items(), reverse=True)
    )
    return f"""class {NAME.capitalize()} < Formula
  desc "{SUMMARY}"
  homepage "{REPOSITORY}"
  version "{VERSION}"
  license "{LICENSE}"
{blocks}
  def install
    bin.install "maglev"
    man1.install Dir["share/man/man1/*.1"]
    bash_completion.install "share/bash-completion/completions/maglev"
    fish_completion.install "share/fish/vendor_completions.d/maglev.fish"
    zsh_completion.install "share/zsh/site-functions/_maglev"
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/maglev --version")
  end
end
"""


def block(processor, path):
    return f"""    on_{processor} do
      url "{address(path.name)}"
      sha256 "{sum_of(path)}"
    end
"""


if __name__ == "__main__":
    main()
