"""The pages of docs/, and what stands in their code blocks."""

import pathlib
import re

ROOT = next(folder for folder in pathlib.Path(__file__).resolve().parents if (folder / "README.md").exists())


def blocks(path, kind):
    """The code blocks of one kind, `sh` or `hcl`, in their order."""
    return re.findall(rf"^```{kind}\n(.*?)^```", (ROOT / path).read_text(), re.DOTALL | re.MULTILINE)


def section(path, heading):
    """The text below a heading, to the next one of its level."""
    text = (ROOT / path).read_text()
    level = "#" * len(heading.split()[0])
    return re.search(rf"^{re.escape(heading)}\n(.*?)(?=^{level} |\Z)", text, re.DOTALL | re.MULTILINE)[1]


def lines(path):
    """The command lines of Maglev's that a page shows, in code blocks and in sentences, in their order."""
    found = []
    for kind, block, span in re.findall(
        r"^(`{3,})\w*\n(.*?)^\1$|`([^`\n]+)`", (ROOT / path).read_text(), re.DOTALL | re.MULTILINE
    ):
        for line in block.splitlines() if kind else [span]:
            match = re.match(r"(?:\$ )?((?:[A-Z_]+=\S+ )*)(?:target/release/|bin/)?maglev( [a-z].*)", line.strip())
            if match:
                found.append((match[1] + "maglev" + match[2]).removesuffix(" &&"))
    return found
