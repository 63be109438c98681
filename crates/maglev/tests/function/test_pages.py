"""docs/ beside the code: the messages of docs/troubleshooting.md are those of the caller and the function, all of them; and the
command lines of Maglev's that README.md, deploy/README.md and docs/ show are run, or it says here why not.
"""

import concurrent.futures
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

from pages import OURS, ROOT, blocks, lines, shown
from support import MAGLEV, REGION, FunctionTest, migration

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


# Figures of the pages, and where the code has them.
FIGURES = [
    (
        "caller/invoke.rs",
        "SILENCE: Duration = Duration::from_secs(65)",
        "operating.md",
        "65 s; the function gives one every 20 s",
    ),
    ("caller/invoke.rs", "LONGEST: Duration = Duration::from_secs(16 * 60)", "operating.md", "streamed | 16 minutes |"),
    (
        "caller/invoke.rs",
        "PATIENCE: Duration = Duration::from_secs(2 * 60)",
        "operating.md",
        "not ready | 2 minutes, or",
    ),
    ("function.rs", "HEARTBEAT: Duration = Duration::from_secs(20)", "operating.md", "one every 20 s"),
    ("deadline.rs", "MIN_RESERVE: Duration = Duration::from_millis(500)", "operating.md", "at least half a second"),
    ("deadline.rs", "MAX_RESERVE: Duration = Duration::from_secs(10)", "operating.md", "at most ten"),
    ("deadline.rs", "half: began + time / 2", "operating.md", "in the first half of its time"),
    ("printer.rs", "PULSE: Duration = Duration::from_secs(60)", "operating.md", "Maglev prints a line a minute"),
    (
        "signature.rs",
        "MAX_AGE: SignedDuration = SignedDuration::from_mins(15)",
        "security.md",
        "good for fifteen minutes",
    ),
    ("bundle.rs", "MAX_ARCHIVE: usize = 32 << 20", "troubleshooting.md", "32 MB packed or unpacked"),
    ("bundle.rs", "MAX_EXPANDED: u64 = 32 << 20", "troubleshooting.md", "32 MB packed or unpacked"),
    ("bundle.rs", "MAX_ENTRIES: usize = 20_000", "troubleshooting.md", "20,000 files"),
    ("function/payload.rs", "MAX_S3_OBJECT: i64 = 32 << 20", "troubleshooting.md", "| 32 MB in S3 |"),
    ("function/run.rs", "MOST_STREAMED: usize = 100 << 20", "troubleshooting.md", "more than 100 MB of output"),
]


class Figures(unittest.TestCase):
    def test_they_are_those_of_the_code(self):
        for source, constant, page, said in FIGURES:
            with self.subTest(constant):
                self.assertIn(constant, (SOURCE / source).read_text())
                self.assertIn(said, (ROOT / "docs" / page).read_text())


def recorded():
    """Where Rails' own words stand."""
    return [*(ROOT / "crates/adapters/src").rglob("errors.rs"), *(ROOT / "crates/activerecord/src").rglob("errors.rs")]


