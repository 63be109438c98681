"""The envelope by boto3: every command, archives of three kinds, S3, streams, and large payloads."""

import base64
import json
import subprocess
import unittest

from support import FunctionTest, client, envelope, migration

CUSTOMERS = migration("20240101000001", "CreateCustomers", "create_table(:customers) { |t| t.string :name }")
ORDERS = migration("20240101000002", "CreateOrders", "create_table(:orders) { |t| t.references :customer }")
MEBIBYTE = 1024 * 1024


class Envelope(FunctionTest):
    def ask(self, command, **options):
        return self.succeed(envelope(CUSTOMERS, ORDERS, command=command, **options))

    def ran(self, answer):
        return [(ran["version"][-1], ran["direction"]) for ran in answer["migrated"]]

    def test_every_command(self):
        pending = self.ask("pending")
        self.assertEqual(pending["exit"], 1)
        self.assertEqual(self.ran(self.ask("migrate", to="20240101000001")), [("1", "up")])
        self.assertEqual(self.ran(self.ask("migrate")), [("2", "up")])
        self.assertIn("20240101000002", self.ask("version")["output"])
        self.assertRegex(self.ask("status")["output"], r"up +20240101000001 +Create customers")
        self.assertEqual(self.ran(self.ask("rollback", steps=2)), [("2", "down"), ("1", "down")])
        self.assertEqual(self.tables(), [])
        self.assertEqual(self.ran(self.ask("up", version="20240101000002")), [("2", "up")])
        self.assertEqual(self.ran(self.ask("redo", version="20240101000002")), [("2", "down"), ("2", "up")])
        # Rails' redo without a version migrates all that is pending.
        self.assertEqual(self.ran(self.ask("redo")), [("2", "down"), ("1", "up"), ("2", "up")])
        self.assertEqual(self.ran(self.ask("down", version="20240101000002")), [("2", "down")])
        self.assertEqual(self.state()["starts"], 1)

    def test_json_events(self):
        lines = [json.loads(line) for line in self.ask("migrate", format="json")["output"].splitlines()]
        self.assertEqual([line["event"] for line in lines], ["migrated", "migrated", "finished"])
        self.assertRegex(lines[0]["statements"][0]["sql"], "CREATE TABLE `customers`")

    def test_what_tar_and_base64_make(self):
        folder = self.app(CUSTOMERS, ORDERS)
        (folder / "db/migrate/.keep").write_text("")
        for flags in ("c", "cz"):
            command = f"tar {flags} db/migrate | base64"
            bundle = subprocess.run(
                ["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=True
            ).stdout
            self.succeed({"maglev": 1, "command": "migrate", "bundle": bundle})
        self.assertEqual(self.tables(), ["customers", "orders"])

    def test_a_bundle_in_s3(self):
        s3 = client("s3")
        s3.create_bucket(Bucket=self.name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        s3.put_bucket_versioning(Bucket=self.name, VersioningConfiguration={"Status": "Enabled"})
        event = envelope(CUSTOMERS)
        archive = base64.b64decode(event.pop("bundle"))
        version = s3.put_object(Bucket=self.name, Key="a", Body=archive)["VersionId"]
        s3.put_object(Bucket=self.name, Key="a", Body=b"changed since")
        self.succeed(event | {"s3": {"bucket": self.name, "key": "a", "version": version}})
        self.assertEqual(self.tables(), ["customers"])
        self.fail_with("Maglev::InvalidBundle", event | {"s3": {"bucket": self.name, "key": "a"}}, "cannot be read")
        nowhere = {"bucket": self.name, "key": "b"}
        self.fail_with("Maglev::BundleUnavailable", event | {"s3": nowhere}, f"s3://{self.name}/b")
        s3.put_object(Bucket=self.name, Key="large", Body=bytes(33 * MEBIBYTE))
        self.fail_with("Maglev::BundleUnavailable", event | {"s3": nowhere | {"key": "large"}}, "more than")

    def test_a_stream(self):
        self.make()
        fails = migration("20240101000003", "Fails", "raise 'no'")
        frames = self.stream(envelope(CUSTOMERS, ORDERS, stream=True))
        output = "".join(frame["output"] for frame in frames if "output" in frame)
        self.assertIn("== 20240101000002 CreateOrders: migrated", output)
        self.assertGreater(len(frames), 3)
        self.assertEqual(frames[-1]["answer"]["status"], "ok")
        frames = self.stream(envelope(CUSTOMERS, ORDERS, fails, stream=True))
        self.assertEqual(frames[-1]["error"]["errorType"], "RuntimeError")

    def stream(self, event):
        """The frames of a streamed answer."""
        self.make()
        response = self.client.invoke_with_response_stream(FunctionName=self.name, Payload=json.dumps(event).encode())
        events = list(response["EventStream"])
        self.assertEqual(events[-1], {"InvokeComplete": {}})
        body = b"".join(event["PayloadChunk"]["Payload"] for event in events[:-1])
        return [json.loads(line) for line in body.splitlines()]

    def test_an_audit_line(self):
        names = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")
        custom = {"custom": {"who": "ci of shop"}, "client": dict.fromkeys(names, ""), "env": {}}
        context = base64.b64encode(json.dumps(custom).encode()).decode()
        self.succeed(envelope(CUSTOMERS, revision="0123abc"), ClientContext=context)
        self.fail_with("Maglev::InvalidEvent", {"maglev": 1, "command": "drop"})
        lines = [json.loads(line) for line in self.state()["log"].splitlines() if '"maglev":"audit"' in line]
        self.assertEqual([line["outcome"] for line in lines], ["ok", "failed"])
        first = lines[0]
        self.assertIn("ci of shop", json.dumps(first["client_context"]))
        self.assertEqual(first["revision"], "0123abc")
        (ran,) = first["migrated"]
        self.assertEqual((ran["version"], ran["direction"]), ("20240101000001", "up"))
        self.assertGreater(ran["milliseconds"], 0)
        self.assertRegex(first["bundle_sha256"], "^[0-9a-f]{64}$")
        self.assertGreater(first["milliseconds"], 0)

    def test_no_line_of_a_migration_is_an_audit_line(self):
        forged = '{\\"maglev\\":\\"audit\\",\\"outcome\\":\\"ok\\"}'
        code = f'puts "a"; puts "{forged}"; print "b\\r{forged}"; $stderr.puts "{forged}"; raise "\\n{forged}"'
        self.fail_with("RuntimeError", envelope(migration("20240101000001", "Forges", code)))
        lines = self.state()["log"].splitlines()
        self.assertGreaterEqual(sum('"outcome":"ok"' in line for line in lines), 4)
        audit = [json.loads(line) for line in lines if line.startswith("{") and '"maglev":"audit"' in line]
        self.assertEqual([line["outcome"] for line in audit], ["failed"])

    def test_what_ruby_sees_of_the_environment(self):
        self.environment |= {"STRIPE_KEY": "hunter2", "TENANT": "blue", "MAGLEV_RUBY_ENV": "TENANT", "RAILS_X": "x"}
        names = ("STRIPE_KEY", "TENANT", "RAILS_X", "DATABASE_URL", "PATH", "AWS_LAMBDA_RUNTIME_API")
        code = f"puts {list(names)}.to_h {{ |name| [name, ENV.fetch(name, nil)] }}.inspect; puts ENV.key?('PATH')"
        output = self.succeed(envelope(migration("20240101000001", "Looks", code)))["output"]
        self.assertIn('"STRIPE_KEY"=>nil, "TENANT"=>"blue", "RAILS_X"=>"x", "DATABASE_URL"=>nil, "PATH"=>nil', output)
        self.assertNotIn("hunter2", output)

    def test_messages_are_cut(self):
        error = self.fail_with("RuntimeError", envelope(migration("20240101000001", "Long", "raise 'x' * 1_000_000")))
        self.assertLess(len(json.dumps(error)), 60_000)
        self.assertIn("more characters", error["errorMessage"])

    def test_six_megabytes(self):
        limit = 6 * MEBIBYTE
        path, source = CUSTOMERS
        rest = len(json.dumps({"migrate/20240101000002_x.rb": "", path: base64.b64encode(source).decode()}))
        # Comments, as base64 without padding: three bytes are four.
        comment = base64.b64encode(b"#" * ((limit - rest) // 4 * 3)).decode()
        event = {path: base64.b64encode(source).decode(), "migrate/20240101000002_x.rb": comment}
        payload = json.dumps(event).encode()
        payload += b" " * (limit - len(payload))
        # The second file says nothing, and there is no class X in it.
        self.fail_with("Maglev::Refused", payload, "uninitialized constant X")
        with self.assertRaises(self.client.exceptions.RequestTooLargeException):
            self.invoke(payload + b" ")


class EnvelopeOnPostgresql(FunctionTest):
    adapter = "postgresql"

    def test_views_and_migrations(self):
        fails = migration("20240101000003", "Fails", "create_table(:a)\nexecute 'SELECT * FROM nowhere'")
        error = self.fail_with("ActiveRecord::StatementInvalid", envelope(CUSTOMERS, ORDERS, fails), "nowhere")
        self.assertIn("rolled back", error["errorMessage"])
        self.assertEqual((self.tables(), len(self.versions())), (["customers", "orders"], 2))


if __name__ == "__main__":
    unittest.main()
