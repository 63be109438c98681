"""`maglev --function`: what a CI job runs, under Lambda's troubles."""

import base64
import json
import subprocess
import time
import unittest

from support import AWS, LAMBDA, MAGLEV, Background, FunctionTest, client, envelope, migration

CUSTOMERS = migration("20240101000001", "CreateCustomers", "create_table(:customers) { |t| t.string :name }")
ORDERS = migration("20240101000002", "CreateOrders", "create_table(:orders) { |t| t.references :customer }")
FAILS = migration("20240101000003", "Fails", "create_table(:items)\nexecute 'SELECT * FROM nowhere'")
SLOW = migration("20240101000001", "Slow", "create_table(:slows)\nexecute 'SELECT SLEEP(1)'")


class Caller(FunctionTest):
    def ok(self, folder, command, *arguments, **environment):
        code, out, error = self.maglev(folder, command, *arguments, **environment)
        self.assertEqual(code, 0, out + error)
        return out

    def test_every_command(self):
        app = self.app(CUSTOMERS, ORDERS)
        code, out, error = self.maglev(app, "pending")
        self.assertEqual(code, 1, out + error)
        out = self.ok(app, "migrate")
        self.assertIn("== 20240101000001 CreateCustomers: migrating ====", out)
        self.assertIn("-- create_table(:orders)", out)
        self.assertEqual(self.ok(app, "migrate"), "")
        self.assertRegex(self.ok(app, "status"), r"up +20240101000002 +Create orders")
        self.assertIn("20240101000002", self.ok(app, "version"))
        self.assertEqual(self.ok(app, "pending"), "")
        self.ok(app, "rollback", "--steps", "2")
        self.assertEqual(self.tables(), [])
        self.ok(app, "up", "20240101000001")
        self.ok(app, "redo", "--version", "20240101000001")
        self.ok(app, "down", "20240101000001")
        self.assertEqual(self.versions(), [])

    def test_the_settings_of_the_app(self):
        app = self.app(CUSTOMERS)
        (app / "config/environments").mkdir(parents=True)
        application = (
            "module Shop\n  class Application < Rails::Application\n    config.time_zone = 'Tokyo'\n  end\nend\n"
        )
        (app / "config/application.rb").write_text(application)
        # The function's environment is production, whatever the caller's is.
        for name in ("production", "development"):
            prefix = f"config.active_record.table_name_prefix = '{name}_'"
            text = f"Rails.application.configure do\n  {prefix}\nend\n"
            (app / f"config/environments/{name}.rb").write_text(text)
        self.ok(app, "migrate")
        self.assertIn("production_customers", self.tables())
        self.assertIn("production_schema_migrations", self.tables())

    def test_a_qualifier_and_an_arn(self):
        app = self.app(CUSTOMERS)
        self.name, name = f"{self.name}:$LATEST", self.name
        self.made, _ = True, self.make_as(name)
        self.ok(app, "migrate")
        self.name = f"arn:aws:lambda:eu-central-1:123456789012:function:{name}"
        self.ok(app, "status")
        self.name = f"{name}:none"
        code, out, error = self.maglev(app, "migrate")
        self.assertEqual(code, 5, out + error)
        self.assertIn("none", error)
        self.name = name

    def make_as(self, name):
        kept, self.name, self.made = self.name, name, False
        self.make()
        self.name = kept

    def test_a_failure_has_the_place_in_the_local_file(self):
        code, out, error = self.maglev(self.app(CUSTOMERS, FAILS), "migrate")
        self.assertEqual(code, 1, out + error)
        self.assertIn("nowhere", error)
        self.assertIn("db/migrate/20240101000003_fails.rb:4", error)
        self.assertIn("execute 'SELECT * FROM nowhere'", error)

    def test_a_failure_is_told_once(self):
        for name, body in (("Raises", "raise 'no such luck'"), ("Asks", "execute 'SELECT * FROM nowhere'")):
            code, out, error = self.maglev(self.app(migration("20240101000001", name, body)), "migrate")
            self.assertEqual((code, out.count(f"{name}: migrating"), error.count("aborted!")), (1, 1, 1), out + error)

    def test_a_refusal(self):
        code, out, error = self.maglev(
            self.app(migration("20240101000001", "Asks", "Customer.find_each(&:touch)")), "migrate"
        )
        self.assertEqual(code, 3, out + error)
        self.assertIn("uninitialized constant Customer", error)
        self.assertIn("Customer.find_each", error)

    def test_json(self):
        out = self.ok(self.app(CUSTOMERS), "migrate", "--format", "json")
        self.assertEqual([json.loads(line)["event"] for line in out.splitlines()], ["migrated", "finished"])

    def test_it_prints_as_it_goes(self):
        later = migration("20240101000002", "Later", "execute 'SELECT SLEEP(1.5)'")
        folder = self.app(CUSTOMERS, later)
        self.make()
        from support import ENVIRONMENT

        command = [MAGLEV, "migrate", "--function", self.name]
        with subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
            begun = time.monotonic()
            for line in process.stdout:
                if "CreateCustomers: migrated" in line:
                    break
            self.assertLess(time.monotonic() - begun, 1.4)
            process.stdout.read()
            self.assertEqual(process.wait(), 0)

    def test_throttled_updating_and_cold(self):
        for kind in ("throttled", "updating", "cold", "eni"):
            self.will_fail(kind)
        self.ok(self.app(CUSTOMERS), "migrate")
        self.assertEqual(len(self.state()["invocations"]), 1)

    def test_an_answer_that_is_lost(self):
        """Nobody knows whether it ran: what ran is not run again, and the caller says what is true."""
        self.will_fail("lost")
        code, out, error = self.maglev(self.app(CUSTOMERS), "migrate")
        self.assertIn(code, (0, 6), out + error)
        self.assertEqual(self.versions(), ["20240101000001"])
        ran = self.state()["log"].count("CreateCustomers: migrated")
        self.assertEqual(ran, 1)

    def test_another_run_holds_the_lock(self):
        self.make()
        self.client.put_function_concurrency(FunctionName=self.name, ReservedConcurrentExecutions=2)
        app = self.app(SLOW)
        first = Background(self.maglev, app, "migrate")
        self.wait_for(lambda: "slows" in self.tables(), "the table")
        code, out, error = self.maglev(app, "migrate")
        self.assertEqual(code, 4, out + error)
        self.assertEqual(first.result()[0], 0)

    def test_two_jobs_at_once(self):
        """The second waits for the one invocation that Lambda allows, and finds nothing to do."""
        app = self.app(SLOW)
        first = Background(self.maglev, app, "migrate")
        self.wait_for(lambda: "slows" in self.tables(), "the table")
        self.ok(app, "migrate")
        self.assertEqual(first.result()[0], 0)
        self.assertEqual(self.versions(), ["20240101000001"])

    def test_a_database_and_a_function_that_are_not_there(self):
        self.environment["DATABASE_PORT"] = "1"
        app = self.app(CUSTOMERS)
        code, out, error = self.maglev(app, "migrate")
        self.assertEqual(code, 5, out + error)
        code, out, error = self.maglev(app, "migrate", AWS_ENDPOINT_URL_LAMBDA="http://127.0.0.1:1")
        self.assertEqual(code, 5, out + error)

    def test_a_death(self):
        app = self.app(SLOW)
        running = Background(self.maglev, app, "migrate")
        self.wait_for(lambda: "slows" in self.tables(), "the table")
        import os
        import signal

        os.kill(self.state()["pids"][0], signal.SIGKILL)
        code, out, error = running.result()
        # Nobody knows what it has done.
        self.assertEqual(code, 6, out + error)
        self.assertIn("Runtime.ExitError", out + error)
        self.assertIn("maglev status", error)
        self.assertEqual(len(self.state()["invocations"]), 1)

    def test_more_than_six_megabytes_go_through_s3(self):
        # Random, so that no compression helps: an app with images among its seeds' views.
        noise = base64.b64encode(
            subprocess.run(["head", "-c", "6000000", "/dev/urandom"], capture_output=True, check=True).stdout
        )
        app = self.app(CUSTOMERS, ("views/noise_v01.sql", b"-- " + noise))
        code, out, error = self.maglev(app, "migrate")
        self.assertEqual(code, 2, out + error)
        self.assertIn("--bucket", error)
        bucket = self.name
        client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        self.ok(app, "migrate", "--bucket", f"s3://{bucket}/migrations")
        self.assertEqual(self.tables(), ["customers"])

    def test_the_payload_for_scripts(self):
        """As deploy/README.md has it; and the plain form within the command line."""
        app = self.app(CUSTOMERS)
        invoke = "aws lambda invoke --function-name $FUNCTION --cli-read-timeout 0 result.txt"
        script = f"set -e; $MAGLEV payload > payload.json; {invoke} --payload fileb://payload.json; ! grep errorMessage result.txt"
        plain = f'set -e; {invoke} --payload "$($MAGLEV payload --plain)"; ! grep errorMessage result.txt'
        for command in (script, plain):
            done = self.run_in(app, "bash", "-c", command, FUNCTION=self.name, MAGLEV=MAGLEV, AWS_MAX_ATTEMPTS="1")
            self.assertEqual(done[0], 0, done)
            self.assertEqual(self.tables(), ["customers"])
            self.sql("DROP TABLE customers, schema_migrations, ar_internal_metadata")

    def test_a_role_by_web_identity(self):
        """deploy/ci/circleci.yml: a token of OpenID Connect in a file, and no key."""
        app = self.app(CUSTOMERS)
        (app / "token").write_text("header.payload.signature")
        role = {
            "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/migrate",
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(app / "token"),
        }
        given = {
            "AWS_ACCESS_KEY_ID": "",
            "AWS_SECRET_ACCESS_KEY": "",
            "AWS_ENDPOINT_URL": AWS,
            "AWS_ENDPOINT_URL_LAMBDA": LAMBDA,
        }
        self.ok(app, "migrate", **role, **given)


