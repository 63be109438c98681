"""docs/tour.md, run: its files are written and its commands are run in one shell, in the page's order."""

import pathlib
import re
import subprocess
import uuid

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
# What differs from run to run and from build to build.
VARYING = [
    (re.compile(r"\b\d+\.\d{4}s"), "0.0000s"),
    (re.compile(r"'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?'"), "'now'"),
    (re.compile(r"^(maglev \d+\.\d+\.\d+).*", re.MULTILINE), r"\1"),
    (re.compile(r"^(== .*?) =+$", re.MULTILINE), r"\1"),
]


def run(page, folder, environment):
    """The page as this run would write it."""
    blocks = list(BLOCK.finditer(page))
    marker = f"--{uuid.uuid4().hex}"
    script, commands = ["set +e"], []
    for block in blocks:
        language, name, body = block.groups()
        if name:
            script.append(f"mkdir -p {pathlib.PurePath(name).parent} && cat > {name} <<'{marker}'\n{body}{marker}")
        elif language == "console":
            for command in re.findall(r"^\$ (.*)$", body, re.MULTILINE):
                commands.append(command)
                # What a command exits with is the next one's to ask for.
                script.append(f"{command}\ncode=$?; printf '%s\\n' {marker}; (exit $code)")
    done = subprocess.run(
        ["bash"],
        input="\n".join(script),
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    said = done.stdout.replace(environment["HOME"], "/home/you").split(f"{marker}\n")
    if len(said) != len(commands) + 1:
        raise AssertionError(f"the shell ended early:\n{done.stdout}")
    answers = iter(zip(commands, said[:-1], strict=True))
    new, at = [], 0
    for block in blocks:
        language, name, body = block.groups()
        if language == "console" and not name:
            count = len(re.findall(r"^\$ ", body, re.MULTILINE))
            lines = "".join(f"$ {command}\n{answer}" for command, answer in (next(answers) for _ in range(count)))
            # Times that the page has may stay.
            if settled(lines) == settled(body):
                lines = body
            new += [page[at : block.start(3)], lines]
            at = block.end(3)
    return "".join([*new, page[at:]])


def settled(text):
    for pattern, replacement in VARYING:
        text = pattern.sub(replacement, text)
    return text
