"""docs/from-a-ruby-migrator.md, line by line: on a database that the function of examples/ruby-migrator/before, with Active Record
8.1.3.1 in Ruby 3.3, has migrated half way (way_over/half.sql), ending where the same function ends alone (way_over/whole.sql).
"""

import base64
import json
import pathlib
import re
import shutil
import subprocess
import unittest

from pages import ROOT, blocks
from support import MAGLEV, MARIADB_PORT, POSTGRESQL_PORT, FunctionTest, client, mariadb, postgresql

PAGE = "docs/from-a-ruby-migrator.md"
EXAMPLE = ROOT / "examples/ruby-migrator"
RECORDED = pathlib.Path(__file__).parent / "way_over"
FAIL = "class Fail < ActiveRecord::Migration[8.1]\n  def change\n    Order.touch_all\n  end\nend\n"
NOT_RUN = {
    "terraform apply": "there is no AWS here; what it makes is made by the emulator, with the resource's variables"
}


def variables(side):
    """The names of the variables of a side's function."""
    resource = (EXAMPLE / side / "migrator.tf").read_text()
    return re.findall(r"^ +([A-Z_]+) += ", resource.split("variables = {")[1], re.MULTILINE)


def plain_sql(dump):
    """A dump without what its program says of itself, and without times."""
    lines = [line for line in dump.splitlines() if not line.startswith("/*")]
    return re.sub(r"'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d]*'", "'TIME'", "\n".join(lines))


