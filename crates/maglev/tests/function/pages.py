"""The pages of docs/, and what stands in their code blocks."""

import pathlib
import re

ROOT = next(folder for folder in pathlib.Path(__file__).resolve().parents if (folder / "README.md").exists())


def blocks(path, kind):
    """The code blocks of one kind, `sh` or `hcl`, in their order."""
    return re.findall(rf"^```{kind}\n(.*?)^```", (ROOT / path).read_text(), re.DOTALL | re.MULTILINE)


def shown(path):
    """What a page shows as code, line by line: where it stands (`sh`, `hcl`, "" of a block without a name, None in a sentence), and the line.

    Of `console`, what is typed; a test of its own holds the rest to it.
    """
    text = (ROOT / path).read_text()
    spans = re.findall(r"^(`{3,})(\w*)(?: [^`\n]*)?\n(.*?)^\1$|`([^`\n]+)`", text, re.DOTALL | re.MULTILINE)
    for fence, language, block, span in spans:
        typed = (line for line in block.splitlines() if language != "console" or line.startswith("$ "))
        yield from ((language, line.strip()) for line in typed) if fence else [(None, span)]


# `$ NAME=value target/release/maglev `
OURS = r"(?:\$ )?((?:[A-Z_]+=\S+ )*)(?:target/release/|bin/)?maglev( [a-z].*)"


def lines(path):
    """The command lines of Maglev's that a page shows, in code blocks and in sentences, in their order."""
    matches = (re.match(OURS, line) for _, line in shown(path))
    return [f"{match[1]}maglev{match[2]}".removesuffix(" &&") for match in matches if match]
