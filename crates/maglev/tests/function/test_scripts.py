"""What stands in a script: deploy/README.md's lines, in each shell, with every end; and what a plain payload has besides."""

import base64
import json
import pathlib
import re
import unittest

from support import MAGLEV, FunctionTest, envelope, migration, plain

CUSTOMERS = migration("20240101000001", "CreateCustomers", "create_table(:customers) { |t| t.string :name }")
FAILS = migration("20240101000002", "Fails", "raise 'no'")


def lines():
    """The shell lines of deploy/README.md that call the AWS CLI."""
    for folder in pathlib.Path(__file__).resolve().parents:
        path = folder / "deploy/README.md"
        if path.exists():
            blocks = re.findall(r"^```\w*\n(.*?)^```", path.read_text(), re.DOTALL | re.MULTILINE)
            return next(block for block in blocks if "aws lambda invoke" in block)
    raise AssertionError("deploy/README.md is not there")


class Shells(FunctionTest):
    timeout = 3

    def each(self, expected, app, prepare="", **environment):
        """Runs the lines in every shell, with and without -e, and with something after them."""
        text = lines().replace("migrator", self.name)
        for shell in ("bash", "sh"):
            for options in ([], ["-e"]):
                for after in ("", "echo reached"):
                    script = f'maglev() {{ {MAGLEV} "$@"; }}\n{prepare}\n{text}\n{after}'
                    code, out, error = self.run_in(app, shell, *options, "-c", script, **environment)
                    said = f"{shell} {options} {after!r}: {out}{error}"
                    self.assertEqual(code == 0, expected, said)
                    self.assertEqual("reached" in out, expected and bool(after), said)

    def test_they_succeed(self):
        self.each(True, self.app(CUSTOMERS))
        self.assertEqual(self.tables(), ["customers"])

    def test_a_migration_that_fails(self):
        self.each(False, self.app(CUSTOMERS, FAILS))

    def test_aws_itself_fails(self):
        app = self.app(CUSTOMERS)
        # The answer of another day.
        (app / "result.txt").write_text('{"status":"ok","migrated":[]}')
        self.each(False, app, AWS_ENDPOINT_URL_LAMBDA="http://127.0.0.1:1")
        self.each(False, app, prepare="aws() { return 255; }")
        self.assertEqual(self.tables(), [])

    def test_maglev_itself_fails(self):
        app = self.app(CUSTOMERS)
        (app / "payload.json").write_text(json.dumps(plain(CUSTOMERS)))
        self.each(False, app, prepare="maglev() { return 2; }")

    def test_time_is_up(self):
        slow = [migration(f"2024010100000{n}", f"Slow{n}", "execute 'SELECT SLEEP(1.6)'") for n in range(1, 9)]
        app = self.app(*slow)
        text = lines().replace("migrator", self.name)
        code, out, error = self.run_in(app, "sh", "-c", f'maglev() {{ {MAGLEV} "$@"; }}\n{text}')
        self.assertNotEqual(code, 0, out + error)
        self.assertIn("7 are left", out)


class Plain(FunctionTest):
    def test_what_a_folder_has_besides(self):
        """Rails' migrator finds its own by a pattern, and so does this."""
        besides = {
            name: base64.b64encode(content).decode()
            for name, content in {
                "migrate/.keep": b"",
                "migrate/README.md": b"# Read me",
                "migrate/.DS_Store": b"\0\0\0\1Bud1",
                "migrate/20240101000001_create_customers.rb~": b"nothing",
                "migrate/.20240101000003_x.rb.swp": b"\xff",
                "migrate/notes.txt": b"later",
                "migrate/helper.rb": b"raise 'not loaded'",
                "migrate/20240101000009_x.rb.orig": b"raise",
                "schema.rb": b"raise",
            }.items()
        }
        answer = self.succeed(plain(CUSTOMERS) | besides)
        self.assertEqual([ran["version"] for ran in answer["migrated"]], ["20240101000001"])
        self.assertEqual(answer["pending"], 0)

    def test_nothing_to_do(self):
        for event in ({}, {"migrate/.keep": ""}):
            answer = self.succeed(event)
            self.assertEqual((answer["status"], answer["migrated"], answer["pending"]), ("ok", [], 0))

    def test_events_of_others(self):
        for event in (
            {"key1": "value1", "key2": "value2"},
            {"version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events"},
            {"Records": []},
            {"migrate/a.rb": 1},
        ):
            self.fail_with("Maglev::InvalidEvent", event, "neither")

    def test_more_than_six_megabytes_of_output(self):
        """What ran has run, whatever it printed."""
        body = "def up\n80.times { say 'x' * 100_000 }\ncreate_table(:ends)\nend"
        loud = migration("20240101000001", "Loud", body)
        answer = self.succeed(plain(loud))
        self.assertEqual((answer["status"], len(answer["migrated"])), ("ok", 1))
        self.assertIn("left out", answer["output"])
        self.assertIn("Loud: migrated", answer["output"])
        self.sql("DROP TABLE ends, schema_migrations, ar_internal_metadata")
        fails = migration("20240101000001", "Loud", body.replace("create_table(:ends)", "raise 'in the end'"))
        self.fail_with("RuntimeError", envelope(fails), "in the end")


if __name__ == "__main__":
    unittest.main()