class CallerOnPostgresql(FunctionTest):
    adapter = "postgresql"
    timeout = 3

    def test_it_goes_on_where_time_was_up(self):
        names = [(f"2024010100000{number}", f"Step{number}") for number in (1, 2, 3)]
        files = [migration(version, name, "execute 'SELECT pg_sleep(1.2)'") for version, name in names]
        code, out, error = self.maglev(self.app(*files), "migrate")
        self.assertEqual(code, 0, out + error)
        self.assertEqual(self.versions(), [version for version, _ in names])
        self.assertEqual(out.count("migrated ("), 3)
        self.assertGreater(len(self.state()["invocations"]), 1)
        # Nothing went wrong, and nothing says so.
        self.assertNotIn("abort", out + error)

    def test_redo_cut_by_time(self):
        """What was reverted runs again, in another invocation."""
        body = "def up\nexecute 'SELECT pg_sleep(0.1)'\nend\ndef down\nexecute 'SELECT pg_sleep(1.6)'\nend"
        files = [migration(f"2024010100000{number}", f"Step{number}", body) for number in (1, 2)]
        app = self.app(*files)
        self.assertEqual(self.maglev(app, "migrate")[0], 0)
        for arguments in (["--version", "20240101000001"], ["--steps", "2"]):
            code, out, error = self.maglev(app, "redo", *arguments)
            self.assertEqual(code, 0, out + error)
            self.assertEqual(self.versions(), ["20240101000001", "20240101000002"])
            self.assertEqual(out.count("reverted ("), out.count("migrated ("), out)
        # A script that sends the same has to hear that it is half done.
        answer = self.fail_with("Maglev::DeadlineExceeded", envelope(*files, command="redo", steps=2), "reverted")
        self.assertEqual([ran["direction"] for ran in answer["migrated"]], ["down"])

    def test_a_time_limit(self):
        app = self.app(CUSTOMERS, migration("20240101000002", "Slow", "execute 'SELECT pg_sleep(60)'"))
        self.timeout = 60
        begun = time.monotonic()
        code, out, error = self.maglev(app, "migrate", "--time-limit", "2")
        self.assertLess(time.monotonic() - begun, 8)
        self.assertEqual(code, 1, out + error)
        self.assertEqual(self.versions(), ["20240101000001"])


