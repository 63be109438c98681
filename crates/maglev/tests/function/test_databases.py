"""Several databases in one function: what the caller says of config/database.yml, and what the function's environment has."""

import base64
import json
import subprocess
import unittest

from support import MAGLEV, MARIADB_PORT, POSTGRESQL_PORT, FunctionTest, envelope, mariadb, migration, postgresql

USERS = migration("20240101000001", "CreateUsers", "create_table(:users) { |t| t.string :name }")
ORDERS = migration("20240101000003", "CreateOrders", "create_table(:orders)")
ENTRIES = migration("20240101000002", "CreateEntries", "create_table(:entries) { |t| t.binary :value }")
IN_CACHE = (ENTRIES[0].replace("migrate/", "cache_migrate/"), ENTRIES[1])


class Shop(FunctionTest):
    """A shop and its cache on one server, of which the function's variables name the first."""

    def setUp(self):
        super().setUp()
        self.cache = f"{self.name}_cache"
        mariadb(f"CREATE DATABASE {self.cache} DEFAULT CHARACTER SET utf8mb4")
        self.addCleanup(mariadb, f"DROP DATABASE IF EXISTS {self.cache}")
        self.folder = self.app(USERS, ORDERS, IN_CACHE)
        self.configure(self.entries())

    def entries(self, cache=""):
        return f"""
default: &default
  adapter: mysql2
  encoding: utf8mb4
  host: nowhere.example
  password: <%= ENV["SHOP_PASSWORD"] %>
development:
  <<: *default
  database: elsewhere
production:
  primary: &primary
    <<: *default
    database: other
    variables:
      sql_mode: ANSI
  cache:
    <<: *primary
    database: {self.cache}
    migrations_paths: db/cache_migrate
{cache}"""

    def configure(self, text):
        (self.folder / "config").mkdir(exist_ok=True)
        (self.folder / "config/database.yml").write_text(text)

    def maglev(self, folder, command, *arguments, **environment):
        """`--function` behind the words of the command."""
        words = [command, arguments[0]] if command == "schema" else [command]
        rest = arguments[len(words) - 1 :]
        return self.run_in(folder, MAGLEV, *words, "--function", self.name, *rest, **environment)

    def ok(self, command, *arguments, **environment):
        code, out, error = self.maglev(self.folder, command, *arguments, **environment)
        self.assertEqual(code, 0, out + error)
        return out

    def tables_of(self, database):
        names = mariadb(f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{database}'")
        return sorted(set(names) - {"schema_migrations", "ar_internal_metadata"})


class Databases(Shop):
    def test_versions_interleave(self):
        out = self.ok("migrate")
        ran = [line.split()[2] for line in out.splitlines() if line.endswith("=") and "migrating" in line]
        self.assertEqual(ran, ["CreateUsers:", "CreateEntries:", "CreateOrders:"])
        self.assertEqual(self.tables_of(self.name), ["orders", "users"])
        self.assertEqual(self.tables_of(self.cache), ["entries"])
        self.assertIn(f"database: {self.cache}", self.ok("status"))
        self.assertIn(
            f"database: {self.cache}\nCurrent version: 20240101000002",
            self.ok("version"),
        )
        self.assertEqual(self.ok("pending"), "")

    def test_one_is_picked(self):
        self.ok("migrate", "--name", "cache")
        self.assertEqual(self.tables_of(self.name), [])
        code, out, error = self.maglev(self.folder, "rollback")
        self.assertEqual(code, 2, out + error)
        self.assertIn("db:rollback:primary and db:rollback:cache", error)
        self.ok("rollback", "--name", "cache")
        self.assertEqual(self.tables_of(self.cache), [])
        code, out, error = self.maglev(self.folder, "migrate", "--name", "queue")
        self.assertEqual(code, 2, out + error)
        self.assertIn("no database `queue` for the `production` environment", error)
        self.assertIn("it has: primary, cache", error)

    def test_events_and_answers_name_the_database(self):
        lines = [json.loads(line) for line in self.ok("migrate", "--format", "json").splitlines()]
        told = [(line["event"], line["database"]) for line in lines]
        ran = [("migrated", "primary"), ("migrated", "cache"), ("migrated", "primary")]
        self.assertEqual(told, [*ran, ("finished", "primary"), ("finished", "cache")])
        self.assertEqual([line["migrated"] for line in lines[-2:]], [2, 1])
        mariadb("DROP TABLE users, orders, schema_migrations", self.name)
        mariadb("DROP TABLE entries, schema_migrations", self.cache)
        event = json.loads(self.run_in(self.folder, MAGLEV, "payload")[1])
        answer = self.succeed(event)
        self.assertEqual(
            [ran["database"] for ran in answer["migrated"]],
            ["primary", "cache", "primary"],
        )
        self.assertEqual(answer["pending"], 0)

    def test_no_place_and_no_secret_is_sent(self):
        self.make()
        sent = self.run_in(self.folder, MAGLEV, "payload", SHOP_PASSWORD="hunter2")[1]
        self.assertNotIn("hunter2", sent)
        self.assertNotIn("nowhere.example", sent)
        said = json.loads(sent)["options"]["databases"]
        self.assertEqual(list(said), ["default", "development", "production"])
        self.assertEqual(
            said["production"][1],
            {
                "name": "cache",
                "options": {
                    "adapter": "mysql2",
                    "encoding": "utf8mb4",
                    "database": self.cache,
                    "variables": {"sql_mode": "ANSI"},
                    "migrations_paths": ["db/cache_migrate"],
                },
            },
        )

    def test_what_a_caller_may_not_say(self):
        for option in ("host", "password", "socket", "sslmode", "url"):
            said = {"production": [{"name": "primary", "options": {option: "x"}}]}
            event = envelope(USERS, databases=said)
            self.fail_with(
                "Maglev::ConfigurationError",
                event,
                f"`{option}` of the database `primary`",
            )
        said = {"production": [{"name": "primary", "secret": "x"}]}
        self.fail_with(
            "Maglev::InvalidEvent",
            envelope(USERS, databases=said),
            "unknown field `secret`",
        )
        self.fail_with(
            "Maglev::ConfigurationError",
            envelope(USERS, name="cache"),
            "says nothing of databases",
        )

    def test_variables_of_the_session(self):
        asks = migration("20240101000009", "Asks", 'puts select_value("SELECT @@SESSION.sql_mode")')
        (self.folder / "db" / asks[0]).write_bytes(asks[1])
        self.assertRegex(self.ok("migrate"), "(?m)^REAL_AS_FLOAT,PIPES_AS_CONCAT,ANSI_QUOTES")

    def test_a_place_of_its_own(self):
        self.change(
            DATABASE_HOST="127.0.0.1",
            DATABASE_PORT="1",
            DATABASE_ADAPTER="mysql2",
            CACHE_DATABASE_PORT=self.environment["DATABASE_PORT"],
        )
        self.ok("migrate", "--name", "cache")
        code, out, error = self.maglev(self.folder, "migrate")
        self.assertEqual(code, 5, out + error)
        self.configure(self.entries().replace(f"database: {self.cache}", "adapter: postgresql"))
        code, out, error = self.maglev(self.folder, "migrate")
        self.assertEqual(code, 2, out + error)
        self.assertIn("set CACHE_DATABASE_URL", error)
        url = f"postgresql://postgres@127.0.0.1:{POSTGRESQL_PORT}/{self.name}"
        self.change(
            DATABASE_PORT=self.environment["CACHE_DATABASE_PORT"],
            CACHE_DATABASE_URL=url,
        )
        code, out, error = self.maglev(self.folder, "migrate")
        self.assertIn(f'database "{self.name}" does not exist', error)
        self.assertIn("CACHE_DATABASE_", error)

    def test_a_name_that_only_a_url_has(self):
        """Never is a database taken for the primary one, because nothing says what it is called."""
        self.configure(self.entries().replace(f"database: {self.cache}", "database:\n    url: <%= ENV['CACHE_URL'] %>"))
        code, out, error = self.maglev(self.folder, "migrate")
        self.assertEqual(code, 2, out + error)
        self.assertIn("nothing says what the database `cache` is called on its server: set CACHE_DATABASE_NAME", error)
        self.assertEqual(self.tables_of(self.name), [])
        self.ok("migrate", CACHE_URL=f"mysql2://user:hunter2@nowhere.example/{self.cache}")
        self.assertEqual(self.tables_of(self.cache), ["entries"])
        self.change(CACHE_DATABASE_NAME=self.cache)
        self.assertIn(f"database: {self.cache}", self.ok("status"))

    def test_a_replica_and_what_takes_no_migrations_are_left_out(self):
        more = "  reading:\n    <<: *primary\n    replica: true\n  legacy:\n    adapter: sqlite3\n    database_tasks: false\n"
        self.configure(self.entries(more))
        self.ok("migrate")
        self.assertEqual(self.tables_of(self.cache), ["entries"])

    def test_a_database_without_migrations(self):
        """As in a new Rails 8 app, whose cache has a schema file and no folder."""
        more = f"  cable:\n    <<: *primary\n    database: {self.cache}\n    migrations_paths: db/cable_migrate\n"
        self.configure(self.entries(more))
        self.ok("migrate", "--name", "primary")
        self.ok("migrate", "--name", "cable")

    def test_what_cannot_be_known_here(self):
        self.configure(self.entries().replace("sql_mode: ANSI", "sql_mode: <%= Rails.application.credentials.mode %>"))
        code, out, error = self.maglev(self.folder, "migrate")
        self.assertEqual(code, 2, out + error)
        self.assertIn("`variables` of the database `primary` is not known to the caller", error)
        self.configure(self.entries().replace('ENV["SHOP_PASSWORD"]', 'ENV.fetch("SHOP_PASSWORD")'))
        code, out, error = self.maglev(self.folder, "migrate")
        self.assertEqual(code, 2, out + error)
        self.assertIn('key not found: "SHOP_PASSWORD"', error)
        self.assertIn("it has several databases", error)
        self.ok("migrate", SHOP_PASSWORD="")
        # Of one database nothing has to be known.
        self.configure('production:\n  adapter: mysql2\n  password: <%= ENV.fetch("SHOP_PASSWORD") %>\n')
        code, out, error = self.maglev(self.folder, "migrate")
        self.assertEqual(code, 0, out + error)
        self.assertIn("the function works on the database that its environment names", error)

    def test_each_environment_is_evaluated_in_its_own(self):
        """The function's, which is not the caller's."""
        text = self.entries().replace(self.cache, f'{self.name}_<%= Rails.env.sub("production", "cache") %>')
        self.configure(
            text
            + "\n<% if Rails.env.staging? %>\n<%= ENV.fetch('NOWHERE') %>\n<% end %>\nstaging:\n  adapter: mysql2\n"
        )
        self.ok("migrate", "--name", "cache")
        self.assertEqual(self.tables_of(self.cache), ["entries"])
        self.configure(f"<% if Rails.env.production? %>{text}<% end %>\ntest:\n  adapter: sqlite3\n")
        self.ok("rollback", "--name", "cache")
        self.configure(text.replace("sql_mode: ANSI", "sql_mode: <%= ENV.fetch('NOWHERE') if Rails.env.production? %>"))
        code, out, error = self.maglev(self.folder, "migrate")
        self.assertEqual(code, 2, out + error)
        self.assertIn("`entry` of the database `primary` is not known to the caller", error)
        self.assertIn('key not found: "NOWHERE"', error)

    def test_what_failed_is_told_of_its_database(self):
        fails = migration("20240101000004", "Fails", "raise 'no'")
        (self.folder / "db" / fails[0].replace("migrate/", "cache_migrate/")).write_bytes(fails[1])
        code, out, error = self.maglev(self.folder, "migrate", "--format", "json")
        self.assertEqual(code, 1, out + error)
        last = [json.loads(line) for line in out.splitlines()]
        failed = next(line for line in last if line["event"] == "failed")
        self.assertEqual((failed["database"], failed["version"]), ("cache", "20240101000004"))
        self.assertEqual(
            [effect["database"] for effect in last[-1]["took_effect"]],
            ["primary", "cache", "primary"],
        )

    def test_a_signed_payload_runs_once_in_all_of_them(self):
        key = str(self.folder / "key.pem")
        run = {"check": True, "capture_output": True}
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], **run)
        public = subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER"], **run).stdout
        self.change(MAGLEV_TRUSTED_KEYS=base64.b64encode(public).decode())
        arn = f"arn:aws:lambda:eu-central-1:123456789012:function:{self.name}"
        event = json.loads(self.run_in(self.folder, MAGLEV, "payload", "--for", arn, "--sign", key)[1])
        self.succeed(event)
        rollback = ("rollback", "--function", arn, "--name", "cache", "--sign", key)
        code, out, error = self.run_in(self.folder, MAGLEV, *rollback)
        self.assertEqual(code, 0, out + error)
        self.fail_with("ArgumentError", event, "was run before")
        self.assertEqual(self.tables_of(self.cache), [])


