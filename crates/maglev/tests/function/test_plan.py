"""`plan` through the function: what a run would send on the private database, and nothing is sent."""

import json
import unittest

from support import MAGLEV, FunctionTest, envelope, migration

USERS = migration("20240101000001", "CreateUsers", "create_table(:users) { |t| t.string :name }")
NAMES = migration(
    "20240101000002",
    "RelaxNames",
    "def up\nchange_column_null :users, :name, true\nexecute \"UPDATE users SET name = 'a' WHERE name IS NULL\"\nend\n"
    "def down\nend",
)
REFUSED = migration("20240101000003", "UseTheApp", "LegacyUser.find_each(&:touch)")
FAILING = migration("20240101000003", "AddAgain", "add_column :users, :name, :string")


def statements(events, kind):
    """By version, what an event of this kind tells of."""
    told = [event for event in map(json.loads, events.splitlines()) if event["event"] == kind]
    return {event["version"]: [statement["sql"] for statement in event["statements"]] for event in told}


class Plan(FunctionTest):
    def test_what_is_planned_is_what_is_then_sent(self):
        folder = self.app(USERS, NAMES)
        code, planned, error = self.maglev(folder, "plan", "--format", "json")
        self.assertEqual(code, 0, error)
        self.assertEqual(
            self.sql(
                "SHOW TABLES"
                if self.adapter == "mysql2"
                else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ),
            [],
        )
        code, sent, error = self.maglev(folder, "migrate", "--format", "json")
        self.assertEqual(code, 0, error)
        self.assertEqual(statements(planned, "planned"), statements(sent, "migrated"))
        rollback = ["rollback", "--function", self.name, "--steps", "2", "--format", "json"]
        code, back, error = self.run_in(folder, MAGLEV, "plan", *rollback)
        self.assertEqual(code, 0, error)
        self.assertEqual(self.versions(), ["20240101000001", "20240101000002"])
        code, sent, error = self.run_in(folder, MAGLEV, *rollback)
        self.assertEqual(code, 0, error)
        self.assertEqual(statements(back, "planned"), statements(sent, "migrated"))

    def test_forms(self):
        folder = self.app(USERS)
        code, out, error = self.maglev(folder, "plan", "--format", "markdown")
        self.assertEqual((code, error), (0, ""))
        self.assertIn("**1 migration**, ", out.splitlines()[0])
        code, out, error = self.maglev(folder, "plan")
        self.assertEqual((code, error), (0, ""))
        self.assertIn("-- create_table(:users)\n", out)
        self.assertIn("\n   CREATE TABLE ", out)
        self.assertEqual(self.tables(), [])

    def test_what_would_fail_and_what_is_refused(self):
        self.maglev(self.app(USERS), "migrate")
        code, out, error = self.maglev(self.app(USERS, FAILING), "plan")
        self.assertEqual(code, 1, out + error)
        self.assertRegex(out + error, "(?i)duplicate column|already exists")
        code, _, error = self.maglev(self.app(USERS, REFUSED), "plan")
        self.assertEqual(code, 3, error)
        self.assertIn("uninitialized constant LegacyUser", error)
        self.assertEqual(self.versions(), ["20240101000001"])

    def test_options_of_a_plan_without_a_database(self):
        code, _, error = self.maglev(self.app(USERS), "plan", "--base", "HEAD")
        self.assertEqual(code, 2, error)
        self.assertIn("plan without a database; `--function` plans on one", error)

    def test_event(self):
        answer = self.succeed(envelope(USERS, command="plan", form="sql"))
        self.assertIn("CREATE TABLE `users`" if self.adapter == "mysql2" else 'CREATE TABLE "users"', answer["output"])
        self.assertEqual(answer["migrated"], [])
        self.fail_with("Maglev::InvalidEvent", envelope(USERS, command="plan", of="up"), "needs the option `version`")


class PlanOnPostgresql(Plan):
    adapter = "postgresql"


if __name__ == "__main__":
    unittest.main()
