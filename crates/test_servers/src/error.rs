//! Why there is no server or no database.

use std::fmt;
use std::path::PathBuf;

#[derive(Debug)]
pub enum Error {
    /// A program of the server is not on this machine.
    NotInstalled {
        program: &'static str,
        package: &'static str,
    },
    /// A program ran and failed, or the server ended before it was ready.
    Failed {
        what: String,
        output: String,
    },
    Io {
        what: String,
        path: PathBuf,
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn io(what: &str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let (what, path) = (what.to_string(), path.into());
        move |source| Self::Io { what, path, source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled { program, package } => {
                write!(formatter, "`{program}` was not found\nhint: apt-get install {package}")
            }
            Self::Failed { what, output } => write!(formatter, "{what} failed:\n{output}"),
            Self::Io { what, path, source } => {
                write!(formatter, "cannot {what} `{}`: {source}", path.display())
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