class Signed(FunctionTest):
    def setUp(self):
        super().setUp()
        self.folder = self.app(CUSTOMERS)
        self.key, public = self.new_key("good")
        self.environment["MAGLEV_TRUSTED_KEYS"] = public

    def new_key(self, name):
        """(path of the private key, the public key), by openssl as deploy/README.md says."""
        path = str(self.folder / f"{name}.pem")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True, capture_output=True)
        command = ["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"]
        public = subprocess.run(command, check=True, capture_output=True).stdout
        return path, base64.b64encode(public).decode()

    @property
    def arn(self):
        return f"arn:aws:lambda:eu-central-1:123456789012:function:{self.name}"

    def signed(self, command="migrate", function=None, key=None):
        self.make()
        function = function or self.arn
        return self.run_in(self.folder, MAGLEV, command, "--function", function, "--sign", key or self.key)

    def payload(self):
        self.make()
        command = [MAGLEV, "payload", "--for", self.arn, "--sign", self.key]
        return json.loads(subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True).stdout)

    def test_signed(self):
        for command in ("migrate", "redo", "status", "cancel", "function-version"):
            code, out, error = self.signed(command)
            self.assertEqual(code, 0, out + error)
        self.assertEqual(self.tables(), ["customers"])
        lines = [json.loads(line) for line in self.state()["log"].splitlines() if '"maglev":"audit"' in line]
        keys = [line["key"] for line in lines]
        self.assertEqual(keys, [keys[0]] * 5)
        # The function's variable has the key with openssl's header before it.
        self.assertTrue(base64.b64decode(self.environment["MAGLEV_TRUSTED_KEYS"]).endswith(base64.b64decode(keys[0])))

    def test_a_replay(self):
        event = self.payload()
        self.succeed(event)
        code, out, error = self.signed("rollback")
        self.assertEqual(code, 0, out + error)
        self.fail_with("ArgumentError", event, "was run before")
        self.assertEqual(self.tables(), [])

    def test_a_name_is_no_function_to_sign_for(self):
        code, out, error = self.signed(function=self.name)
        self.assertEqual(code, 2, out + error)
        self.assertIn("by its ARN", error)
        elsewhere = self.arn.replace("123456789012", "210987654321")
        self.make()
        command = [MAGLEV, "payload", "--for", elsewhere, "--sign", self.key]
        event = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True).stdout
        self.fail_with("Maglev::InvalidEvent", json.loads(event), "is signed for the function `arn:.*210987654321")

    def test_a_list_without_keys_is_no_permission(self):
        for keys in ("", " ", ","):
            self.environment["MAGLEV_TRUSTED_KEYS"] = keys
            self.name, self.made = self.name + "x", False
            path, source = CUSTOMERS
            plain = {path: base64.b64encode(source).decode()}
            for event in (plain, {"maglev": 1, "command": "status"}):
                self.fail_with("Maglev::InvalidEvent", event, "MAGLEV_TRUSTED_KEYS is set, and has no key")

    def test_unsigned_and_by_another_key(self):
        other, _ = self.new_key("other")
        code, out, error = self.maglev(self.folder, "migrate")
        self.assertEqual(code, 2, out + error)
        code, out, error = self.signed(key=other)
        self.assertEqual(code, 2, out + error)
        self.assertEqual(self.tables(), [])

    def test_changed_or_for_another_function(self):
        event = self.payload()
        other = self.name
        self.fail_with(
            "Maglev::InvalidBundle",
            event | {"bundle": base64.b64encode(b"other").decode()},
            "not the one that was signed",
        )
        self.succeed(event)
        self.name = "g" + other
        self.made = False
        self.fail_with("Maglev::InvalidEvent", event, other)


if __name__ == "__main__":
    unittest.main()
