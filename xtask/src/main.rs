//! The project's chores: `cargo xtask --help`.

#![warn(unreachable_pub)]

mod arguments;
mod bench;
mod comparing;
mod corpus;
mod documented;
mod floors;
mod rails;
mod rails_tests;
mod record_oracle;
mod recorded;
mod replay;
mod rows;
mod schema;
mod sizes;
mod structure;
mod verbatim;

use anyhow::{Result, bail};

use arguments::Arguments;

const HELP: &str = "\
Usage: cargo xtask COMMAND

record-oracle [FILTER]      Run the cases in conformance/cases and conformance/tasks whose name contains FILTER through
                            real Active Record and write what it did to conformance/recorded
    --target NAME           Only on sqlite3, mariadb, mysql or postgresql (repeatable)
    --mysql URL             A running MySQL server, for target mysql; left out without it. Its root has no password
    --older-rails PATH      A checkout of an older Rails (repeatable), for cases that record the schema.rb of those too

replay [FILTER]             Run the same cases through Maglev and show where it does otherwise
    --maglev PATH           The maglev binary
    --target NAME           Only on sqlite3, mariadb or postgresql (repeatable)
    --differences FILE      Write the differences there

corpus                      Run a folder of migrations through real Active Record and through Maglev, each on a
                            database of its own, version by version, and compare statements, schemas and schema.rb. A migration
                            that fails is marked as run on both sides
    --dir DIR               The folder (repeatable)
    --list FILE             Histories, one a line: DIR [DATABASE] [--require FILE] [--name NAME]
    --down                  Take back what ran, and compare that too
    --require FILE          A Ruby file that Rails' side loads first (repeatable), for what a gem of the application
                            brings; a bare name is a file of xtask/ruby
    --database URL          The server: sqlite3:, or the URL of a running one whose superuser has no password
                            (without a port: a private MariaDB or PostgreSQL)
    --maglev PATH           The maglev binary, built with the feature `comparison` (see below); without it only Rails runs
    --rows N                Give every empty table N rows before each migration, and compare the data at the end
    --implied-models        Read constants that nothing defines as plain models, on both sides
    --plan                  In place of all that: plan each migration on the database as it stands and run it, and plan the
                            whole history without a database; how many plans are what was sent, how many schema files
                            are as `schema dump --offline` told them, and whether a server's log holds a plan's write.
                            Needs no Rails
    --cache DIR             Keep there what Rails did, and run it only for folders that changed
    --differences FILE      Write all differences there, not only the first of each history

schema [FILTER...]          Load db/schema.rb files with real Active Record and with Maglev, each into a database of its own, and
                            compare the databases, and what each then dumps, for each version of Rails
    --list FILE             The files, one a line: FILE DATABASE [--require FILE] [--gem NAME]
    --rails PATH            A checkout of rails/rails (repeatable): its RAILS_VERSION says which
    --maglev PATH           The maglev binary
    --differences FILE      Write all differences there

rails-tests [GROUP...]      Turn Active Record's own tests (activerecord/test of RAILS) into migrations, and run them in
                            real Active Record and in Maglev. Without GROUPs: migrations, adapters and the models' first
    --maglev PATH           The maglev binary, built with the feature `comparison`
    --target NAME           Only on sqlite3, mariadb or postgresql (repeatable)
    --filter TEXT           Only tests whose `FILE CLASS#TEST` contains TEXT
    --failures FILE         Write there which tests pass in Rails alone, and which are left out
    --jobs N                How many run at once (default: 2)
    --keep DIR              Leave the migrations there

bench [PART...]             Time whole processes, pair by pair: Maglev, Active Record, the databases' own clients
                            PARTs: migration, function, rows, history, schema, plan
    --maglev PATH           The binary of the profile `dist`, built with the feature `comparison`
    --function PATH         The binary as the function's zip has it (default: the same)
    --dir DIR               A history to replay on MariaDB
    --schema FILE           The schema.rb to load (default: a large one that is made)
    --runs N                Pairs to count (default: 15)

documented [CRATE...]       Say how much of what other files see of each crate has a doc comment
    --least PERCENT         Exit 1 where it is less
    --list                  Show what has none

floors                      Draw which floor of our crates imports which (docs/floors.svg); fails where one imports a higher one
    --check                 Only say whether the picture is up to date

structure [FILE...]         Load structure.sql files by psql, mysql or sqlite3, as Rails does, and by Maglev without any of them, and
                            compare both databases
    --maglev PATH           The maglev binary
    --list FILE             Files, one a line: PATH [DATABASE], postgresql, mariadb, sqlite3, or the URL of a running server

reference                   Write docs/reference.md, of clap's commands and of the doc comments of what it is about. Its test says whether
                            it is up to date

sizes                       Say how long the functions and files of crates/ are
    --most N                Exit 1 where a file has more lines
    --show N                Show the N longest of each

terminal                    Draw docs/terminal.svg, of a real run on SQLite. Its test says whether it is true

verbatim [FILTER]           Say which of our files have lines that stand word for word in somebody else's sources
    --against DIR           Those sources, e.g. a checkout of rails/rails (repeatable)
    --above PERCENT         Of a file's lines that say enough to count (default: 3); exits 1 if there is such a file
    --lines                 Show the lines

For corpus, rails-tests and bench, a binary that goes on past what fails:
    cargo build --package maglev --features comparison
It stands where every build of the profile does, and shares all but the last crate with it.

For record-oracle, corpus, schema, rails-tests and bench:
    --rails PATH            A checkout of rails/rails at the tag that Maglev follows (or the variable RAILS_SOURCE)
    --ruby COMMAND          How to run Ruby, with the gems that Active Record needs, e.g. `chroot /srv/sid ruby`
                            (default: ruby). It must see this checkout, RAILS and the temporary directory under
                            the same paths
";

fn main() -> Result<()> {
    let mut arguments = Arguments::new(std::env::args().skip(1));
    match arguments.command().as_deref() {
        Some("record-oracle") => record_oracle::run(arguments),
        Some("bench") => bench::run(arguments),
        Some("replay") => replay::run(arguments),
        Some("rails-tests") => rails_tests::run(arguments),
        Some("corpus") => corpus::run(arguments),
        Some("documented") => documented::run(arguments),
        Some("floors") => floors::run(arguments),
        Some("schema") => schema::run(arguments),
        Some("reference") => recorded::run(arguments, &["--lib", "reference"]),
        Some("sizes") => sizes::run(arguments),
        Some("structure") => structure::run(arguments),
        Some("terminal") => recorded::run(arguments, &["--test", "cli", "terminal"]),
        Some("verbatim") => verbatim::run(arguments),
        None | Some("help" | "--help" | "-h") => {
            print(HELP);
            Ok(())
        }
        Some(other) => bail!("unknown command `{other}`\n\n{HELP}"),
    }
}

#[expect(clippy::print_stdout, reason = "the one place that prints")]
fn print(text: &str) {
    print!("{text}");
}