class FromTheFunction(FunctionTest):
    def setUp(self):
        super().setUp()
        user, self.password = self.name, f"secret of {self.name}"
        mariadb(f"CREATE USER {user}@'%' IDENTIFIED BY '{self.password}'; GRANT ALL ON {self.name}.* TO {user}@'%'")
        self.addCleanup(mariadb, f"DROP USER {user}@'%'")
        self.shop = self.app()
        shutil.copytree(ROOT / "examples/shop", self.shop, dirs_exist_ok=True)
        shutil.copy(EXAMPLE / "before/payload.py", self.shop)
        (self.shop / "password").write_text(self.password)
        kms = client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=f"alias/{self.name}", TargetKeyId=key)
        half = (RECORDED / "half.sql").read_text()
        mariadb(f"SET foreign_key_checks = 0;\n{half}", self.name)

    def dump(self):
        command = ["mariadb-dump", "--no-defaults", "--user=root", "--host=127.0.0.1", f"--port={MARIADB_PORT}"]
        command += ["--skip-comments", "--compact", "--skip-extended-insert", self.name]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def bash(self, lines):
        script = f'set -euo pipefail\nmaglev() {{ {MAGLEV} "$@"; }}\n{lines}'
        code, out, error = self.run_in(self.shop, "bash", "-c", script.replace("migrator", self.name))
        self.assertEqual(code, 0, f"{lines}\n{out}{error}")
        return out

    def make_as(self, side):
        """The function with the variables of a side's resource, and no others."""
        values = {
            "DATABASE_HOST": "127.0.0.1",
            "DATABASE_NAME": self.name,
            "DATABASE_USERNAME": self.name,
            "DATABASE_PASSWORD_ENCRYPTED": self.encrypted,
            "RAILS_ENV": "production",
            "RAILS_LOG_TO_STDOUT": "1",
        }
        # What Lambda and RDS have by themselves: AWS' own address, and MySQL's port.
        here = {"AWS_ENDPOINT_URL": self.environment["AWS_ENDPOINT_URL"], "DATABASE_PORT": MARIADB_PORT}
        self.environment = {name: values[name] for name in variables(side)} | here
        self.make()

    def test_the_page(self):
        check, apply, encrypt, ask, job, plain, line, *rest = blocks(PAGE, "sh")
        self.assertEqual([apply.strip()], list(NOT_RUN))
        self.assertEqual(len(rest), 1, "the block of ECS")
        self.assertIn("12 of 12 native", self.bash_without_function(check))
        self.encrypted = self.bash_without_function(encrypt).strip()
        self.make_as("after")

        out = self.bash(ask)
        self.assertIn("   up     20240402093000  Create addresses from customers", out)
        self.assertIn("  down    20240515160000  Relax products", out)
        self.assertIn("CREATE TABLE IF NOT EXISTS `audits`", out)
        self.assertEqual(len(self.versions()), 9)

        self.step_by_step(job, plain)
        self.assertEqual(plain_sql(self.dump()), plain_sql((RECORDED / "whole.sql").read_text()))

        more = "class AddNote < ActiveRecord::Migration[8.1]\n  def change\n    add_column :orders, :note, :string\n  end\nend\n"
        (self.shop / "db/migrate/20250201000000_add_note.rb").write_text(more)
        self.assertIn("-- add_column(:orders, :note, :string)", self.bash(line))
        # And it fails where it is to fail.
        (self.shop / "db/migrate/20250201000001_fail.rb").write_text(more.replace("AddNote", "Fail"))
        script = f'maglev() {{ {MAGLEV} "$@"; }}\n'
        for lines in (job, line):
            text = (script + lines).replace("migrator", self.name)
            code, out, error = self.run_in(self.shop, "bash", "-e", "-c", text)
            self.assertNotEqual(code, 0, lines)
            self.assertIn("Duplicate column name 'note'", out + error)

    def bash_without_function(self, lines):
        script = f'maglev() {{ {MAGLEV} "$@"; }}\n{lines}'.replace("migrator", self.name)
        self.made = True
        code, out, error = self.run_in(self.shop, "bash", "-e", "-c", script)
        self.made = False
        self.assertEqual(code, 0, f"{lines}\n{out}{error}")
        return out

    def step_by_step(self, job, plain):
        """Some migrations by the old job, the last one by what prints its payload now."""
        (last,) = (self.shop / "db/migrate").glob("*_drop_tags.rb")
        content = last.read_text()
        last.unlink()
        out = self.bash(job)
        self.assertIn('"status":"ok"', out)
        self.assertEqual(len(self.versions()), 11)
        last.write_text(content)
        # The job is the one of the example.
        workflow = (EXAMPLE / "before/migrate.yml").read_text()
        self.assertIn(re.sub("^", " " * 10, job.rstrip(), flags=re.MULTILINE), workflow)
        by_script = json.loads(self.bash("python3 payload.py"))
        self.bash(plain)
        by_maglev = json.loads((self.shop / "payload.json").read_text())
        self.assertEqual(by_script, {name: by_maglev[name] for name in by_script})
        self.bash(job.split("\n", 1)[1])
        self.assertEqual(len(self.versions()), 12)

    def test_names_of_files(self):
        """What scripts of old call the files, and how they write base64."""
        self.environment |= {"DATABASE_USERNAME": self.name, "DATABASE_PASSWORD": self.password}
        files = sorted((self.shop / "db/migrate").glob("*.rb"))
        self.assertIn("`migrate/`, `db/migrate/` or `./db/migrate/`", (ROOT / PAGE).read_text())
        for count, prefix in ((10, "migrate/"), (11, "db/migrate/"), (12, "./db/migrate/")):
            event = {f"{prefix}{file.name}": base64.encodebytes(file.read_bytes()).decode() for file in files[:count]}
            answer = self.succeed(event)
            self.assertEqual([ran["version"] for ran in answer["migrated"]], [files[count - 1].name.split("_")[0]])

    def test_the_files(self):
        """The page shows the resource as it is in the example, and little of it is new."""
        (resource,) = blocks(PAGE, "hcl")
        after, before = ((EXAMPLE / side / "migrator.tf").read_text() for side in ("after", "before"))
        self.assertEqual(resource, after)
        squeezed = [{re.sub(" +", " ", line) for line in text.splitlines()} for text in (before, after)]
        self.assertEqual(len(squeezed[1] - squeezed[0]), 6, squeezed[1] - squeezed[0])
        self.assertEqual(variables("before"), variables("after"))
        action = "with:\n          command: migrate\n          function: migrator\n"
        self.assertIn(action, (EXAMPLE / "after/migrate.yml").read_text())
        function = (EXAMPLE / "before/function.rb").read_text()
        for name in variables("before"):
            if name != "RAILS_ENV":
                self.assertIn(f'"{name}"', function)


