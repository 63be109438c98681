//! The only door outside. The interpreter has no file system, network, process, environment or clock of
//! its own; whoever embeds it decides what each of these answers.

use std::time::SystemTime;

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

    /// The paths of the bundle's files that match a shell pattern (`Dir.glob`).
    fn glob(&mut self, _pattern: &str) -> Vec<String> {
        Vec::new()
    }

    /// The app's root, as `Rails.root` and `__FILE__` show it.
    fn root(&mut self) -> String {
        "/".to_owned()
    }
}
