//! Commands about the schema's file beside a database or another file.

use std::path::PathBuf;

use clap::Args;

use crate::request::{Common, Output};

#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Drift {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub output: Output,
    /// Compare with this database, not with a file; a URL as for `--database`
    #[arg(long, value_name = "URL", conflicts_with = "file")]
    pub against: Option<String>,
    /// The file to compare with [env: SCHEMA] [default: db/schema.rb, and db/NAME_schema.rb of other databases]
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Args, Debug, Clone)]
pub(crate) struct SchemaMerge {
    /// The file that both sides come from: git's %O
    pub base: PathBuf,
    /// Our side, which is replaced by what both come to: git's %A
    pub ours: PathBuf,
    /// The other side: git's %B
    pub theirs: PathBuf,
}
