//! `completions` and `man`: what a shell and `man` are told of the command line, made of the command line itself.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

#[derive(Args, Debug, Clone)]
pub(crate) struct Completions {
    /// The shell that is to read it
    #[arg(value_enum)]
    pub shell: Shell,
}

#[derive(Args, Debug, Clone)]
pub(crate) struct Man {
    /// Write the pages of all commands to this folder, which is made, in place of printing that of `maglev`
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
}
