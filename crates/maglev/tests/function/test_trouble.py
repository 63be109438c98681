"""A function that fails, is late, dies, is called twice at once or warm, and a database that is not there."""

import os
import signal
import time
import unittest

from support import Background, FunctionTest, envelope, migration, plain, postgresql

CUSTOMERS = migration("20240101000001", "CreateCustomers", "create_table(:customers) { |t| t.string :name }")


def sleeps(version, name, seconds, table=None):
    return migration(version, name, f"create_table(:{table or name.lower()}s)\nexecute 'SELECT SLEEP({seconds})'")


class Deadline(FunctionTest):
    timeout = 3

    def test_a_statement_is_cancelled_in_time(self):
        begun = time.monotonic()
        error = self.fail_with("Maglev::DeadlineExceeded", plain(CUSTOMERS, sleeps("20240101000002", "Slow", 60)))
        self.assertLess(time.monotonic() - begun, self.timeout)
        self.assertIn("20240101000002", error["errorMessage"])
        self.assertIn("first statement took effect", error["errorMessage"])
        self.assertEqual(self.versions(), ["20240101000001"])
        self.assertEqual(self.running("SLEEP"), [])
        # The lock is free, and the process is the same.
        self.succeed(plain(CUSTOMERS))
        self.assertEqual(self.state()["starts"], 1)

    def test_ruby_is_stopped_in_time(self):
        self.fail_with("Maglev::DeadlineExceeded", plain(migration("20240101000001", "Loops", "loop { }")))
        self.assertEqual(self.state()["starts"], 1)

    def test_nothing_is_rescued_once_time_is_up(self):
        """Whatever way Ruby code has around an error: nothing follows it, and no version is recorded."""
        after = "create_table(:afters)"
        ways = {
            "Rescues": f"begin\nexecute 'SELECT SLEEP(60)'\nrescue => e\nsay 'skipped'\nend\n{after}",
            "Everything": f"begin\nexecute 'SELECT SLEEP(60)'\nrescue Exception\nend\n{after}",
            "Modifies": f"execute('SELECT SLEEP(60)') rescue nil\n{after}",
            "Retries": "begin\nexecute 'SELECT SLEEP(60)'\nrescue\nretry\nend",
            "Ensures": f"begin\nexecute 'SELECT SLEEP(60)'\nensure\n{after}\nend",
            "Nests": f"begin\ntransaction {{ execute 'SELECT SLEEP(60)' }}\nrescue\nend\n{after}",
            "RollsBack": "begin\nexecute 'SELECT SLEEP(60)'\nensure\nraise ActiveRecord::Rollback\nend",
            # Cut short, MySQL's SLEEP succeeds.
            "Ends": "execute 'SELECT SLEEP(60)'",
        }
        for number, (name, body) in enumerate(ways.items()):
            with self.subTest(name):
                event = plain(migration(f"2024010100000{number}", name, body))
                self.fail_with(
                    "Maglev::DeadlineExceeded",
                    event,
                    r"no migration ran, 1 is left .*; \d+ \w+ \(up\) was stopped at db/migrate/",
                )
                self.assertEqual((self.tables(), self.versions()), ([], []))

    def test_a_time_limit_of_the_callers_own(self):
        self.timeout = 60
        begun = time.monotonic()
        slow = sleeps("20240101000002", "Slow", 60)
        self.fail_with("Maglev::DeadlineExceeded", envelope(CUSTOMERS, slow, time_limit=2), "1 migration ran")
        self.assertLess(time.monotonic() - begun, 3)

    def running(self, text):
        query = f"SELECT info FROM information_schema.processlist WHERE db = '{self.name}' AND info LIKE '%{text}%'"
        return [line for line in self.sql(query) if "processlist" not in line]


class HalfOfTheTime(FunctionTest):
    timeout = 6

    def test_none_begins_after_half_of_the_time(self):
        """On MySQL what a migration began stays, and it would be cut short: it begins with all the time there is."""
        slow = migration("20240101000001", "Slow", "execute 'SELECT SLEEP(3.2)'")
        later = migration("20240101000002", "Later", "create_table(:laters)\nexecute 'SELECT SLEEP(3.2)'")
        answer = self.succeed(envelope(slow, later, continues=True))
        self.assertEqual((answer["status"], answer["pending"], self.tables()), ("continue", 1, []))
        self.assertEqual(self.succeed(envelope(slow, later, continues=True))["status"], "ok")


