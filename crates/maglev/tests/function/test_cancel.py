"""A run that is ended from outside: `maglev cancel`, Ctrl-C at a terminal, and where Lambda lets nobody in beside the run."""

import os
import pty
import time
import unittest

from support import ENVIRONMENT, MAGLEV, Background, FunctionTest, envelope, migration

ONE = migration("20240101000001", "One", "create_table(:ones)")
THREE = migration("20240101000003", "Three", "create_table(:threes)")


class Cancel(FunctionTest):
    sleep = "SELECT SLEEP(25)"
    running = (
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(25%' AND db = DATABASE()"
    )
    exit_code = 6
    stays = "took effect as a whole or not at all; its first statement took effect and stays"
    left = ("ones", "twos")

    def start(self, body="create_table(:twos)\nexecute SLEEP", concurrency=2):
        two = migration("20240101000002", "Two", body.replace("SLEEP", f'"{self.sleep}"'))
        self.files = (ONE, two, THREE)
        self.folder = self.app(*self.files)
        self.make()
        self.client.put_function_concurrency(FunctionName=self.name, ReservedConcurrentExecutions=concurrency)
        run = Background(self.maglev, self.folder, "migrate")
        self.wait_for(self.is_running, "the slow statement")
        return run

    def is_running(self):
        return self.sql(self.running) != ["0"]

    def test_it_says_what_took_effect(self):
        run = self.start()
        begun = time.monotonic()
        code, out, error = self.maglev(self.folder, "cancel")
        self.assertEqual(code, 0, out + error)
        self.assertRegex(out, f"ended the session \\d+ of `\\w+`, which held the migration lock of `{self.name}`")
        self.assertIn("the lock is free; the newest version recorded is 20240101000001", out)
        code, out, error = run.result()
        self.assertLess(time.monotonic() - begun, 15)
        self.assertEqual(code, self.exit_code, out + error)
        self.assertRegex(error, "Maglev::Cancelled: the run was cancelled at 20\\S+Z, by `maglev cancel`")
        self.assertIn("2 are left (20240101000002, 20240101000003)", error)
        self.assertIn("before it, 1 migration took effect: 20240101000001", error)
        self.assertIn(self.stays, error)
        self.assertEqual(tuple(self.tables()), self.left)
        self.assertEqual(self.sql("SELECT COUNT(*) FROM ar_internal_metadata"), ["1"])
        self.assertIn('"error":"Maglev::Cancelled"', self.state()["log"])
        code, out, error = self.maglev(self.folder, "cancel", "--format", "json")
        self.assertEqual(code, 0, out + error)
        self.assertIn('"event":"cancelled"', out)
        self.assertIn('"session":null', out)

    def test_the_answer_of_who_invokes_it(self):
        run = self.start()
        run2 = Background(self.invoke, envelope(*self.files))
        run2.join(0.1)
        answer = self.invoke({"maglev": 1, "command": "cancel"})
        self.assertFalse(answer.failed, answer.payload)
        self.assertIn("ended the session", answer.payload["output"])
        self.assertIn("Maglev::Cancelled", run.result()[2])
        run2.result()

    def test_it_does_not_go_on_whatever_it_rescues(self):
        body = 'begin\nexecute SLEEP\nrescue => e\nend\n3.times { |i| execute("SELECT 1") rescue nil }\ncreate_table(:twos)'
        run = self.start(body)
        code, out, error = self.maglev(self.folder, "cancel")
        self.assertEqual(code, 0, out + error)
        code, out, error = run.result()
        self.assertIn(code, (1, 6), out + error)
        self.assertIn("Maglev::Cancelled", error)
        self.assertEqual(self.tables(), ["ones"])
        self.assertEqual(self.versions(), ["20240101000001"])

    def test_nobody_is_let_in_beside_it(self):
        run = self.start(concurrency=1)
        code, out, error = self.maglev(self.folder, "cancel")
        self.assertEqual(code, 4, out + error)
        self.assertIn("may not run a second time beside the run that is to be cancelled, which goes on", error)
        self.assertTrue(self.is_running())
        # From where the database is in reach it can be done.
        code, out, error = self.run_in(self.folder, MAGLEV, "cancel", "--database", self.url())
        self.assertEqual(code, 0, out + error)
        self.assertIn("Maglev::Cancelled", run.result()[2])

    def url(self):
        host, port = self.environment["DATABASE_HOST"], self.environment["DATABASE_PORT"]
        return f"mysql2://root@{host}:{port}/{self.name}"


class CancelOnPostgresql(Cancel):
    adapter = "postgresql"
    sleep = "SELECT pg_sleep(25)"
    running = (
        "SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(25%' AND state = 'active' "
        "AND datname = current_database()"
    )
    exit_code = 1
    stays = "its transaction was rolled back"
    left = ("ones",)

    # Lambda's part in it is the same.
    test_nobody_is_let_in_beside_it = None


class Asked(FunctionTest):
    """Ctrl-C at a terminal."""

    def at_a_terminal(self, answers, seconds=25):
        """(how the process ended, what it said), with Ctrl-C and each answer typed."""
        self.folder = self.app(migration("20240101000001", "Slow", f"execute 'SELECT SLEEP({seconds})'"))
        self.make()
        self.client.put_function_concurrency(FunctionName=self.name, ReservedConcurrentExecutions=2)
        given = {name: value for name, value in ENVIRONMENT.items() if name != "CI"} | {"TERM": "xterm"}
        command = [MAGLEV, "migrate", "--function", self.name]
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execve(command[0], command, given)
        self.wait_for(lambda: self.sql(SLEEPING) != ["0"], "the slow statement")
        said = b""
        for answer in answers:
            os.write(terminal, b"\x03")
            while b"go on waiting (w)? [l]" not in said.rpartition(b"^C")[2]:
                said += os.read(terminal, 4096)
            os.write(terminal, answer)
        while True:
            try:
                data = os.read(terminal, 4096)
            except OSError:
                break
            if not data:
                break
            said += data
        os.close(terminal)
        return os.waitpid(pid, 0)[1], said.decode()

    def test_cancel(self):
        status, said = self.at_a_terminal([b"c\n"])
        self.assertEqual(os.waitstatus_to_exitcode(status), 6, said)
        self.assertRegex(said, "cancelled: ended the session \\d+")
        self.assertIn("Maglev::Cancelled", said)
        self.assertEqual(self.versions(), [])

    def test_leave(self):
        for answer in (b"l\n", b"\n", b"\x03"):
            self.at_a_terminal_ends(answer)

    def at_a_terminal_ends(self, answer):
        status, said = self.at_a_terminal([answer], seconds=2)
        self.assertEqual(os.waitstatus_to_exitcode(status), -2, said)
        self.assertIn(f"the function `{self.name}` goes on", said)
        self.wait_for(lambda: self.versions() == ["20240101000001"], "the end")
        self.wait_for(lambda: self.state()["busy"] == 0, "the function's end")
        self.sql("DROP TABLE schema_migrations, ar_internal_metadata")

    def test_wait(self):
        status, said = self.at_a_terminal([b"w\n"], seconds=2)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0, said)
        self.assertIn("Slow: migrated", said)