class Schema(Shop):
    """What becomes of the schemas' files."""

    def read(self, path):
        return (self.folder / path).read_text()

    def edit(self, path, old, new):
        text = self.read(path)
        self.assertIn(old, text)
        (self.folder / path).write_text(text.replace(old, new))

    def test_dumps_are_written_here(self):
        self.ok("migrate")
        self.assertEqual(self.ok("schema", "dump"), "")
        self.assertIn("version: 2024_01_01_000003", self.read("db/schema.rb"))
        self.assertIn('create_table "users"', self.read("db/schema.rb"))
        cache = self.read("db/cache_schema.rb")
        self.assertIn('t.binary "value"', cache)
        self.assertIn("ActiveRecord::Schema[8.1]", cache)
        lines = [json.loads(line) for line in self.ok("schema", "dump", "--format", "json").splitlines()]
        told = [(line["event"], line["database"], line["file"], line["changed"]) for line in lines]
        expected = [("dumped", "primary", "db/schema.rb", False), ("dumped", "cache", "db/cache_schema.rb", False)]
        self.assertEqual(told, expected)
        # The form of the file that is there, as here.
        self.edit("db/cache_schema.rb", "Schema[8.1]", "Schema[7.2]")
        self.ok("schema", "dump")
        self.assertIn("ActiveRecord::Schema[7.2]", self.read("db/cache_schema.rb"))
        (self.folder / "Gemfile.lock").write_text("GEM\n  specs:\n    activerecord (7.1.3)\n")
        self.ok("schema", "dump")
        self.assertIn("ActiveRecord::Schema[7.1]", self.read("db/cache_schema.rb"))
        out = self.ok("schema", "dump", "--name", "cache", "--file", "-", "--rails", "8.0")
        self.assertEqual(out, cache.replace("[8.1]", "[8.0]"))
        # What the function answered is no line of its log.
        self.assertNotIn("create_table", self.state()["log"].split("migrated (")[-1])

    def test_a_dump_by_a_script(self):
        self.ok("migrate")
        event = json.loads(self.run_in(self.folder, MAGLEV, "payload")[1]) | {"command": "dump"}
        schemas = self.succeed(event)["schemas"]
        self.assertEqual([(schema["database"], schema["file"]) for schema in schemas], list(self.files))
        self.assertIn('create_table "entries"', schemas[1]["text"])
        # Without a word of databases.
        schemas = self.succeed({"maglev": 1, "command": "dump"})["schemas"]
        self.assertEqual([schema["file"] for schema in schemas], ["db/schema.rb"])

    files = (("primary", "db/schema.rb"), ("cache", "db/cache_schema.rb"))

    def test_files_that_are_not_kept_or_are_others(self):
        self.ok("migrate")
        text = self.entries("    schema_dump: cache/schema.rb\n").replace(
            "primary: &primary", "primary: &primary\n    schema_dump: false"
        )
        self.configure(text)
        self.ok("schema", "dump")
        self.assertFalse((self.folder / "db/schema.rb").exists())
        self.assertIn("entries", self.read("db/cache/schema.rb"))

    def test_drift(self):
        self.ok("migrate")
        self.ok("schema", "dump")
        self.assertEqual(
            self.ok("drift"), f"{self.name} is as db/schema.rb says.\n{self.cache} is as db/cache_schema.rb says.\n"
        )
        mariadb("ALTER TABLE entries ADD COLUMN more int", self.cache)
        code, out, error = self.maglev(self.folder, "drift")
        self.assertEqual(code, 1, out + error)
        self.assertIn("is as db/schema.rb says", out)
        self.assertIn('\n+    t.integer "more"\n', out)
        self.assertIn("--- db/cache_schema.rb\n", out)
        self.ok("drift", "--name", "primary")
        self.edit("db/cache_schema.rb", "[8.1]", "[7.1]")
        code, out, error = self.maglev(self.folder, "drift", "--name", "cache", "--format", "json")
        changes = [line for line in json.loads(out)["diff"].splitlines()[2:] if line[0] in "+-"]
        self.assertEqual(changes, ['+    t.integer "more"'])
        (self.folder / "db/cache_schema.rb").unlink()
        code, out, error = self.maglev(self.folder, "drift")
        self.assertEqual(code, 2, out + error)
        self.assertIn("db/cache_schema.rb: ", error)

    def test_drift_from_a_database_within_reach(self):
        # By its mode a server shows other definitions.
        self.configure(self.entries().replace("sql_mode: ANSI", "wait_timeout: 1000"))
        self.ok("migrate")
        url = f"mysql2://root@127.0.0.1:{MARIADB_PORT}"
        code, out, error = self.maglev(self.folder, "drift", "--name", "cache", "--against", f"{url}/{self.name}")
        self.assertEqual(code, 1, out + error)
        self.assertIn(f"--- {self.name}\n+++ {self.cache}\n", out)
        self.assertIn('\n+  create_table "entries"', out)
        out = self.ok("drift", "--name", "primary", "--against", f"{url}/{self.name}")
        self.assertEqual(out, f"{self.name} is as {self.name} says.\n")
        code, out, error = self.maglev(self.folder, "drift", "--against", f"{url}/{self.name}")
        self.assertEqual(code, 2, out + error)
        self.assertIn("`--name` picks one", error)
        code, out, error = self.maglev(self.folder, "drift", "--name", "cache", "--against", f"{url}/nowhere")
        self.assertEqual(code, 5, out + error)

    def test_a_schema_in_sql(self):
        self.configure(self.entries("    schema_format: sql\n"))
        code, out, error = self.maglev(self.folder, "schema", "dump")
        self.assertEqual(code, 2, out + error)
        self.assertIn("db/cache_structure.sql: a function has neither pg_dump nor mysqldump", error)
        self.ok("schema", "dump", "--name", "primary")