class DeadlineOnPostgresql(FunctionTest):
    adapter = "postgresql"
    timeout = 3

    def test_what_is_left_is_for_a_next_invocation(self):
        names = [(f"2024010100000{number}", f"Step{number}") for number in (1, 2, 3)]
        files = [migration(version, name, "execute 'SELECT pg_sleep(1.2)'") for version, name in names]
        files = envelope(*files, continues=True)
        answers = [self.succeed(files)]
        while answers[-1]["status"] == "continue" and len(answers) < 5:
            answers.append(self.succeed(files))
        self.assertGreater(len(answers), 1)
        self.assertEqual([answer["status"] for answer in answers], ["continue"] * (len(answers) - 1) + ["ok"])
        self.assertEqual(
            [ran["version"] for answer in answers for ran in answer["migrated"]], [name[0] for name in names]
        )
        self.assertEqual(answers[-1]["pending"], 0)

    def test_a_statement_is_cancelled_and_rolled_back(self):
        slow = migration("20240101000002", "Slow", "create_table(:slows)\nexecute 'SELECT pg_sleep(60)'")
        # The first one's work stays, and of the second one there is nothing: another invocation can take it up.
        answer = self.succeed(envelope(CUSTOMERS, slow, continues=True))
        self.assertEqual((answer["status"], len(answer["migrated"])), ("continue", 1))
        # Which has all the time that there is, and it is not enough.
        self.fail_with("Maglev::DeadlineExceeded", plain(CUSTOMERS, slow), "rolled back")
        self.assertEqual(self.tables(), ["customers"])
        self.assertEqual(self.versions(), ["20240101000001"])
        self.assertEqual(postgresql("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"), [])
        self.succeed(plain(CUSTOMERS))

    def test_neither_a_savepoint_nor_a_commit_of_its_own_helps(self):
        ways = {
            "Rescues": "begin\nconnection.transaction(requires_new: true) { execute 'SELECT pg_sleep(60)' }\nrescue\nend",
            "Outside": "execute 'COMMIT'\nbegin\nexecute 'SELECT pg_sleep(60)'\nrescue\nend\ncreate_table(:afters)",
            "Loops": "begin\nloop { }\nrescue Exception\nend",
        }
        for number, (name, body) in enumerate(ways.items()):
            with self.subTest(name):
                self.fail_with("Maglev::DeadlineExceeded", plain(migration(f"2024010100000{number}", name, body)))
                self.assertEqual((self.tables(), self.versions()), ([], []))

    def test_only_who_can_continue_is_told_to(self):
        """A script takes every answer without an error for done."""
        names = [(f"2024010100000{number}", f"Step{number}") for number in (1, 2, 3)]
        files = [migration(version, name, "execute 'SELECT pg_sleep(1.6)'") for version, name in names]
        error = self.fail_with("Maglev::DeadlineExceeded", plain(*files))
        for part in ("1 migration ran (20240101000001)", "2 are left (20240101000002, 20240101000003)", "once more"):
            self.assertIn(part, error["errorMessage"])
        self.assertEqual([ran["version"] for ran in error["migrated"]], ["20240101000001"])
        error = self.fail_with("Maglev::DeadlineExceeded", envelope(*files), "1 migration ran")
        self.assertIn("1 is left (20240101000003)", error["errorMessage"])
        self.succeed(envelope(*files))


class Killed(FunctionTest):
    def kill(self):
        (pid,) = self.state()["pids"]
        os.kill(pid, signal.SIGKILL)

    def test_killed_in_the_middle(self):
        files = plain(CUSTOMERS, sleeps("20240101000002", "Half", 1.5))
        running = Background(self.invoke, files)
        self.wait_for(lambda: "halfs" in self.tables(), "the table")
        self.kill()
        died = running.result()
        self.assertTrue(died.failed)
        self.assertEqual(died.payload["errorType"], "Runtime.ExitError")
        self.assertIn("signal: kill", died.payload["errorMessage"])
        # As with Rails: MariaDB keeps the lock until it notices, the table stays, the version is not recorded.
        self.wait_for(lambda: self.connections() == 0, "the end of the connection")
        self.assertEqual(self.versions(), ["20240101000001"])
        self.fail_with("ActiveRecord::StatementInvalid", files, "Table 'halfs' already exists")
        self.assertEqual(self.state()["starts"], 2)

    def test_the_time_out_of_lambda_itself(self):
        # Stopped, a process cannot hurry: Lambda ends it.
        self.timeout = 2
        running = Background(self.invoke, plain(sleeps("20240101000001", "Half", 1)))
        self.wait_for(lambda: "halfs" in self.tables(), "the table")
        os.kill(self.state()["pids"][0], signal.SIGSTOP)
        died = running.result()
        self.assertEqual((died.failed, died.payload["errorType"]), (True, "Sandbox.Timedout"))
        self.wait_for(lambda: self.connections() == 0, "the end of the connection")
        self.succeed(plain(CUSTOMERS))

    def connections(self):
        query = (
            f"SELECT COUNT(*) FROM information_schema.processlist WHERE db = '{self.name}' AND id <> CONNECTION_ID()"
        )
        return int(self.sql(query)[0])


class KilledOnPostgresql(FunctionTest):
    adapter = "postgresql"

    def test_killed_in_the_middle(self):
        half = migration("20240101000002", "Half", "create_table(:halfs)\nexecute 'SELECT pg_sleep(1)'")
        files = plain(CUSTOMERS, half)
        running = Background(self.invoke, files)
        asleep = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'"
        self.wait_for(lambda: self.sql(asleep), "the statement")
        os.kill(self.state()["pids"][0], signal.SIGKILL)
        self.assertEqual(running.result().payload["errorType"], "Runtime.ExitError")
        self.wait_for(lambda: not self.sql(asleep), "the end of the statement")
        # The transaction is gone with its client, so the next run does all of it.
        answer = self.succeed(files)
        self.assertEqual([ran["version"] for ran in answer["migrated"]], ["20240101000002"])


