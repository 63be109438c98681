//! What README shows is what its commands print.

use std::path::{Path, PathBuf};

use crate::app::App;
use crate::plan::git;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Copies migrations of the shop into an app.
fn add(app: &App, migrations: &[PathBuf]) {
    for path in migrations {
        let name = path.file_name().unwrap().to_str().unwrap();
        app.file(&format!("db/migrate/{name}"), &std::fs::read_to_string(path).unwrap());
    }
}

#[test]
fn the_plan_of_the_shop_is_true() {
    let folder = repository().join("examples/shop/db/migrate");
    let mut migrations: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    migrations.sort();
    let (base, branch) = migrations.split_at(migrations.len() - 3);
    let app = App::new();
    add(&app, base);
    app.sqlite(&["migrate"]).exits(0);
    app.sqlite(&["schema", "dump"]).exits(0);
    git(&app, &["init", "-q"]);
    git(&app, &["add", "db"]);
    git(&app, &["commit", "-q", "-m", "base"]);
    add(&app, branch);
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let (_, shown) = readme.split_once("````markdown\n").unwrap();
    let (shown, _) = shown.split_once("````\n").unwrap();
    let planned = app.run(&["plan", "--base", "HEAD", "--server", "postgresql:16", "--format", "markdown"]);
    planned.exits(0);
    let mut rest = planned.stdout.as_str();
    for part in shown.split("...\n") {
        let (_, after) =
            rest.split_once(part).unwrap_or_else(|| panic!("not planned:\n{part}\nbut:\n{}", planned.stdout));
        rest = after;
    }
}
