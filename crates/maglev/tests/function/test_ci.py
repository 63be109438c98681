"""What CI runs: the lines of the examples, the orb and the action below deploy/ci, from the installer to the function's answer. The release
that they install is a stand-in: its binary hands over to the one that is tested, which is too large to be packed in a second.
"""

import hashlib
import io
import os
import platform
import re
import subprocess
import tarfile
import unittest

import yaml
from pages import ROOT
from support import MAGLEV, FunctionTest, migration

CUSTOMERS = migration("20240101000001", "CreateCustomers", "create_table(:customers) { |t| t.string :name }")
ORDERS = migration("20240101000002", "CreateOrders", "create_table(:orders) { |t| t.references :customer }")
FAILS = migration("20240101000003", "Fails", "create_table(:items)\nexecute 'SELECT * FROM nowhere'")
REFUSED = migration("20240101000004", "Refused", "Nothing.find_each(&:touch)")
RELEASES = "https://github.com/maglev-rb/maglev/releases"
EMPTY_SCHEMA = "ActiveRecord::Schema[8.1].define(version: 0) do\nend\n"


def example(name):
    return yaml.safe_load((ROOT / "deploy/ci" / name).read_text())


def executable(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


class CI(FunctionTest):
    def setUp(self):
        super().setUp()
        # What a job's machine has: a folder for all that is temporary, and no key of AWS' but the token that the CI system gives.
        self.machine = self.app()
        self.tools = self.machine / "tools"
        self.tools.mkdir()
        (self.machine / "bin").mkdir()
        self.releases = self.machine / "releases"
        self.release()
        self.variables = {
            "HOME": str(self.machine),
            "PATH": f"{self.machine}/bin:{self.tools}:/usr/local/bin:/usr/bin:/bin",
            "CI": "true",
            "MAGLEV_BASE_URL": f"file://{self.releases}",
            "AWS_ACCESS_KEY_ID": "",
            "AWS_SECRET_ACCESS_KEY": "",
            "MIGRATE_ROLE": "arn:aws:iam::123456789012:role/migrate",
        }

    def release(self):
        with open(ROOT / "Cargo.toml") as manifest:
            self.version = re.search(r'^version = "(.*)"', manifest.read(), re.MULTILINE)[1]
        files = self.releases / f"download/v{self.version}"
        files.mkdir(parents=True)
        (self.releases / "latest").mkdir()
        (self.releases / "latest/download").symlink_to(files)
        archive = files / f"maglev-{platform.machine()}-unknown-linux-gnu.tar.gz"
        script = f'#!/bin/sh\nexec {MAGLEV} "$@"\n'.encode()
        with tarfile.open(archive, "w:gz") as tar:
            entry = tarfile.TarInfo("maglev")
            entry.size, entry.mode = len(script), 0o755
            tar.addfile(entry, io.BytesIO(script))
        (files / "install.sh").write_bytes((ROOT / "install.sh").read_bytes())
        total = hashlib.sha256(archive.read_bytes()).hexdigest()
        (files / "SHA256SUMS").write_text(f"{total}  {archive.name}\n")

    def cloned(self, *files):
        """An app whose branch adds these to origin's main, where there are none."""
        app = self.app()
        (app / "db").mkdir()
        (app / "db/schema.rb").write_text(EMPTY_SCHEMA)
        identity = ["-c", "user.name=ci", "-c", "user.email=ci@example.com"]
        for command in (["init", "-q", "-b", "main"], ["add", "."], [*identity, "commit", "-q", "-m", "base"]):
            subprocess.run(["git", *command], cwd=app, check=True)
        for command in (
            ["checkout", "-q", "-b", "branch"],
            ["remote", "add", "origin", str(app)],
            ["fetch", "-q", "origin"],
        ):
            subprocess.run(["git", *command], cwd=app, check=True)
        for name, source in files:
            (app / "db/migrate").mkdir(exist_ok=True)
            (app / "db" / name).write_bytes(source)
        return app

    def lines(self, app, text, **variables):
        """Runs lines of an example as its CI does, this machine's folders in place of that one's."""
        given = self.variables | {name: self.here(value) for name, value in variables.items()}
        return self.run_in(app, "bash", "-ec", self.here(text), **given)

    def here(self, text):
        places = {
            "/tmp/": f"{self.machine}/",
            "/usr/local/bin": f"{self.machine}/bin",
            RELEASES: f"file://{self.releases}",
        }
        text = re.sub("|".join(map(re.escape, places)), lambda found: places[found[0]], text)
        return text.replace("--function migrator", f"--function {self.name}")

    def succeeds(self, app, text, **variables):
        code, out, error = self.lines(app, text, **variables)
        self.assertEqual(code, 0, f"{text}\n{out}{error}")
        return out


class Examples(CI):
    def test_gitlab(self):
        config = example("gitlab-ci.yml")
        before, variables = config["default"]["before_script"], config["variables"]
        migrate = config["migrate"]
        variables |= migrate["variables"] | {"MIGRATE_TOKEN": "token"}
        out = self.succeeds(self.app(CUSTOMERS), "\n".join(before + migrate["script"]), **variables)
        self.assertIn("CreateCustomers: migrated", out)
        self.assertEqual(self.tables(), ["customers"])
        app = self.cloned(ORDERS)
        variables = config["variables"] | {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
        out = self.succeeds(app, "\n".join(before + config["plan"]["script"]), **variables)
        self.assertIn('CREATE TABLE "orders"', out)
        self.assertEqual(config["plan"]["artifacts"]["paths"], ["plan.md"])
        self.assertTrue((app / "plan.md").exists())

    def test_buildkite(self):
        config = example("buildkite.yml")
        agent = '[ "$1" = oidc ] && echo token || cat > annotation.md'
        executable(self.tools / "buildkite-agent", agent)
        plan, migrate = config["steps"]
        command = migrate["command"].replace("$$", "$")
        out = self.succeeds(self.app(CUSTOMERS), command, **config["env"], **migrate["env"])
        self.assertIn("CreateCustomers: migrated", out)
        app = self.cloned(ORDERS)
        environment = config["env"] | {"BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"}
        self.succeeds(app, plan["command"].replace("$$", "$"), **environment)
        self.assertIn('CREATE TABLE "orders"', (app / "annotation.md").read_text())

    def test_codebuild(self):
        config = example("codebuild.yml")
        lines = [line for phase in config["phases"].values() for line in phase["commands"]]
        # The service role's credentials come from where the SDK looks by itself.
        keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
        out = self.succeeds(self.app(CUSTOMERS), "\n".join(lines), **config["env"]["variables"], **keys)
        self.assertIn("CreateCustomers: migrated", out)
        code, out, error = self.lines(self.app(REFUSED), "\n".join(lines), **config["env"]["variables"], **keys)
        self.assertEqual(code, 3, out + error)


class Orb(CI):
    """A small reading of the orb: parameters and their defaults, as CircleCI fills them in."""

    def command(self, name, app, **given):
        command = example("orb.yml")["commands"][name]
        parameters = command["parameters"]
        unknown = given.keys() - {key.replace("-", "_") for key in parameters}
        self.assertFalse(unknown)
        values = {key: given.get(key.replace("-", "_"), about.get("default")) for key, about in parameters.items()}
        self.assertNotIn(None, values.values())
        fill = re.compile(r"<< parameters\.([a-z-]+) >>")
        for step in command["steps"]:
            if run := step.get("run"):
                filled = {
                    key: fill.sub(lambda found: values[found[1]], text)
                    for key, text in run.items()
                    if key != "environment"
                }
                environment = {
                    key: fill.sub(lambda found: values[found[1]], text)
                    for key, text in run.get("environment", {}).items()
                }
                text = f'[ ! -f "$BASH_ENV" ] || . "$BASH_ENV"\n{filled["command"]}'
                yield self.lines(app, text, **environment, BASH_ENV="/tmp/bash_env", CIRCLE_OIDC_TOKEN_V2="token")

    def run_command(self, name, app, **given):
        said = ""
        for code, out, error in self.command(name, app, **given):
            said += out + error
            if code != 0:
                return code, said
        return 0, said

    def test_a_branch_is_planned(self):
        app = self.cloned(ORDERS)
        self.assertEqual(self.run_command("install", app, version=self.version)[0], 0)
        code, said = self.run_command("check", app)
        self.assertEqual((code, "1 of 1 native" in said), (0, True), said)
        code, said = self.run_command("plan", app, args="--server postgresql:16")
        self.assertEqual(code, 0, said)
        self.assertIn('CREATE TABLE "orders"', (self.machine / "plan.md").read_text())

    def test_main_is_migrated(self):
        app = self.app(CUSTOMERS, FAILS)
        code, said = self.run_command("install", app)
        self.assertEqual((code, f"maglev {self.version}" in said), (0, True), said)
        code, said = self.run_command("migrate", app, function=self.name, region="eu-central-1", args="--wait 60")
        self.assertEqual(code, 1, said)
        self.assertIn("db/migrate/20240101000003_fails.rb:4", said)
        self.assertEqual(self.versions(), ["20240101000001"])

    def test_its_jobs_use_its_commands(self):
        orb = example("orb.yml")
        for job in orb["jobs"].values():
            self.assertEqual(job["parameters"]["executor"]["type"], "executor")
            for step in job["steps"]:
                name, given = next(iter(step.items())) if isinstance(step, dict) else (step, {})
                if name == "checkout":
                    continue
                parameters = orb["commands"][name]["parameters"]
                self.assertLessEqual(given.keys(), parameters.keys())
                needed = {key for key, about in parameters.items() if "default" not in about}
                self.assertLessEqual(needed, given.keys())
        used = orb["examples"]["migrate"]["usage"]["workflows"]
        for workflow in (used, example("circleci.yml")["workflows"]):
            for job in (job for each in workflow.values() for job in each["jobs"]):
                (name, given) = next(iter(job.items()))
                known = orb["jobs"][name.removeprefix("maglev/")]["parameters"].keys()
                self.assertLessEqual(given.keys() - {"context", "filters", "serial-group"}, known)


class Action(CI):
    """A small reading of the action: its steps in order, what GitHub fills in, and the files that a step writes to."""

    def setUp(self):
        super().setUp()
        self.steps, self.path = {}, []
        self.summary = self.machine / "summary.md"
        self.summary.touch()

    def run_action(self, app, **inputs):
        action = yaml.safe_load((ROOT / "action.yml").read_text())
        self.assertLessEqual(inputs.keys(), action["inputs"].keys())
        base = {"base-url": self.variables["MAGLEV_BASE_URL"]}
        self.inputs = {name: about["default"] for name, about in action["inputs"].items()} | base | inputs
        said = ""
        for step in action["runs"]["steps"]:
            if "run" not in step or (step.get("if") and not self.inputs["command"]):
                continue
            code, out, error = self.step(app, step)
            said += out + error
            if code != 0:
                return code, said
        return 0, said

    def step(self, app, step):
        output = self.machine / "output"
        output.write_text("")
        added = self.machine / "path"
        added.write_text("")
        environment = {name: self.fill(text) for name, text in step.get("env", {}).items()}
        environment |= {
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_PATH": str(added),
            "GITHUB_REPOSITORY": "us/shop",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_WORKSPACE": str(app),
            "RUNNER_TEMP": str(self.machine),
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
        }
        ended = self.run_in(app, "bash", "-ec", step["run"], **{**self.variables, **environment})
        lines = [line.split("=", 1) for line in output.read_text().splitlines()]
        self.steps[step.get("id")] = dict(lines)
        self.path += added.read_text().splitlines()
        return ended

    def fill(self, text):
        def value(found):
            words = found[1].split(".")
            if words[0] == "inputs":
                return self.inputs[words[1]]
            if words[0] == "steps":
                return self.steps[words[1]][words[3]]
            return {"github.token": "token"}.get(found[1], "7" if "pull_request" in found[1] else "")

        return re.sub(r"\$\{\{ (.*?) \}\}", value, text)

    def test_it_installs(self):
        code, said = self.run_action(self.app())
        self.assertEqual(code, 0, said)
        self.assertEqual(self.steps["install"]["version"], self.version)
        self.assertEqual([f"{path}/maglev" for path in self.path], [self.steps["install"]["path"]])
        self.assertTrue(os.access(self.steps["install"]["path"], os.X_OK))
        # The cache has it: nothing is downloaded but the sums.
        (self.releases / f"download/v{self.version}/maglev-{platform.machine()}-unknown-linux-gnu.tar.gz").unlink()
        self.assertEqual(self.run_action(self.app(), version="latest")[0], 0)
        code, said = self.run_action(self.app(), version="9.9.9")
        self.assertEqual(code, 1)
        self.assertIn("::error title=maglev::there is no release 9.9.9", said)

    def test_it_migrates(self):
        app = self.app(CUSTOMERS, FAILS)
        code, said = self.run_action(app, command="migrate", function=self.name, args="--wait 60")
        self.assertEqual(code, 1, said)
        self.assertIn("::group::20240101000001 CreateCustomers: migrating\n-- create_table(:customers)\n", said)
        self.assertIn("::endgroup::\n== 20240101000001 CreateCustomers: migrated", said)
        self.assertRegex(
            said, "::error file=db/migrate/20240101000003_fails.rb,line=4,title=ActiveRecord%3A%3AStatementInvalid::"
        )
        summary = self.summary.read_text()
        self.assertTrue(
            summary.startswith(f"### `maglev migrate --function {self.name} --wait 60`\n\nExit code 1.\n"), summary
        )
        self.assertIn("CreateCustomers: migrated", summary)
        self.assertNotIn("::", summary.replace("ActiveRecord::", "").replace("Mysql2::", ""))
        # Of what is refused the function says file and line, too.
        code, said = self.run_action(self.app(REFUSED), command="migrate", function=self.name)
        self.assertEqual(code, 3, said)
        self.assertIn(
            "::error file=db/migrate/20240101000004_refused.rb,line=3,title=refused::uninitialized constant Nothing",
            said,
        )
        code, said = self.run_action(self.app(CUSTOMERS), command="status", function=self.name)
        self.assertEqual(code, 0, said)

    def test_it_plans_and_comments(self):
        gh = f"""
        case "$*" in
          *--paginate*) cat {self.machine}/last 2>/dev/null || true ;;
          *) for last; do :; done; echo "$*" >> {self.machine}/asked; cat "${{last#body=@}}" > {self.machine}/comment ;;
        esac"""
        executable(self.tools / "gh", gh)
        app = self.cloned(ORDERS)
        arguments = {"args": "--base\norigin/main\n--server\npostgresql:16", "comment": "true"}
        self.assertEqual(self.run_action(app, command="check")[0], 0)
        code, said = self.run_action(app, command="plan", **arguments)
        self.assertEqual(code, 0, said)
        self.assertIn('CREATE TABLE "orders"', self.summary.read_text())
        comment = (self.machine / "comment").read_text()
        self.assertTrue(comment.startswith("<!-- maglev plan  -->\n**1 migration**"), comment)
        (self.machine / "last").write_text("1\n42\n")
        self.assertEqual(self.run_action(app, command="plan", **arguments)[0], 0)
        asked = (self.machine / "asked").read_text().splitlines()
        self.assertIn("repos/us/shop/issues/7/comments", asked[0])
        self.assertIn("--method PATCH repos/us/shop/issues/comments/42", asked[1])
        code, said = self.run_action(self.cloned(REFUSED), command="plan", **arguments)
        self.assertEqual(code, 3, said)
        self.assertIn("::error file=db/migrate/20240101000004_refused.rb,line=3,title=refused::", said)


if __name__ == "__main__":
    unittest.main()