class Concurrency(FunctionTest):
    def test_twice_at_once(self):
        self.make()
        self.client.put_function_concurrency(FunctionName=self.name, ReservedConcurrentExecutions=2)
        files = plain(sleeps("20240101000001", "Slow", 1))
        first = Background(self.invoke, files)
        self.wait_for(lambda: "slows" in self.tables(), "the table")
        self.fail_with("ActiveRecord::ConcurrentMigrationError", files)
        self.assertFalse(first.result().failed)
        self.assertEqual(self.versions(), ["20240101000001"])

    def test_lambda_allows_one(self):
        files = plain(sleeps("20240101000001", "Slow", 1))
        first = Background(self.invoke, files)
        self.wait_for(lambda: "slows" in self.tables(), "the table")
        with self.assertRaises(self.client.exceptions.TooManyRequestsException):
            self.invoke(files)
        self.assertFalse(first.result().failed)

    def test_delivered_twice(self):
        """What asynchronous invocations may do."""
        self.make()
        body = str(plain(sleeps("20240101000001", "Slow", 0.3))).replace("'", '"').encode()
        for _ in range(2):
            self.client.invoke(FunctionName=self.name, InvocationType="Event", Payload=body)
        self.wait_for(lambda: len(self.state()["invocations"]) == 2, "two invocations")
        self.assertEqual([ran["error"] for ran in self.state()["invocations"]], [None, None])
        self.assertEqual(self.versions(), ["20240101000001"])


class Warm(FunctionTest):
    def test_other_files_of_the_same_version(self):
        one = migration(
            "20240101000001",
            "One",
            "def up\n$seen = 1\nObject.const_set(:SEEN, 1)\nString.class_eval { def seen = 1 }\ncreate_table(:one)\nend",
        )
        self.succeed(plain(one))
        self.sql("DROP TABLE one, schema_migrations, ar_internal_metadata")
        asks = "def up\nraise 'seen' if defined?(SEEN) || ''.respond_to?(:seen) || $seen\ncreate_table(:two)\nend"
        answer = self.succeed(plain(migration("20240101000001", "Two", asks)))
        self.assertEqual([ran["name"] for ran in answer["migrated"]], ["Two"])
        self.assertEqual(self.tables(), ["two"])
        # The same file once more, with other content.
        self.sql("DROP TABLE two, schema_migrations, ar_internal_metadata")
        self.succeed(plain(migration("20240101000001", "Two", "create_table(:three)")))
        self.assertEqual((self.tables(), self.state()["starts"]), (["three"], 1))

    def test_the_session_is_a_new_one(self):
        sets = "def up\nexecute \"SET SESSION sql_mode = '', @seen = 1\"\nexecute 'CREATE TEMPORARY TABLE seen (a int)'\nend"
        self.succeed(plain(migration("20240101000001", "Sets", sets)))
        asks = (
            "def up\nraise 'mode' if select_value('SELECT @@sql_mode').empty?\n"
            "raise 'variable' if select_value('SELECT @seen')\nexecute 'CREATE TEMPORARY TABLE seen (a int)'\nend"
        )
        self.succeed(plain(migration("20240101000002", "Asks", asks)))
        self.assertEqual(self.state()["starts"], 1)

    def test_a_failure_leaves_nothing(self):
        self.fail_with("RuntimeError", plain(migration("20240101000001", "Raises", "raise 'no'")), "no")
        self.succeed(plain(CUSTOMERS))
        self.assertEqual(self.state()["starts"], 1)

    def test_a_connection_that_was_ended(self):
        self.succeed(plain(CUSTOMERS))
        for line in self.sql(
            f"SELECT id FROM information_schema.processlist WHERE db = '{self.name}' AND id <> CONNECTION_ID()"
        ):
            self.sql(f"KILL {line}")
        self.succeed(envelope(CUSTOMERS, command="status"))

    def test_memory_does_not_grow(self):
        for number in range(30):
            self.succeed(
                plain(migration(f"202401010001{number:02}", f"Big{number}", "x = 'x' * 4_000_000\nsay x.size.to_s"))
            )
        self.assertLess(self.state()["peak_kilobytes"], 80_000)


class Down(FunctionTest):
    def test_a_database_that_is_down(self):
        self.environment |= {"DATABASE_PORT": "1"}
        error = self.fail_with("ActiveRecord::DatabaseConnectionError", plain(CUSTOMERS))
        self.assertIn("127.0.0.1", error["errorMessage"])

    def test_a_database_that_does_not_exist(self):
        self.environment |= {"DATABASE_NAME": "nowhere"}
        self.fail_with("ActiveRecord::NoDatabaseError", plain(CUSTOMERS), "nowhere")

    def test_no_database_at_all(self):
        self.environment = {}
        self.fail_with("Maglev::ConfigurationError", plain(CUSTOMERS), "DATABASE_HOST")


if __name__ == "__main__":
    unittest.main()