class FromElsewhere(FunctionTest):
    """The app's own folder, with the environment that a task or a dyno has."""

    def setUp(self):
        super().setUp()
        self.made = True
        self.shop = self.app()

    def test_ecs(self):
        before, after = (task(side) for side in ("before", "after"))
        (lines,) = blocks(PAGE, "json")
        text = (ROOT / "examples/ecs-task/after/task-definition.json").read_text()
        self.assertIn(lines, text)
        # Nothing else of the container is another.
        self.assertEqual({**before, "image": None, "command": None}, {**after, "image": None, "command": None})
        dockerfile = (ROOT / "examples/ecs-task/after/Dockerfile").read_text()
        self.assertEqual(json.loads(dockerfile.split("CMD ")[1]), after["command"])
        # What the image has, by its COPY.
        for folder in re.findall(r"^COPY (config|db) \1$", dockerfile, re.MULTILINE):
            shutil.copytree(ROOT / "examples/shop" / folder, self.shop / folder)
        given = {variable["name"]: variable["value"] for variable in after["environment"]}
        self.assertEqual([secret["name"] for secret in after["secrets"]], ["DATABASE_URL", "RAILS_MASTER_KEY"])
        given["DATABASE_URL"] = f"mysql2://root@127.0.0.1:{MARIADB_PORT}/{self.name}"
        self.assertEqual(after["command"][0], "/maglev")
        code, out, error = self.run_in(self.shop, MAGLEV, *after["command"][1:], **given)
        self.assertEqual(code, 0, out + error)
        self.assertEqual(len(self.versions()), 12)
        self.assertEqual(self.sql("SELECT value FROM ar_internal_metadata"), ["production"])
        self.assertFalse((self.shop / "db/schema.rb").exists())
        (self.shop / "db/migrate/20250201000001_fail.rb").write_text(FAIL)
        code, out, error = self.run_in(self.shop, MAGLEV, *after["command"][1:], **given)
        self.assertNotEqual(code, 0, out + error)


def task(side):
    """The container of a side's task."""
    definition = json.loads((ROOT / f"examples/ecs-task/{side}/task-definition.json").read_text())
    return definition["containerDefinitions"][0]


class FromHeroku(FunctionTest):
    adapter = "postgresql"

    def test_heroku(self):
        (line,) = blocks(PAGE, "procfile")
        before, after = (
            (ROOT / f"examples/heroku/{side}/Procfile").read_text().splitlines() for side in ("before", "after")
        )
        self.assertEqual([line.strip()], [new for new in after if new not in before])
        command = line.removeprefix("release: ").split()
        self.assertEqual(command[0], "bin/maglev")
        self.made = True
        shop = self.app()
        shutil.copytree(ROOT / "examples/shop", shop, dirs_exist_ok=True)
        url = f"postgres://postgres@127.0.0.1:{POSTGRESQL_PORT}/{self.name}"
        environment = {"DATABASE_URL": url, "RAILS_ENV": "production"}
        code, out, error = self.run_in(shop, MAGLEV, *command[1:], **environment)
        self.assertEqual(code, 0, out + error)
        self.assertEqual(len(postgresql("SELECT version FROM schema_migrations", self.name)), 12)
        # A release that is refused does not go out.
        (shop / "db/migrate/20250201000001_fail.rb").write_text(FAIL)
        code, out, error = self.run_in(shop, MAGLEV, *command[1:], **environment)
        self.assertEqual(code, 3, out + error)


if __name__ == "__main__":
    unittest.main()
