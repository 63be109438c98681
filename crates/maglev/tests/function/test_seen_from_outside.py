"""What is seen of the function without asking it: metrics, the log in both of Lambda's formats, the audit line, X-Ray's header."""

import base64
import datetime
import hashlib
import http.server
import json
import subprocess
import threading
import unittest

from support import MAGLEV, FunctionTest, envelope, mariadb, migration, plain

CUSTOMERS = migration("20240101000001", "CreateCustomers", "create_table(:customers) { |t| t.string :name }")
BREAKS = migration("20240101000002", "Breaks", "create_table(:a)\nexecute 'SELECT * FROM nowhere'")
BREAKS_IN_RUBY = "execute 'SELECT * FROM nowhere'"
TRACE = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0"


class SeenFromOutside(FunctionTest):
    def log(self):
        """Its lines, each as JSON where it is JSON."""
        return [json.loads(line) if line.startswith("{") else line for line in self.state()["log"].splitlines()]

    def ours(self, key, value=None):
        lines = [line for line in self.log() if isinstance(line, dict) and key in line]
        return [line for line in lines if value in (None, line[key])]

    def in_json(self, level=None):
        self.environment["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
        if level:
            self.environment["AWS_LAMBDA_LOG_LEVEL"] = level

    def test_metrics(self):
        self.succeed(plain(CUSTOMERS))
        self.fail_with("ActiveRecord::StatementInvalid", plain(CUSTOMERS, BREAKS))
        self.fail_with("Maglev::InvalidEvent", {"maglev": 1, "command": "drop"})
        lines = self.ours("_aws")
        self.assertEqual(len(lines), 3)
        for line in lines:
            # As the specification wants it: each metric and each dimension is a member of the root.
            self.assertIsInstance(line["_aws"]["Timestamp"], int)
            (directive,) = line["_aws"]["CloudWatchMetrics"]
            self.assertEqual((directive["Namespace"], directive["Dimensions"]), ("Maglev", [["FunctionName"]]))
            names = [metric["Name"] for metric in directive["Metrics"]]
            self.assertEqual(names, ["Invocations", "Migrations", "Failures", "Milliseconds", "Statements"])
            self.assertEqual({metric["Unit"] for metric in directive["Metrics"]}, {"Count", "Milliseconds"})
            self.assertTrue(all(isinstance(line[name], int | float) for name in names))
            self.assertEqual(line["FunctionName"], self.name)
            self.assertGreater(line["Milliseconds"], 0)
        counts = [(line["Invocations"], line["Migrations"], line["Failures"]) for line in lines]
        self.assertEqual(counts, [(1, 1, 0), (1, 0, 1), (1, 0, 1)])
        # What Rails would have logged but for its reads of the schema.
        self.assertEqual(lines[2]["Statements"], 0)
        self.assertGreater(lines[0]["Statements"], 5)

    def test_a_plan_sends_no_statement(self):
        self.succeed(envelope(CUSTOMERS, command="plan"))
        (line,) = self.ours("_aws")
        self.assertEqual((line["Migrations"], line["Statements"]), (0, 0))

    def test_text(self):
        self.succeed(plain(CUSTOMERS))
        lines = self.log()
        self.assertTrue(all(line.startswith("| ") for line in lines if isinstance(line, str)))
        self.assertIn("| -- create_table(:customers)", lines)
        self.assertFalse(any("CREATE TABLE" in str(line) for line in lines))

    def test_json(self):
        self.in_json("DEBUG")
        body = 'puts "a\\n{\\"maglev\\":\\"audit\\"}"; warn "b"; create_table(:a)'
        self.succeed(plain(migration("20240101000001", "Talks", body)))
        self.fail_with("ActiveRecord::StatementInvalid", plain(migration("20240101000002", "Breaks", BREAKS_IN_RUBY)))
        ids = {invocation["id"] for invocation in self.state()["invocations"]}
        lines = self.log()
        for line in lines:
            self.assertIsInstance(line, dict)
            self.assertIsNotNone(datetime.datetime.fromisoformat(line["timestamp"]).tzinfo)
            self.assertIn(line["level"], ("DEBUG", "INFO", "WARN", "ERROR"))
            self.assertIn(line["requestId"], ids)
            self.assertEqual(line["xrayTraceId"], TRACE)
        said = {line["message"]: line for line in lines if "message" in line}
        self.assertEqual(said["a"]["level"], "INFO")
        self.assertEqual(said["b"]["level"], "WARN")
        self.assertEqual(said["-- create_table(:a)"]["migration"], "20240101000001")
        self.assertNotIn("audit", [line.get("maglev") for line in lines if line.get("message")])
        (created,) = [line for text, line in said.items() if text.startswith("CREATE TABLE `a`")]
        self.assertEqual((created["level"], created["migration"]), ("DEBUG", "20240101000001"))
        self.assertGreater(created["milliseconds"], 0)
        self.assertGreater(said["20240101000001 Talks (up) has run"]["milliseconds"], 0)
        (failure,) = [line for line in lines if "errorType" in line]
        self.assertEqual((failure["level"], failure["errorType"]), ("ERROR", "ActiveRecord::StatementInvalid"))
        self.assertIn("nowhere", failure["message"])
        levels = [line["level"] for line in lines if line.get("maglev") == "audit"]
        self.assertEqual(levels, ["INFO", "ERROR"])

    def test_levels(self):
        """What is below the level is left out; the audit and the metrics are Lambda's to leave out."""
        quiet = [migration("20240101000001", "Talks", "puts 'printed'; warn 'warned'")]
        for level, format_, logs_statements, expected in (
            ("INFO", "JSON", False, {"printed", "warned"}),
            ("WARN", "JSON", False, {"warned"}),
            ("ERROR", "JSON", False, set()),
            ("TRACE", "JSON", False, {"printed", "warned", "INSERT"}),
            ("INFO", "JSON", True, {"printed", "warned", "INSERT"}),
            ("LOUD", "JSON", False, {"printed", "warned"}),
            ("DEBUG", "Text", False, {"printed", "warned", "INSERT"}),
        ):
            with self.subTest(level=level, format=format_):
                self.made, self.name = False, self.name + "x"
                self.environment |= {"AWS_LAMBDA_LOG_FORMAT": format_, "AWS_LAMBDA_LOG_LEVEL": level}
                self.environment["RAILS_LOG_TO_STDOUT"] = "1" if logs_statements else ""
                database = self.environment["DATABASE_NAME"]
                self.succeed(plain(*quiet))
                log = self.state()["log"]
                self.assertEqual({word for word in ("printed", "warned", "INSERT") if word in log}, expected, log)
                self.assertEqual((log.count('"_aws"'), log.count('"maglev":"audit"')), (1, 1))
                mariadb("DROP TABLE schema_migrations, ar_internal_metadata", database)

    def test_a_long_statement_is_cut(self):
        self.in_json("DEBUG")
        self.succeed(plain(migration("20240101000001", "Long", "execute \"SELECT '#{'x' * 300_000}'\"")))
        long = [line for line in self.log() if "more characters" in line.get("message", "")]
        # What Rails prints of it, and the statement itself.
        self.assertEqual(len(long), 2)
        self.assertLess(max(map(len, self.state()["log"].splitlines())), 60_000)

    def test_the_audit_says_who_and_where(self):
        key = self.app() / "key.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True, capture_output=True)
        command = ["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER"]
        public = subprocess.run(command, check=True, capture_output=True).stdout
        self.environment["MAGLEV_TRUSTED_KEYS"] = base64.b64encode(public).decode()
        self.make()
        arn = f"arn:aws:lambda:eu-central-1:123456789012:function:{self.name}"
        code, out, error = self.run_in(self.app(BREAKS), MAGLEV, "migrate", "--function", arn, "--sign", str(key))
        self.assertEqual(code, 1, out + error)
        (line,) = self.ours("maglev", "audit")
        self.assertRegex(line["maglev_version"], r"^\d+\.\d+\.\d+")
        self.assertEqual((line["database"], line["host"]), (self.name, "127.0.0.1"))
        self.assertEqual(line["error"], "ActiveRecord::StatementInvalid")
        self.assertEqual(line["key_fingerprint"], hashlib.sha256(public).hexdigest())
        self.assertEqual(line["xrayTraceId"], TRACE)

    def test_the_trace_goes_on_to_aws(self):
        """The SDK sends the header on with what it asks of other services."""
        heard = []

        class Parameters(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                heard.append(self.headers.get("X-Amzn-Trace-Id"))
                self.rfile.read(int(self.headers["Content-Length"]))
                body = json.dumps({"Parameter": {"Name": "/p", "Type": "SecureString", "Value": "x"}}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Parameters)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.environment |= {
            "DATABASE_PASSWORD_PARAMETER": "/p",
            "AWS_ENDPOINT_URL_SSM": f"http://127.0.0.1:{server.server_address[1]}",
        }
        self.invoke(plain(CUSTOMERS))
        self.assertEqual(set(heard), {TRACE})


if __name__ == "__main__":
    unittest.main()