class Ready(Shop):
    """Databases that are made, and their schemas loaded, by the function."""

    def setUp(self):
        super().setUp()
        self.ok("migrate")
        self.ok("schema", "dump")
        self.drop()

    def drop(self):
        mariadb(f"DROP DATABASE {self.name}; DROP DATABASE {self.cache}")

    def make_empty(self):
        mariadb(f"CREATE DATABASE {self.name}; CREATE DATABASE {self.cache}")

    def exits(self, expected, *arguments, **environment):
        code, out, error = self.maglev(self.folder, *arguments, **environment)
        self.assertEqual(code, expected, out + error)
        return error

    def test_create(self):
        error = self.exits(5, "migrate")
        self.assertIn("`maglev create --function` does", error)
        out = self.ok("create")
        self.assertEqual(out, f"Created database '{self.name}'\nCreated database '{self.cache}'\n")
        error = self.exits(0, "create")
        self.assertIn(f"Database '{self.cache}' already exists", error)
        charset = (
            f"SELECT default_character_set_name FROM information_schema.schemata WHERE schema_name = '{self.cache}'"
        )
        self.assertEqual(mariadb(charset), ["utf8mb4"])
        mariadb(f"DROP DATABASE {self.cache}")
        out = self.ok("create", "--name", "cache", "--format", "json")
        self.assertEqual(json.loads(out)["event"], "created")
        self.assertIn("of this machine", self.exits(2, "create", "--all"))

    def test_prepare(self):
        self.assertIn("Created database", self.ok("prepare"))
        self.assertEqual(self.tables_of(self.name), ["orders", "users"])
        self.assertEqual(self.tables_of(self.cache), ["entries"])
        self.assertEqual(self.versions(), ["20240101000001", "20240101000003"])
        environment = "SELECT value FROM ar_internal_metadata WHERE `key` = 'environment'"
        self.assertEqual(mariadb(environment, self.cache), ["production"])
        later = migration("20240101000005", "Later", "add_column :users, :age, :integer")
        (self.folder / "db" / later[0]).write_bytes(later[1])
        self.assertIn("Later: migrated", self.ok("prepare"))
        self.assertEqual(self.ok("prepare"), "")

    def test_a_cache_has_a_schema_and_no_migrations(self):
        for path in sorted((self.folder / "db/cache_migrate").iterdir()):
            path.unlink()
        (self.folder / "db/cache_migrate").rmdir()
        self.ok("prepare")
        self.assertEqual(self.tables_of(self.cache), ["entries"])
        self.drop()
        (self.folder / "db/migrate").rename(self.folder / "db/elsewhere")
        self.ok("prepare", "--name", "cache")
        self.assertEqual(self.tables_of(self.cache), ["entries"])
        # Without any migration something else is wrong.
        self.assertIn("there is no folder db/migrate", self.exits(2, "migrate"))

    def test_load(self):
        self.make_empty()
        self.assertEqual(self.ok("schema", "load"), "")
        self.assertEqual(self.tables_of(self.name), ["orders", "users"])
        self.assertEqual(self.tables_of(self.cache), ["entries"])
        self.assertEqual(self.ok("pending"), "")
        self.assertIn(f"the database `{self.name}` has tables (", self.exits(2, "schema", "load"))
        mariadb(f"DROP DATABASE {self.name}; CREATE DATABASE {self.name}")
        error = self.exits(2, "schema", "load")
        self.assertIn(f"the database `{self.cache}` has tables (entries); through a function", error)
        self.assertEqual(self.tables_of(self.name), [])
        out = self.ok("schema", "load", "--name", "primary", "--format", "json")
        self.assertEqual([json.loads(line)["event"] for line in out.splitlines()], ["loaded"])

    def test_tables_are_never_dropped(self):
        self.make_empty()
        mariadb("CREATE TABLE users (precious int)", self.name)
        self.assertIn("has tables (users)", self.exits(2, "prepare"))
        self.assertEqual(
            mariadb("SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()", self.name),
            ["precious"],
        )
        self.assertEqual(self.tables_of(self.cache), [])

    def test_files_that_cannot_be_loaded(self):
        self.make_empty()
        path = self.folder / "db/cache_schema.rb"
        kept = path.read_text()
        for text, code, message in (
            (kept.replace('t.binary "value"', 't.bogus "value"'), 3, "refused"),
            (kept.replace("do\n", "do\n  execute 'SELECT * FROM nowhere'\n", 1), 1, "nowhere"),
            (None, 1, "db/cache_schema.rb is not in the bundle"),
        ):
            path.unlink(missing_ok=True)
            if text:
                path.write_text(text)
            error = self.exits(code, "schema", "load", "--name", "cache")
            self.assertIn(message, error)
            self.assertEqual(self.tables_of(self.cache), [])
        self.assertIn("nowhere", self.exits(2, "schema", "load", "--file", "nowhere/schema.rb"))
        other = self.folder / "other.rb"
        other.write_text(kept)
        self.ok("schema", "load", "--name", "cache", "--file", str(other))
        self.assertEqual(self.tables_of(self.cache), ["entries"])

    def test_by_a_script(self):
        self.make_empty()
        files = [(name, (self.folder / "db" / name).read_bytes()) for name in ("schema.rb", "cache_schema.rb")]
        said = json.loads(self.run_in(self.folder, MAGLEV, "payload")[1])["options"]
        self.succeed(envelope(*files, command="load", **said))
        self.assertEqual(self.tables_of(self.cache), ["entries"])
        error = self.fail_with("Maglev::ConfigurationError", envelope(*files, command="load", **said), "has tables")
        self.assertEqual(error["exit"], 2)
        broken = [(name, source.replace(b"do\n", b"do\n raise 'no'\n", 1)) for name, source in files]
        self.drop()
        error = self.fail_with("RuntimeError", envelope(*broken, command="prepare", **said), "db/schema.rb:")
        self.assertEqual(error["exit"], 1)

    def test_structure_sql(self):
        self.configure(self.entries("    schema_format: sql\n"))
        structure = (
            "CREATE TABLE things (id int);\nCREATE TABLE `schema_migrations` (`version` varchar(255) PRIMARY KEY);\n"
        )
        structure += "INSERT INTO schema_migrations VALUES ('20240101000002');\n"
        (self.folder / "db/cache_structure.sql").write_text(structure)
        self.ok("prepare")
        self.assertEqual(self.tables_of(self.cache), ["things"])


