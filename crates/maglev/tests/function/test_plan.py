"""`plan` through the function: what a run would send on the private database, and nothing is sent."""

import json
import pathlib
import re
import unittest

from support import MAGLEV, MARIADB_PORT, POSTGRESQL_PORT, FunctionTest, envelope, mariadb, migration, postgresql

USERS_OF_FUNCTIONS = pathlib.Path(__file__).resolve().parents[4] / "deploy/terraform/examples/iam"

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

    def test_the_users_of_the_terraform_example(self):
        self.maglev(self.app(USERS), "migrate")
        self.make_users()
        self.connect_as("planner")
        folder = self.app(USERS, NAMES)
        code, out, error = self.maglev(folder, "plan")
        self.assertEqual((code, error), (0, ""))
        self.assertIn("RelaxNames", out)
        code, out, error = self.maglev(folder, "migrate")
        self.assertEqual(code, 1, out + error)
        self.assertRegex(out + error, "denied to user|must be owner of")
        self.assertEqual(self.versions(), ["20240101000001"])
        self.connect_as("migrator")
        code, out, error = self.maglev(folder, "migrate")
        self.assertEqual(code, 0, out + error)
        code, out, error = self.maglev(folder, "rollback", "--steps", "2")
        self.assertEqual(code, 0, out + error)
        self.assertEqual(self.tables(), [])

    def make_users(self):
        """By the example's file, with a password in place of AWS' token, and with names of this test's own."""
        text = (USERS_OF_FUNCTIONS / ("mysql.sql" if self.adapter == "mysql2" else "postgresql.sql")).read_text()
        text = re.sub(r"--.*\n|ALTER USER .* REQUIRE SSL;|GRANT rds_iam .*", "", text)
        text = text.replace("IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'", "IDENTIFIED BY 'x'")
        for user in ("migrator", "planner", "shop"):
            text = re.sub(rf"\b{user}\b", self.name if user == "shop" else f"{user}_{self.name}", text)
        if self.adapter == "mysql2":
            users = f"migrator_{self.name}, planner_{self.name}"
            self.addCleanup(mariadb, f"DROP USER {users}")
        else:
            # The app's role owns what is there.
            users = f"migrator_{self.name}, planner_{self.name}, {self.name}"
            self.sql(f"CREATE ROLE {self.name}; GRANT ALL ON SCHEMA public TO {self.name}")
            for table in ("users", "schema_migrations", "ar_internal_metadata"):
                self.sql(f"ALTER TABLE {table} OWNER TO {self.name}")
            self.addCleanup(postgresql, f"DROP ROLE {users}")
            self.addCleanup(postgresql, f"DROP OWNED BY {users}; DROP SCHEMA IF EXISTS public CASCADE", self.name)
        self.sql(text)

    def connect_as(self, user):
        if self.adapter == "mysql2":
            url = f"mysql2://{user}_{self.name}:x@127.0.0.1:{MARIADB_PORT}/{self.name}"
        else:
            url = f"postgresql://{user}_{self.name}@127.0.0.1:{POSTGRESQL_PORT}/{self.name}"
        self.change(DATABASE_URL=url, DATABASE_HOST=None, DATABASE_PORT=None, DATABASE_NAME=None)


class PlanOnPostgresql(Plan):
    adapter = "postgresql"


if __name__ == "__main__":
    unittest.main()