SLEEPING = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%' AND db = DATABASE()"


class Named(FunctionTest):
    """MAGLEV_FUNCTION, `function-version`, and `--wait` without a number."""

    def run_maglev(self, *arguments, **environment):
        return self.run_in(self.folder, MAGLEV, *arguments, **environment)

    def setUp(self):
        super().setUp()
        self.folder = self.app(ONE)

    def test_the_variable(self):
        code, out, error = self.run_maglev("migrate", MAGLEV_FUNCTION=self.name)
        self.assertEqual(code, 0, out + error)
        self.assertIn(f"note: this goes to the function `{self.name}`, which MAGLEV_FUNCTION names", error)
        self.assertEqual(self.tables(), ["ones"])
        code, out, error = self.run_maglev("db:migrate:status", f"MAGLEV_FUNCTION={self.name}")
        self.assertIn("up     20240101000001", out + error)
        invoked = len(self.state()["invocations"])
        here = {"MAGLEV_FUNCTION": self.name, "RAILS_ENV": "development"}
        for arguments in (
            ["migrate", "--database", "sqlite3:storage/a.sqlite3"],
            ["migrate", "--function", ""],
            ["check"],
            ["payload"],
            ["drop"],
            ["create", "--all"],
        ):
            _, out, error = self.run_maglev(*arguments, **here)
            self.assertNotIn("MAGLEV_FUNCTION", out + error, arguments)
        self.assertTrue((self.folder / "storage").is_dir())
        self.assertEqual(len(self.state()["invocations"]), invoked)
        code, out, error = self.run_maglev("migrate", "--dump", **here)
        self.assertEqual(code, 2, out + error)
        self.assertIn("--function '' stays here", error)

    def test_which_version(self):
        code, out, error = self.maglev(self.folder, "function-version")
        self.assertEqual(code, 0, out + error)
        self.assertRegex(out, rf"^{self.name}: Maglev \d\S+ \(.+\)\nthis: Maglev ")
        # It asks no database.
        self.change(DATABASE_PORT="1")
        code, out, error = self.maglev(self.folder, "function-version", "--format", "json")
        self.assertEqual(code, 0, out + error)
        self.assertIn('"event":"function_version"', out)
        self.will_answer({"errorType": "Maglev::InvalidEvent", "errorMessage": "?", "maglev": "0.0.9", "exit": 2}, "x")
        code, out, error = self.maglev(self.folder, "function-version")
        self.assertEqual(code, 1, out + error)
        self.assertIn(f"{self.name}: Maglev 0.0.9\n", out)
        self.assertIn("the function is older: 0.0.9", error)
        code, out, error = self.maglev(self.folder, "function-version", AWS_ENDPOINT_URL_LAMBDA="http://127.0.0.1:1")
        self.assertEqual(code, 5, out + error)
        code, out, error = self.run_maglev("function-version")
        self.assertEqual(code, 2, out + error)

    def test_waiting_without_a_number(self):
        slow = self.app(migration("20240101000001", "Slow", "create_table(:slows)\nexecute 'SELECT SLEEP(2)'"))
        first = Background(self.maglev, slow, "migrate")
        self.wait_for(lambda: "slows" in self.tables(), "the table")
        code, out, error = self.maglev(slow, "migrate", "--wait")
        self.assertEqual(code, 0, out + error)
        self.assertIn("the function is busy with another run; waiting for it to end\n", error)
        self.assertEqual(first.result()[0], 0)


if __name__ == "__main__":
    unittest.main()
