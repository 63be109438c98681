"""What somebody meets who has set this up a minute ago: what failed, on what, the likeliest cause, what to do.

One sentence each, no dump of the SDK's, and an exit code that says whether anything ran.
"""

import base64
import json
import socket
import threading
import unittest

from support import MARIADB_PORT, REGION, Background, FunctionTest, envelope, migration, plain

CUSTOMERS = migration("20240101000001", "CreateCustomers", "create_table(:customers) { |t| t.string :name }")
SLOW = migration("20240101000002", "Slow", "create_table(:slows)\nexecute 'SELECT SLEEP(20)'")
# What a Rust value looks like when it is dumped.
DUMPS = ("Error(", "ErrorMetadata", "SdkBody", "DispatchFailure", "ConnectorError", "{ ")


class Caller(FunctionTest):
    def fails(self, code, *parts, command="migrate", arguments=(), **environment):
        """Exits so, says all of these, and nothing that only a programmer reads."""
        app = self.app(CUSTOMERS)
        got, out, error = self.maglev(app, command, *arguments, **environment)
        self.assertEqual(got, code, out + error)
        for part in parts:
            self.assertIn(part, error)
        for dump in DUMPS:
            self.assertNotIn(dump, error)
        self.assertLess(len(error), 700, error)
        return out, error

    def test_before_anything_is_sent(self):
        no_keys = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
        self.fails(5, "there are no AWS credentials", "hint: log in", **no_keys)
        self.fails(5, "no AWS region is set", "hint: set AWS_REGION", AWS_REGION="", AWS_DEFAULT_REGION="")
        url = "AWS_ENDPOINT_URL_LAMBDA"
        nowhere = "http://no.such.host.invalid"
        self.fails(5, f"the host of {nowhere} is not known", "hint: check the region's name", **{url: nowhere})
        self.fails(
            5,
            "http://127.0.0.1:1 refused the connection",
            "hint: check AWS_ENDPOINT_URL",
            **{url: "http://127.0.0.1:1"},
        )

    def test_it_never_says_that_it_may_have_run_where_it_cannot_have(self):
        _, error = self.fails(5, AWS_ENDPOINT_URL_LAMBDA="http://127.0.0.1:1")
        self.assertNotIn("status", error)

    def test_statuses_are_told_apart(self):
        for kind, code, parts in (
            ("service", 6, ("HTTP 500", "ServiceException", "maglev status")),
            ("unavailable", 6, ("HTTP 503", "maglev status")),
            ("large", 2, ("RequestTooLargeException", "--bucket")),
            ("expired", 5, ("ExpiredTokenException", "have they expired")),
        ):
            with self.subTest(kind):
                self.will_fail(kind)
                _, error = self.fails(code, *parts)
                self.assertNotIn("check AWS' credentials", error)
        name, self.name, self.made = self.name, "nowhere", True
        self.fails(5, "ResourceNotFoundException", "check the function's name, and the region")
        self.name = name

    def test_a_connection_lost_in_the_middle(self):
        self.will_fail("lost")
        self.fails(6, "maglev status")

    def test_what_is_not_maglev(self):
        self.will_answer({"errorType": "KeyError", "errorMessage": "'x'"}, "Unhandled")
        self.fails(1, "KeyError", "is this function Maglev?")
        self.will_answer(
            {"errorType": "Runtime.ExitError", "errorMessage": "fork/exec /var/task/bootstrap: exec format error"},
            "Runtime.ExitError",
        )
        self.fails(5, "another architecture")

    def test_another_release(self):
        older = {"errorType": "Maglev::InvalidEvent", "errorMessage": "unknown field `wait`", "exit": 2}
        self.will_answer(older | {"maglev": "0.0.9"}, "Unhandled")
        self.fails(2, "the function is older: 0.0.9")
        self.will_answer(older, "Unhandled")
        self.fails(2, "the function is older than this")
        self.will_answer(older | {"maglev": "99.1.0"}, "Unhandled")
        self.fails(2, "the function is newer: 99.1.0")
        error = self.fail_with(
            "Maglev::InvalidEvent", envelope(CUSTOMERS, frobnicate=True), "this function is Maglev 0"
        )
        self.assertIn("unknown field `frobnicate`", error["errorMessage"])

    def test_errors_are_events_too(self):
        self.will_fail("service")
        out, _ = self.fails(6, arguments=["--format", "json"])
        events = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([event["event"] for event in events], ["error", "finished"])
        self.assertEqual(events[0]["error"]["class"], "Maglev::AnswerLost")
        self.assertEqual((events[1]["status"], events[1]["migrated"]), ("failed", 0))
        self.change(DATABASE_NAME=None)
        out, _ = self.fails(2, arguments=["--format", "json"])
        events = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([event["event"] for event in events], ["error", "finished"])
        self.assertEqual(events[0]["error"]["class"], "Maglev::ConfigurationError")

    def test_what_took_effect_is_said(self):
        breaks = migration(
            "20240101000002", "Breaks", "create_table(:a)\ncreate_table(:b)\nexecute 'SELECT * FROM nowhere'"
        )
        app = self.app(CUSTOMERS, breaks)
        code, out, error = self.maglev(app, "migrate")
        self.assertEqual(code, 1, out + error)
        self.assertIn("20240101000002 Breaks: its first 2 statements took effect and stay:\n  CREATE TABLE `a`", error)
        self.assertIn("before it, 1 migration took effect: 20240101000001", error)
        self.sql("DROP TABLE a, b, customers, schema_migrations, ar_internal_metadata")
        code, out, error = self.maglev(app, "migrate", "--format", "json")
        events = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([event["event"] for event in events], ["migrated", "failed", "finished"])
        self.assertEqual((events[2]["status"], events[2]["migrated"], events[2]["pending"]), ("failed", 1, 1))
        effects = [(effect["version"][-1], effect.get("statements")) for effect in events[2]["took_effect"]]
        self.assertEqual(effects, [("1", None), ("2", 2)])

    def test_a_database_connection_lost_in_the_middle(self):
        app = self.app(CUSTOMERS, SLOW)
        for arguments in ([], ["--format", "json"]):
            running = Background(self.maglev, app, "migrate", *arguments)
            asleep = (
                f"SELECT id FROM information_schema.processlist WHERE db = '{self.name}' AND info LIKE 'SELECT SLEEP%'"
            )
            self.wait_for(lambda asleep=asleep: self.sql(asleep), "the statement")
            self.sql(f"KILL CONNECTION {self.sql(asleep)[0]}")
            code, out, error = running.result()
            self.assertEqual(code, 6, out + error)
            self.assertNotIn("advisory lock", out + error)
            self.assertIn("maglev status", error)
            self.assertIn("its first statement took effect", out + error)
            self.sql("DROP TABLE slows")


