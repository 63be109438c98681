"""docs/ beside the code: the messages of docs/troubleshooting.md are those of the caller and the function, all of them; and the
command lines of Maglev's that README.md, deploy/README.md and docs/ show are run, or it says here why not.
"""

import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

from pages import ROOT, lines
from support import MAGLEV, REGION, FunctionTest

SOURCE = ROOT / "crates/maglev/src"
# Where the caller and the function say what went wrong.
SPEAKERS = [
    *SOURCE.glob("aws/*.rs"),
    *SOURCE.glob("caller/*.rs"),
    *SOURCE.glob("function/*.rs"),
    *(SOURCE / name for name in ("bundle.rs", "caller.rs", "function.rs", "once.rs", "request.rs", "signature.rs")),
    *(SOURCE / name for name in ("bundle/archive.rs", "request/planning.rs")),
    ROOT / "crates/ruby/src/runtime/exception.rs",
]
# What stands before a message.
MAKERS = r"(?:format!|bail!|anyhow!|context|with_context\(\|\| \w+!?|error|note|argument|Kind::\w+,)"
# What is none of those, and why.
NO_MESSAGES = {
    "this Maglev was built without": "of a build without the caller or the function",
    "roll back what is left with": "what to do, behind a message",
    "where one migration needs longer": "what to do, behind a message",
    "left_out": "in the middle of a long output",
    "is left": "a part of another",
    "error.error_type": "code",
    "serde_json": "code",
    "HeaderValue": "code",
}
PAGE = (ROOT / "docs/troubleshooting.md").read_text()


def literals(path):
    """The messages that a source makes, tests and comments left out, each as Rust reads it."""
    text = re.sub(r"^\s*//.*$", "", path.read_text().split("\n#[cfg(test)]")[0], flags=re.MULTILINE)
    found = re.findall(
        rf'{MAKERS}\(?\s*(?:"Maglev::\w+",\s*)?&?(?:{MAKERS}\(\s*)?"((?:[^"\\]|\\.|\\\n)*)"', text, re.DOTALL
    )
    return [re.sub(r"\\\n\s*", "", literal).replace('\\"', '"') for literal in found]


def fragments(message):
    """What of a message is always the same, without the marks of code."""
    message = message.split("\\nhint:")[0]
    parts = re.split(r"\{[\w.]*(?::[?#]*)?\}|\\n|\.\.\.|[:;()]", message)
    return [plain(part).strip(" :;,()") for part in parts]


def plain(text):
    return " ".join(text.replace("`", "").split())


class Troubleshooting(unittest.TestCase):
    maxDiff = None

    def test_every_message_is_there(self):
        page = plain(PAGE)
        missing = []
        for path in SPEAKERS:
            for literal in literals(path):
                says = [part for part in fragments(literal) if part.count(" ") >= 2]
                if says and not any(part in page for part in says) and not any(no in literal for no in NO_MESSAGES):
                    missing.append(f"{path.relative_to(ROOT)}: {literal}")
        self.assertEqual(missing, [])

    def test_every_class_is_there(self):
        sources = [*SOURCE.rglob("*.rs"), *(ROOT / "crates").glob("*/src/ground/errors.rs")]
        classes = set()
        for path in sources:
            classes |= set(re.findall(r'"(Maglev::[A-Za-z]+)"', path.read_text()))
        self.assertGreater(len(classes), 12)
        self.assertEqual([name for name in sorted(classes) if f"`{name}`" not in PAGE], [])
        known = set(re.findall(r"`(Maglev::\w+)`", PAGE))
        self.assertEqual(known - classes, set())

    def test_nothing_else_is_there(self):
        """Each message of a table stands in the code, or is AWS' or Rails' own."""
        code = ""
        for path in [*SOURCE.rglob("*.rs"), ROOT / "crates/ruby/src/runtime/exception.rs", *recorded()]:
            code += plain(re.sub(r"\\\n\s*", "", path.read_text()).replace('\\"', '"'))
        wrong = []
        for line in PAGE.splitlines():
            cell = line.removeprefix("| ").split(" | ")[0] if line.startswith("| `") else ""
            for message in re.findall(r"`([^`]+)`", cell):
                longest = max(fragments(message), key=len).split(",")[0]
                if not re.fullmatch(r"[\w.]+: \.\.\.", message) and "Exception" not in message and longest not in code:
                    wrong.append(message)
        self.assertEqual(wrong, [])


