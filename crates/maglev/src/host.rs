//! What Ruby code reaches of the world: a clock, random numbers, the environment that Maglev was started with, standard
//! output through the printer, and the app's files.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use crate::app::visible::AppFiles;
use crate::env_vars;
use crate::printer::Printer;

/// Where `puts` and Rails' messages go.
pub(crate) trait Output {
    fn write(&self, text: &str);

    /// `warn`, and what Ruby itself warns of.
    fn write_error(&self, _text: &str) {}
}

impl Output for Printer {
    fn write(&self, text: &str) {
        self.migration_output(text);
    }

    fn write_error(&self, text: &str) {
        self.error_output(text);
    }
}

/// Swallows everything: nothing that runs here is anybody's migration.
pub(crate) struct Silence;

impl Output for Silence {
    fn write(&self, _: &str) {}
}

/// Keeps what is printed, for the event of its migration: with `--format json`, stdout is for events.
#[derive(Default)]
pub(crate) struct Recording(RefCell<String>);

impl Recording {
    /// What was printed since it was last asked for.
    pub(crate) fn take(&self) -> String {
        self.0.take()
    }
}

impl Output for Recording {
    fn write(&self, text: &str) {
        self.0.borrow_mut().push_str(text);
    }
}

/// The world as an app's migrations see it.
pub(crate) struct AppHost {
    files: Rc<dyn AppFiles>,
    output: Rc<dyn Output>,
    stage: Option<Stage>,
}

/// A world that is the same each time: of a run that goes nowhere.
pub(crate) struct Stage {
    /// What time it is.
    pub now: Timestamp,
    /// The bytes that the next random ones are made of.
    seed: u64,
    /// How often random bytes were asked for.
    pub drawn: Rc<Cell<usize>>,
}

impl Stage {
    pub(crate) fn at(now: Timestamp) -> Self {
        Self { now, seed: 0, drawn: Rc::default() }
    }

    /// Bytes that look random, and are the same each time.
    fn random(&mut self, bytes: &mut [u8]) {
        self.drawn.set(self.drawn.get() + 1);
        for byte in bytes {
            self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.seed >> 56) as u8;
        }
    }
}

impl AppHost {
    pub(crate) fn new(files: Rc<dyn AppFiles>, output: Rc<dyn Output>) -> Self {
        Self { files, output, stage: None }
    }

    /// With a clock that stands still, and chance that is none.
    pub(crate) fn on_stage(self, stage: Stage) -> Self {
        Self { stage: Some(stage), ..self }
    }
}

impl ruby::Host for AppHost {
    fn now(&mut self) -> SystemTime {
        let Some(stage) = &mut self.stage else { return SystemTime::now() };
        // Between two looks at a clock some time passes.
        stage.now += jiff::SignedDuration::from_micros(1);
        stage.now.into()
    }

    fn sleep(&mut self, duration: Duration) {
        if self.stage.is_none() {
            std::thread::sleep(duration);
        }
    }

    fn random(&mut self, bytes: &mut [u8]) {
        if let Some(stage) = &mut self.stage {
            return stage.random(bytes);
        }
        // Nothing in a migration is worth failing for here; zeros would be seen at once.
        let _ = getrandom::fill(bytes);
    }

    fn env(&mut self, name: &str) -> Option<String> {
        let is_hidden = self.files.is_sent() && !is_for_all(name, env_vars::get(env_vars::MAGLEV_RUBY_ENV).as_deref());
        if is_hidden { None } else { env_vars::get_even_empty(name) }
    }

    fn write(&mut self, text: &str) {
        self.output.write(text);
    }

    fn write_error(&mut self, text: &str) {
        self.output.write_error(text);
    }

    fn read_file(&mut self, path: &str) -> Option<Vec<u8>> {
        self.files.read(path)
    }

    fn is_outside(&mut self, path: &str) -> bool {
        self.files.is_outside(path)
    }

    fn look(&mut self, path: &str) -> ruby::Sight {
        self.files.look(path)
    }

    fn children(&mut self, path: &str) -> Option<Vec<ruby::Entry>> {
        self.files.children(path)
    }

    fn root(&mut self) -> String {
        self.files.root().to_string_lossy().into_owned()
    }
}

/// Whether what a function was sent may see a variable. Whoever may send files may run SQL with its credentials, but not
/// carry them away; nobody can tell by its name what else is one. `named` is the function's own list.
fn is_for_all(name: &str, named: Option<&str>) -> bool {
    const KNOWN: [&str; 3] = [env_vars::RACK_ENV, "TZ", "LANG"];
    let is_rails = name.starts_with("RAILS_") && name != env_vars::RAILS_MASTER_KEY;
    is_rails || KNOWN.contains(&name) || env_vars::words(named.unwrap_or_default()).any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_shows_what_it_names() {
        for name in ["RAILS_ENV", "RAILS_LOG_LEVEL", "RACK_ENV", "TZ", "LANG", "TENANT", "REGION"] {
            assert!(is_for_all(name, Some("TENANT, REGION")), "{name}");
        }
        for name in ["RAILS_MASTER_KEY", "AWS_SECRET_ACCESS_KEY", "DATABASE_URL", "STRIPE_KEY", "PATH", "LANGUAGE", ""]
        {
            assert!(!is_for_all(name, Some("TENANT, REGION")), "{name}");
        }
        assert!(!is_for_all("TENANT", None));
    }
}