class Function(FunctionTest):
    def fails(self, kind, *parts):
        error = self.fail_with(kind, plain(CUSTOMERS))
        for part in parts:
            self.assertIn(part, error["errorMessage"])
        for dump in DUMPS:
            self.assertNotIn(dump, error["errorMessage"])
        self.assertLess(len(error["errorMessage"]), 700)
        return error

    def test_databases(self):
        connection = "ActiveRecord::DatabaseConnectionError"
        self.change(DATABASE_PORT="1")
        error = self.fails(connection, "127.0.0.1, port 1", "Can't connect", "security group")
        self.assertNotIn("--database", error["errorMessage"])
        self.change(DATABASE_HOST="no.such.host.invalid", DATABASE_PORT="3306")
        self.fails(connection, "no.such.host.invalid, port 3306", "Unknown MySQL server host", "DATABASE_HOST")
        self.change(
            DATABASE_HOST="127.0.0.1", DATABASE_PORT=MARIADB_PORT, DATABASE_USERNAME="nobody", DATABASE_PASSWORD="x"
        )
        self.fails(connection, f"127.0.0.1, port {MARIADB_PORT}", "Access denied", "DATABASE_USERNAME")
        self.change(DATABASE_USERNAME="root", DATABASE_PASSWORD=None, DATABASE_NAME="nowhere")
        self.fails("ActiveRecord::NoDatabaseError", "nowhere", "DATABASE_NAME")
        self.change(DATABASE_URL="postgresql://postgres@127.0.0.1:1/shop")
        self.fails("ActiveRecord::DatabaseConnectionError", "127.0.0.1, port 1", "refused", "security group")
        code, out, error = self.maglev(self.app(CUSTOMERS), "migrate")
        self.assertEqual(code, 5, out + error)
        self.assertIn("security group", error)

    def test_no_name(self):
        self.change(DATABASE_NAME=None)
        self.fails("Maglev::ConfigurationError", "DATABASE_NAME")
        code, out, error = self.maglev(self.app(CUSTOMERS), "migrate")
        self.assertEqual(code, 2, out + error)
        self.assertIn("DATABASE_NAME", error)
        self.change(DATABASE_URL=f"mysql2://root@127.0.0.1:{MARIADB_PORT}")
        self.fails("Maglev::ConfigurationError", "DATABASE_URL")

    def test_services_of_aws(self):
        secret = "Maglev::SecretUnavailable"
        names = {
            "DATABASE_PASSWORD_SECRET": ("Secrets Manager", "ResourceNotFoundException", "check the name"),
            "DATABASE_PASSWORD_PARAMETER": ("SSM", "ParameterNotFound", "check the name"),
            "DATABASE_PASSWORD_ENCRYPTED": ("KMS", "InvalidCiphertextException", "aws kms encrypt"),
        }
        for name, parts in names.items():
            with self.subTest(name):
                self.change(**dict.fromkeys(names) | {name: base64.b64encode(b"nothing").decode()})
                self.fails(secret, name, *parts)
                self.change(AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_MAX_ATTEMPTS="1")
                self.fails(secret, name, parts[0], "http://127.0.0.1:1 refused the connection", "interface endpoint")
                self.change(AWS_ENDPOINT_URL=self.environment_of_aws, AWS_MAX_ATTEMPTS=None)

    def test_a_service_that_is_silent(self):
        """A VPC without a way out: packets vanish."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            held = []
            threading.Thread(target=lambda: held.append(server.accept()), daemon=True).start()
            self.timeout = 3
            self.environment |= {
                "DATABASE_PASSWORD_SECRET": "x",
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.getsockname()[1]}",
            }
            self.fails("Maglev::SecretUnavailable", "Secrets Manager did not answer", "interface endpoint")

    def setUp(self):
        super().setUp()
        self.environment_of_aws = self.environment["AWS_ENDPOINT_URL"]
        self.assertTrue(REGION)


if __name__ == "__main__":
    unittest.main()
