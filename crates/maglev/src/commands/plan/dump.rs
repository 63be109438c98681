//! `schema dump --offline`: the schema's file as it will be once what is pending has run, without a database.

use std::path::PathBuf;
use std::rc::Rc;

use activerecord::settings::SchemaFormat;
use adapters::schema_dumper::RailsVersion;
use anyhow::Result;

use super::offline::Files;
use super::stage::Stage;
use crate::cli::args::SchemaDump;
use crate::commands::context::Context;
use crate::commands::schema_dump;
use crate::commands::session::{Session, Step};
use crate::commands::stop::Why;
use crate::exit::Exit;
use crate::request::{Dumping, Migrate, Request, Running};
use crate::teller::Teller;

/// Where the file goes, and in which form.
pub(super) struct Dumped {
    file: Option<PathBuf>,
    rails: Option<RailsVersion>,
}

impl Dumped {
    pub(super) fn write(&self, session: &mut Session) -> Step {
        match schema_dump::path(session, self.file.as_deref())? {
            None => Ok(()),
            Some((SchemaFormat::Ruby, path)) => schema_dump::dump(session, SchemaFormat::Ruby, path, self.rails),
            Some((SchemaFormat::Sql, path)) => {
                let message = format!(
                    "{}: only the database's own programs write SQL; `--offline` writes schema.rb",
                    path.display()
                );
                Err(session.stop(Why::Unusable(message)))
            }
        }
    }
}

/// From the schema file that is there. Err: wrong usage or configuration.
pub(crate) fn run(arguments: &SchemaDump, teller: &Teller) -> Result<Exit> {
    let mut context = Context::in_current_folder(teller.clone(), None)?;
    let mut common = arguments.common.clone();
    let files = Files::new(context.app.root(), arguments.server.as_deref(), None, None, &mut common)?;
    let rails = schema_dump::wanted_version(arguments.rails.as_deref())?;
    let stage = Stage::new(Some(files)).dumping(Dumped { file: arguments.file.clone(), rails });
    context.rehearsal = Some(Rc::new(stage));
    let running = Running { implied_models: arguments.implied_models, ..Running::default() };
    let output = arguments.output;
    let dumping = Dumping { dump: false, no_dump: true };
    let request = Request::Migrate(Migrate { common, output, running, dumping, ..Migrate::default() });
    let outcome = crate::commands::run(&request, &context)?;
    teller.conclude(&outcome);
    Ok(Exit::from(&outcome))
}