class OnPostgresql(FunctionTest):
    adapter = "postgresql"

    def test_it_goes_on_where_time_was_up(self):
        cache = f"{self.name}_cache"
        postgresql(f"CREATE DATABASE {cache}")
        self.addCleanup(postgresql, f"DROP DATABASE IF EXISTS {cache} WITH (FORCE)")
        self.timeout = 3
        files = [
            migration(f"2024010100000{number}", f"Step{number}", "execute 'SELECT pg_sleep(1.6)'")
            for number in range(1, 5)
        ]
        folder = self.app(
            *files[::2], *((name.replace("migrate/", "cache_migrate/"), code) for name, code in files[1::2])
        )
        (folder / "config").mkdir()
        (folder / "config/database.yml").write_text(
            f"production:\n  primary:\n    adapter: postgresql\n  cache:\n    adapter: postgresql\n    database: {cache}\n"
            "    migrations_paths: db/cache_migrate\n"
        )
        self.make()
        event = json.loads(self.run_in(folder, MAGLEV, "payload")[1])
        error = self.fail_with(
            "Maglev::DeadlineExceeded", event, r"3 are left \(20240101000002, 20240101000003, 20240101000004\)"
        )
        self.assertEqual([ran["database"] for ran in error["migrated"]], ["primary"])
        code, out, error = self.maglev(folder, "migrate", "--format", "json")
        self.assertEqual(code, 0, out + error)
        lines = [json.loads(line) for line in out.splitlines()]
        ran = [(line["database"], line["version"][-1]) for line in lines if line["event"] == "migrated"]
        self.assertEqual(ran, [("cache", "2"), ("primary", "3"), ("cache", "4")])
        self.assertEqual(
            sorted(line["database"] for line in lines if line["event"] == "finished"), ["cache", "primary"]
        )

    def test_prepare_and_drift(self):
        cache = f"{self.name}_cache"
        self.addCleanup(postgresql, f"DROP DATABASE IF EXISTS {cache} WITH (FORCE)")
        folder = self.app(USERS)
        (folder / "config").mkdir()
        (folder / "config/database.yml").write_text(
            f"production:\n  main: &main\n    adapter: postgresql\n    encoding: unicode\n    url: <%= ENV['SHOP_URL'] %>\n"
            f"  cache:\n    <<: *main\n    database: {cache}\n    schema_search_path: cached,public\n"
            "    migrations_paths: db/cache_migrate\n"
        )
        schema = "ActiveRecord::Schema[8.1].define(version: 1) do\n"
        schema += '  create_table "entries", force: :cascade do |t|\n  end\nend\n'
        (folder / "db/cache_schema.rb").write_text(schema)
        code, out, error = self.maglev(folder, "prepare")
        self.assertEqual(code, 0, out + error)
        self.assertIn(f"Created database '{cache}'", out)
        self.assertEqual(self.tables(), ["users"])
        self.assertEqual(postgresql("SELECT to_regclass('public.entries')", cache), ["entries"])
        code, out, error = self.maglev(folder, "drift", "--name", "cache")
        self.assertEqual(code, 1, out + error)
        self.assertIn('+  enable_extension "pg_catalog.plpgsql"', out)


if __name__ == "__main__":
    unittest.main()
