//! The only door outside. The interpreter has no file system, network, process, environment or clock of
//! its own; whoever embeds it decides what each of these answers.

use std::time::SystemTime;

/// What Ruby code may know of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    File,
    Folder,
    Nothing,
    /// The run cannot see what stands there, nor whether anything does.
    Outside,
}

/// What a folder has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    /// A folder itself, no link to one.
    pub is_folder: bool,
}

/// Everything outside: what a program may read, is asked here.
pub trait Host {
    fn now(&mut self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&mut self, _duration: std::time::Duration) {}

    /// Random bytes, cryptographically strong where the host has them.
    fn random(&mut self, bytes: &mut [u8]);

    /// A variable of the environment that the host lets Ruby code see.
    fn env(&mut self, _name: &str) -> Option<String> {
        None
    }

    /// Standard output: `puts`, `print`, `p`.
    fn write(&mut self, text: &str);

    /// Standard error: `warn`, `$stderr`.
    fn write_error(&mut self, text: &str) {
        self.write(text);
    }

    /// A file of the bundle (a view's SQL, another migration), by its path relative to the app's root; absolute
    /// where it is not below the root.
    fn read_file(&mut self, _path: &str) -> Option<Vec<u8>> {
        None
    }

    /// Whether the app has a file at a path that [`Self::read_file`] does not show.
    fn is_outside(&mut self, _path: &str) -> bool {
        false
    }

    /// What stands at a path, written as for [`Self::read_file`]; the root is the empty path.
    fn look(&mut self, path: &str) -> Sight {
        match self.read_file(path) {
            Some(_) => Sight::File,
            None if self.is_outside(path) => Sight::Outside,
            None => Sight::Nothing,
        }
    }

    /// What a folder has, sorted by name, hidden ones too. None: the run cannot see that.
    fn children(&mut self, _path: &str) -> Option<Vec<Entry>> {
        None
    }

    /// The app's root, as `Rails.root` and `__FILE__` show it.
    fn root(&mut self) -> String {
        "/".to_owned()
    }
}
