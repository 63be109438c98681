"""Peers that say nothing: a function that is alive but busy, one that is not there any more, and a user who stops waiting."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
import unittest

from support import ENVIRONMENT, LAMBDA, MAGLEV, Background, FunctionTest, migration

CUSTOMERS = migration("20240101000001", "CreateCustomers", "create_table(:customers) { |t| t.string :name }")
SLOW = migration("20240101000001", "Slow", "create_table(:slows)\nexecute 'SELECT SLEEP(3)'")


class Silence(FunctionTest):
    def start(self, folder, *arguments, **environment):
        self.make()
        command = [MAGLEV, "migrate", "--function", self.name, *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=folder, env=ENVIRONMENT | environment, stdout=pipe, stderr=pipe, text=True)

    def test_a_peer_that_has_gone(self):
        """A line after a minute, and an end soon after: with nothing between, nobody waits for ever."""
        emulator = subprocess.Popen(
            [sys.executable, "emulator.py", "--name", self.name, MAGLEV],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            port = json.loads(emulator.stdout.readline())["port"]
            emulator.send_signal(signal.SIGSTOP)
            begun = time.monotonic()
            process = self.start(self.app(CUSTOMERS), AWS_ENDPOINT_URL_LAMBDA=f"http://127.0.0.1:{port}")
            out, error = process.communicate(timeout=150)
            self.assertLess(time.monotonic() - begun, 100)
            self.assertEqual(process.returncode, 6, out + error)
            self.assertIn("still running, 60 s without news", error)
            self.assertIn("no sign of life for", error)
            self.assertIn("maglev status", error)
        finally:
            emulator.send_signal(signal.SIGCONT)
            emulator.stdin.close()
            emulator.wait(10)

    def test_the_connection_is_kept_alive(self):
        process = self.start(self.app(SLOW))
        self.wait_for(lambda: "slows" in self.tables(), "the table")
        port = int(LAMBDA.rsplit(":", 1)[1])
        with open(f"/proc/{process.pid}/net/tcp") as sockets:
            rows = [line.split() for line in sockets.readlines()[1:]]
        links = {os.readlink(f"/proc/{process.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{process.pid}/fd")}
        own = [row for row in rows if row[2].endswith(f":{port:04X}") and f"socket:[{row[9]}]" in links]
        # The timer that runs: 2 is keepalive's.
        self.assertEqual([row[5].split(":")[0] for row in own], ["02"], rows)
        self.assertEqual(process.wait(30), 0, process.stderr.read())
        process.communicate()

    def test_the_terminal_of_a_ci_system_is_a_log(self):
        """CircleCI and Buildkite give a job a terminal, where a spinner would fill the log and hide the line a minute."""
        for variables, spins in (({}, True), ({"CI": "true"}, False)):
            error = b""
            app = self.app(migration("20240101000001", "Slow", "create_table(:slows)\nexecute 'SELECT SLEEP(1.5)'"))
            ours, theirs = pty.openpty()
            self.make()
            command = [MAGLEV, "migrate", "--function", self.name]
            given = {name: value for name, value in ENVIRONMENT.items() if name != "CI"} | variables
            process = subprocess.Popen(command, cwd=app, env=given, stdout=subprocess.DEVNULL, stderr=theirs)
            os.close(theirs)
            while True:
                try:
                    error += os.read(ours, 4096)
                except OSError:
                    break
            os.close(ours)
            self.assertEqual(process.wait(20), 0, error)
            self.assertEqual(b"\x1b[2m" in error, spins, error)
            self.sql("DROP TABLE slows, schema_migrations, ar_internal_metadata")

    def test_control_c(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start(self.app(SLOW))
            self.wait_for(lambda: "slows" in self.tables(), "the table")
            process.send_signal(number)
            out, error = process.communicate(timeout=10)
            self.assertEqual(process.returncode, -number, out + error)
            self.assertIn(f"the function `{self.name}` goes on", error)
            self.assertIn(f"maglev status --function {self.name}", error)
            self.assertIn(f"/aws/lambda/{self.name}", error)
            # It does.
            self.wait_for(lambda: self.versions() == ["20240101000001"], "the end")
            self.wait_for(lambda: self.state()["busy"] == 0, "the function's end")
            self.sql("DROP TABLE slows, schema_migrations, ar_internal_metadata")

    def test_control_c_while_the_function_is_busy(self):
        app = self.app(SLOW)
        first = Background(self.maglev, app, "migrate")
        self.wait_for(lambda: "slows" in self.tables(), "the table")
        process = self.start(app, "--wait", "30")
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=10)
        self.assertIn("nothing was sent to the function", error)
        self.assertEqual(first.result()[0], 0)

    def test_a_busy_function_is_waited_for(self):
        app = self.app(SLOW)
        first = Background(self.maglev, app, "migrate")
        self.wait_for(lambda: "slows" in self.tables(), "the table")
        code, out, error = self.maglev(app, "migrate", "--wait", "1")
        self.assertEqual(code, 4, out + error)
        self.assertIn("busy with another run; waiting for it to end, for up to 1 s", error)
        code, out, error = self.maglev(app, "migrate", "--wait", "30")
        self.assertEqual((code, out), (0, ""), out + error)
        self.assertIn("for up to 30 s", error)
        self.assertEqual(first.result()[0], 0)

    def test_a_held_lock_is_waited_for(self):
        self.make()
        self.client.put_function_concurrency(FunctionName=self.name, ReservedConcurrentExecutions=2)
        app = self.app(SLOW)
        first = Background(self.maglev, app, "migrate")
        self.wait_for(lambda: "slows" in self.tables(), "the table")
        code, out, error = self.maglev(app, "migrate", "--wait", "30")
        self.assertEqual((code, out), (0, ""), out + error)
        self.assertIn("another run holds the migration lock; waiting", error)
        self.assertEqual(first.result()[0], 0)


if __name__ == "__main__":
    unittest.main()