def recorded():
    """Where Rails' own words stand."""
    return [*(ROOT / "crates/adapters/src").rglob("errors.rs"), *(ROOT / "crates/activerecord/src").rglob("errors.rs")]


NEWEST = "20250114073000"
# Lines that are not run, as they stand or as a sentence names them without what they need.
NOT_RUN = {
    "maglev function": "waits for events; it is what answers every `--function` here",
    "maglev migrate --function": "named in a sentence, without the function",
    "maglev payload --sign": "named in a sentence, without the key",
    "maglev drift --against": "named in a sentence, without the database",
}
# What stands for something, by what comes before it, or anywhere.
STANDS_FOR = {
    "--rails VERSION": "--rails 8.0",
    "--to VERSION": f"--to {NEWEST}",
    "VERSION=20240102030405": f"VERSION={NEWEST}",
    "up VERSION": f"up {NEWEST}",
    "down VERSION": f"down {NEWEST}",
    "--scope SCOPE": "--scope blog",
    "N": "2",
    "FILE": "db/schema.rb",
    "SHELL": "bash",
    "URL": "sqlite3:storage/development.sqlite3",
    "DIR...": "db/migrate",
    "BASE OURS THEIRS": "db/schema.rb db/schema.rb db/schema.rb",
    "examples/shop/db/migrate": "db/migrate",
    "sqlite3:shop.sqlite3": "sqlite3:storage/development.sqlite3",
}


def written_out(line):
    """A synopsis without what may be left out, and with each such part."""
    line = line.replace("\\|", "|")
    bare = re.sub(r" \[[^\]]*\]", "", line)
    parts = [part for group in re.findall(r" \[([^\]]*)\]", line) for part in group.split("|")]
    needs = {"up": f" {NEWEST}", "down": f" {NEWEST}"}
    return [bare, *(f"{bare} {part}{needs.get(part, '')}" for part in parts)]


class CommandLines(FunctionTest):
    def setUp(self):
        super().setUp()
        self.template = self.app()
        shutil.copytree(ROOT / "examples/shop", self.template, dirs_exist_ok=True)
        database = (self.template / "config/database.yml").read_text()
        (self.template / "config/database.yml").write_text(
            f"{database}\ntest:\n  <<: *default\n  database: storage/test.sqlite3\n"
        )
        (self.template / "storage").mkdir()
        self.run_line(self.template, "maglev migrate")
        self.run_line(self.template, "maglev schema dump")
        for command in (
            "git init -q -b main --template=",
            "git add .",
            "git -c user.name=a -c user.email=a@example.com commit -q -m base",
            "git update-ref refs/remotes/origin/main HEAD",
            "openssl genpkey -algorithm ed25519 -out key.pem",
        ):
            subprocess.run(command.split(), cwd=self.template, check=True)
        self.run_line(self.template, f"maglev migrate --function {self.name}")

    def run_line(self, folder, line):
        environment = dict(word.split("=", 1) for word in re.match(r"(?:[A-Z_]+=\S+ )*", line)[0].split())
        line = line[line.index("maglev") :].split(" > ")[0]
        code, out, error = self.run_in(folder, MAGLEV, *shlex.split(line)[1:], **environment)
        self.assertEqual(code, 0, f"{line}\n{out}{error}")

    def test_each(self):
        pages = ["README.md", "deploy/README.md"]
        pages += [f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))]
        shown = dict.fromkeys(line for page in pages for line in lines(page))
        self.assertEqual([line for line in NOT_RUN if line not in shown], [])
        asked = dict.fromkeys(line for shown in shown if shown not in NOT_RUN for line in written_out(shown))
        arn = f"arn:aws:lambda:{REGION}:123456789012:function:{self.name}"
        for line in asked:
            meant = re.sub(r"--function (?!ARN)\S+", f"--function {self.name}", line).replace("ARN", arn)
            for what, stands in STANDS_FOR.items():
                meant = re.sub(rf"(?<![\w/]){re.escape(what)}(?!\w)", stands, meant)
            with self.subTest(line), tempfile.TemporaryDirectory() as folder:
                app = pathlib.Path(folder) / "app"
                shutil.copytree(self.template, app)
                self.run_line(app, meant)
        self.assertGreater(len(asked), 50)


if __name__ == "__main__":
    unittest.main()
