"""Writes what Terraform's registry shows of the module, its submodules and its examples: the tables of terraform-docs, and of
an example the comment that its main.tf begins with. `--check` only says whether the files have it.

It reads the .tf files as `terraform fmt` leaves them: a block's attributes stand two spaces in, and what is further in is
theirs. Whatever stands outside of the marks in a README.md stays.
"""

import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
BEGIN, END = "<!-- BEGIN_TF_DOCS -->", "<!-- END_TF_DOCS -->"


def main(arguments):
    stale = []
    for folder in [HERE, *sorted(HERE.glob("modules/*/")), *sorted(HERE.glob("examples/*/"))]:
        readme = folder / "README.md"
        before = readme.read_text() if readme.is_file() else f"{beginning(folder)}\n\n{BEGIN}\n{END}\n"
        if folder.parent.name == "examples":
            before = f"{beginning(folder)}\n\n{BEGIN}{before.partition(BEGIN)[2]}"
        head, _, rest = before.partition(BEGIN)
        after = f"{head}{BEGIN}\n{tables(folder)}\n{END}{rest.partition(END)[2]}"
        if readme.is_file() and after == readme.read_text():
            continue
        stale.append(str(readme.relative_to(HERE)))
        if "--check" not in arguments:
            readme.write_text(after)
    if stale and "--check" in arguments:
        print(f"not as the .tf files say: {', '.join(stale)}; write them by deploy/terraform/document.py")
        return 1
    return 0


def beginning(folder):
    """The title, and the comment at the head of main.tf."""
    lines = []
    for line in (folder / "main.tf").read_text().splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").removeprefix(" "))
    return f"# {folder.name}\n\n" + "\n".join(lines)


def tables(folder):
    found = blocks("\n".join(file.read_text() for file in sorted(folder.glob("*.tf"))))
    parts = [requirements(found), providers(found), modules(found), resources(found), inputs(found), outputs(found)]
    return "\n\n".join(parts)


def blocks(text):
    """Each block at a file's outermost level: its kind, its labels, its attributes as they are written, and its text."""
    found = []
    for match in re.finditer(r'^(\w+)((?: "[^"]+")*) \{\n(.*?)^\}$', text, re.MULTILINE | re.DOTALL):
        kind, labels, body = match.groups()
        found.append((kind, re.findall(r'"([^"]+)"', labels), attributes(body), body))
    return found


def attributes(body):
    """What a block says by `name = value`; a value goes on until its brackets are closed."""
    found = {}
    lines = iter(body.splitlines())
    for line in lines:
        if match := re.match(r"  (\w+) += (.*)", line):
            name, value = match.groups()
            while is_open(value):
                value += "\n" + next(lines).removeprefix("  ")
            found[name] = value
    return found


def is_open(value):
    bare = re.sub(r'"(\\.|[^"\\])*"', "", value)
    return sum(map(bare.count, "([{")) > sum(map(bare.count, ")]}"))


def of_kind(found, *kinds):
    return [(kind, *labels, attributes) for kind, labels, attributes, _ in found if kind in kinds]


def versions(found):
    """What is required: Terraform, and each provider."""
    text = next((body for kind, _, _, body in found if kind == "terraform"), "")
    required = re.search(r'required_version = "([^"]+)"', text)
    named = re.findall(r'(\w+) = \{\s+source +=.*?version = "([^"]+)"', text, re.DOTALL)
    return [("terraform", required.group(1)), *named]


def requirements(found):
    rows = [
        [f"{anchor('requirement', name)} [{name}](#requirement\\_{name})", escape(version)]
        for name, version in versions(found)
    ]
    return table("Requirements", ["Name", "Version"], rows)


def providers(found):
    used = {labels[0].partition("_")[0] for kind, labels, _, _ in found if kind in ("resource", "data")}
    rows = [
        [f"{anchor('provider', name)} [{name}](#provider\\_{name})", escape(version)]
        for name, version in versions(found)
        if name in used
    ]
    return table("Providers", ["Name", "Version"], rows)


def modules(found):
    rows = [
        [f"{anchor('module', name)} [{escape(name)}](#module\\_{escape(name)})", attributes["source"].strip('"'), "n/a"]
        for _, name, attributes in sorted(of_kind(found, "module"), key=lambda module: module[1])
    ]
    return table("Modules", ["Name", "Source", "Version"], rows)


def resources(found):
    rows = []
    for kind, type_, name, _ in sorted(of_kind(found, "resource", "data"), key=lambda of: (of[1], of[2])):
        provider, _, word = type_.partition("_")
        folder = "resources" if kind == "resource" else "data-sources"
        address = f"https://registry.terraform.io/providers/hashicorp/{provider}/latest/docs/{folder}/{word}"
        rows.append([f"[{type_}.{name}]({address})", "resource" if kind == "resource" else "data source"])
    return table("Resources", ["Name", "Type"], rows)


def inputs(found):
    rows = []
    for _, name, attributes in sorted(of_kind(found, "variable"), key=lambda variable: variable[1]):
        default = attributes.get("default")
        rows.append(
            [
                f"{anchor('input', name)} [{escape(name)}](#input\\_{escape(name)})",
                described(attributes),
                code(attributes["type"]),
                "n/a" if default is None else code(default),
                "yes" if default is None else "no",
            ]
        )
    return table("Inputs", ["Name", "Description", "Type", "Default", "Required"], rows)


def outputs(found):
    rows = [
        [f"{anchor('output', name)} [{escape(name)}](#output\\_{escape(name)})", described(attributes)]
        for _, name, attributes in sorted(of_kind(found, "output"), key=lambda output: output[1])
    ]
    return table("Outputs", ["Name", "Description"], rows)


def described(attributes):
    # A description that is missing is an error: nobody would know what the variable is for.
    return json.loads(attributes["description"]).replace("|", "\\|")


def code(text):
    if "\n" in text:
        return f"<pre>{text}</pre>".replace("\n", "<br/>")
    return f"`{text}`"


def anchor(kind, name):
    return f'<a name="{kind}_{name}"></a>'


def escape(text):
    return re.sub(r"([_<>])", r"\\\1", text)


def table(title, heads, rows):
    if not rows:
        return f"## {title}\n\nNo {title.lower()}."
    lines = [f"| {' | '.join(cells)} |" for cells in [heads, *rows]]
    # As terraform-docs underlines.
    lines.insert(1, f"|{'|'.join('-' * (len(head) + 2) for head in heads)}|")
    return f"## {title}\n\n" + "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