NEWEST = "20250114073000"
# Lines that are not run, as they stand or as a sentence names them without what they need.
NOT_RUN = {
    "maglev cancel": "named in a sentence; tests/cli/locks.rs runs it on servers that have a lock",
    "maglev function": "waits for events; it is what answers every `--function` here",
    "maglev migrate --function": "named in a sentence, without the function",
    "maglev payload --sign": "named in a sentence, without the key",
    "maglev drift --against": "named in a sentence, without the database",
}
# The other command lines that the pages show, by how they begin.
OTHERS = {
    "curl -fsSL https://github.com/": "there is no release to fetch here; tests/cli/install.rs runs install.sh on one that they make",
    "sh install.sh": "tests/cli/install.rs",
    "gem install --local": "tests/cli/install.rs",
    "pip install https://": "as curl; tests/cli/install.rs installs a wheel",
    "cargo binstall": "as curl",
    "brew install": "there is no Homebrew here",
    "bundle binstubs": "there is no Ruby here",
    "bundle exec rails": "there is no Ruby here",
    "bin/rails": "there is no Ruby here",
    "gh attestation verify": "asks GitHub of a release",
    "cargo run --release --no-default-features -- migrate": "builds for minutes; what it then does is run here",
    "cargo build --profile dist": "builds for minutes; the release workflow runs it",
    "cargo xtask reference": "its test runs here",
    "s/test": "runs this",
    "cargo build --release --package maglev --features comparison": "builds for minutes, for the next two",
    "cargo xtask corpus": "needs Ruby, and a checkout of Rails",
    "s/bench": "needs Ruby, and a checkout of Rails",
    "cd deploy/terraform": "s/lint goes there",
    "terraform init": "s/lint runs it, without AWS",
    "terraform apply": "there is no AWS here; s/lint validates, plans and applies what it can",
    "aws kms encrypt": "test_way_over runs it",
    "aws lambda invoke": "test_scripts and test_way_over run it",
    "aws lambda get-function-configuration": "run here",
    "aws lambda list-functions": "of an account",
    "aws logs tail": "of an account",
    "aws ecs run-task": "of an account",
    "aws sso login": "of an account, with a browser",
    "AWS_MAX_ATTEMPTS=1 aws lambda invoke": "test_scripts runs it",
    "rm -f result.txt": "test_scripts runs it",
    'grep -q \'^{"status":"ok"\' result.txt': "test_scripts runs it",
    "python3 payload.py": "test_way_over runs it",
    "cat result.json": "test_way_over runs it",
    "! grep errorMessage result.json": "test_way_over runs it",
    "openssl genpkey": "run here",
    "openssl pkey": "run here",
    "tar cz db/migrate": "run here",
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


# Of docs/tour.md test_tour runs each command, in an app of its own.
PAGES = [
    "README.md",
    "deploy/README.md",
    *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")) if path.name != "tour.md"),
]


class OtherLines(FunctionTest):
    """What is typed besides Maglev's own commands."""

    def test_each_is_run_or_not_for_a_reason(self):
        programs = "|".join(sorted({re.escape(line.split()[0]) for line in OTHERS}))
        found = [
            line
            for page in PAGES
            for where, line in shown(page)
            if not re.match(OURS, line)
            and (where in ("", "sh") or (where is None and re.match(rf"(?:{programs}) \S", line)))
        ]
        self.assertEqual([line for line in found if not line.startswith(tuple(OTHERS))], [])
        self.assertEqual([start for start in OTHERS if not any(line.startswith(start) for line in found)], [])

    def test_signing(self):
        """docs/security.md's lines, and then nothing goes without a signature."""
        make, send = blocks("docs/security.md", "sh")
        app = self.app(migration("20240101000001", "CreateCustomers", "create_table :customers"))
        self.made = True
        code, key, error = self.run_in(app, "bash", "-e", "-c", make)
        self.assertEqual(code, 0, error)
        self.made = False
        self.environment["MAGLEV_TRUSTED_KEYS"] = key.strip()
        self.make()
        code, arn, error = self.run_in(
            app,
            *f"aws lambda get-function-configuration --function-name {self.name} --query FunctionArn --output text".split(),
        )
        self.assertEqual(code, 0, error)
        code, _, error = self.maglev(app, "migrate")
        self.assertEqual(code, 2, error)
        self.assertIn("signed payloads only", error)
        script = f'maglev() {{ {MAGLEV} "$@"; }}\n{send}'.replace("ARN", arn.strip())
        code, out, error = self.run_in(app, "bash", "-e", "-c", script)
        self.assertEqual(code, 0, out + error)
        self.assertEqual(self.tables(), ["customers"])

    def test_a_bundle_by_tar(self):
        app = self.app(migration("20240101000001", "CreateCustomers", "create_table :customers"))
        code, bundle, error = self.run_in(app, "bash", "-c", "tar cz db/migrate | base64")
        self.assertEqual(code, 0, error)
        self.succeed({"maglev": 1, "command": "migrate", "bundle": bundle})


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

    def run_apart(self, line):
        """In an app of its own; what goes wrong."""
        with tempfile.TemporaryDirectory() as folder:
            app = pathlib.Path(folder) / "app"
            shutil.copytree(self.template, app)
            try:
                self.run_line(app, line)
            except AssertionError as error:
                return str(error)
            return None

    def test_each(self):
        found = dict.fromkeys(line for page in PAGES for line in lines(page))
        self.assertEqual([line for line in NOT_RUN if line not in found], [])
        asked = dict.fromkeys(line for synopsis in found if synopsis not in NOT_RUN for line in written_out(synopsis))
        arn = f"arn:aws:lambda:{REGION}:123456789012:function:{self.name}"
        meant = []
        for line in asked:
            line = re.sub(r"--function (?!ARN)\S+", f"--function {self.name}", line).replace("ARN", arn)
            for what, stands in STANDS_FOR.items():
                line = re.sub(rf"(?<![\w/]){re.escape(what)}(?!\w)", stands, line)
            meant.append(line)
        # One at a time asks the function.
        here, there = ([line for line in meant if ("--function" in line) == is_there] for is_there in (False, True))
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            wrong = [*pool.map(self.run_apart, here), *map(self.run_apart, there)]
        self.assertEqual("\n".join(filter(None, wrong)), "")
        self.assertGreater(len(asked), 50)


if __name__ == "__main__":
    unittest.main()
