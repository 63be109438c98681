"""docs/operating.md: users with exactly the rights that it grants run the shop's migrations, there and back, and no more than that."""

import shutil
import unittest

from pages import ROOT, blocks
from support import MAGLEV, MARIADB_PORT, POSTGRESQL_PORT, FunctionTest, mariadb, postgresql

PAGE = "docs/operating.md"
MYSQL, POSTGRESQL, MYSQL_READER, POSTGRESQL_READER = blocks(PAGE, "sql")


class Users(FunctionTest):
    def setUp(self):
        super().setUp()
        self.made = True
        self.shop = self.app()
        shutil.copytree(ROOT / "examples/shop", self.shop, dirs_exist_ok=True)
        (self.shop / "config/database.yml").unlink()

    def named(self, sql):
        """The page's statements for this test's database and for users that nobody else has."""
        for word in ("shop_owner", "migrator", "reader", "app"):
            sql = sql.replace(f" {word}", f" {self.name}_{word}").replace(f"'{word}", f"'{self.name}_{word}")
        return sql.replace("shop.*", f"{self.name}.*")

    def run_as(self, url, *arguments):
        code, out, error = self.run_in(self.shop, MAGLEV, *arguments, "--database", url)
        self.assertEqual(code, 0, out + error)
        return out


class MySql(Users):
    def url(self, user):
        return f"mysql2://{self.name}_{user}:secret@127.0.0.1:{MARIADB_PORT}/{self.name}"

    def test_there_and_back(self):
        for user in ("migrator", "reader"):
            self.addCleanup(mariadb, f"DROP USER IF EXISTS {self.name}_{user}@'%'")
        mariadb(self.named(MYSQL))
        mariadb(self.named(MYSQL_READER))
        migrator, reader = self.url("migrator"), self.url("reader")
        self.run_as(migrator, "migrate", "--to", "20240901101010")
        self.assertIn("down    20250114073000", self.run_as(reader, "status"))
        self.assertIn("DROP TABLE `tags`", self.run_as(reader, "plan"))
        self.run_as(reader, "version")
        self.run_as(migrator, "schema", "dump")
        self.run_as(reader, "drift")
        self.run_as(migrator, "migrate")
        self.run_as(reader, "pending")
        code, _, error = self.run_in(self.shop, MAGLEV, "rollback", "--database", reader)
        self.assertEqual(code, 1, error)
        self.run_as(migrator, "rollback", "--steps", "12")
        self.assertEqual(self.tables(), [])


class PostgreSql(Users):
    adapter = "postgresql"

    def test_there_and_back(self):
        users = [f"{self.name}_{user}" for user in ("migrator", "app", "shop_owner", "reader")]
        self.addCleanup(postgresql, "; ".join(f"DROP ROLE IF EXISTS {user}" for user in users))
        self.addCleanup(postgresql, f"DROP OWNED BY {', '.join(users)} CASCADE", self.name)
        postgresql(self.named(POSTGRESQL), self.name)
        url = f"postgresql://{users[0]}:secret@127.0.0.1:{POSTGRESQL_PORT}/{self.name}"
        self.run_as(url, "migrate", "--to", "20240901101010")
        postgresql(self.named(POSTGRESQL_READER), self.name)
        reader = url.replace("_migrator", "_reader")
        self.assertIn("down    20250114073000", self.run_as(reader, "status"))
        self.assertIn('DROP TABLE "tags"', self.run_as(reader, "plan"))
        self.run_as(reader, "version")
        self.run_as(url, "schema", "dump")
        self.run_as(reader, "drift")
        self.run_as(url, "migrate")
        self.run_as(reader, "pending")
        code, _, error = self.run_in(self.shop, MAGLEV, "rollback", "--database", reader)
        self.assertEqual(code, 1, error)
        owners = self.sql("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
        self.assertEqual(owners, [users[2]])
        self.run_as(url, "schema", "dump")
        self.run_as(url, "drift")
        self.run_as(url, "pending")
        # The app has its rights on what was made.
        app = f"SET ROLE {users[1]}; INSERT INTO categories (name) VALUES ('a') RETURNING id"
        self.assertEqual(len(self.sql(app)), 1)
        code, _, error = self.run_in(self.shop, MAGLEV, "rollback", "--database", url.replace("_migrator", "_app"))
        self.assertEqual(code, 1, error)
        self.sql("DELETE FROM categories")
        self.run_as(url, "rollback", "--steps", "12")
        self.assertEqual(self.tables(), [])


if __name__ == "__main__":
    unittest.main()
