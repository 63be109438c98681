//! Which function a command goes to: MAGLEV_FUNCTION stands for `--function`, of the commands that take it.

use anyhow::{Result, bail};

use super::setup::Ready;
use super::task::Task;
use super::{Command, Schema};
use crate::env_vars;
use crate::request::{Common, Dumping, Request};

impl Command {
    /// Names the variable's function where neither `--function` nor `--database` says otherwise, and none where `--function ''` says
    /// so. Answers what the variable has decided. Err: the command line wants what no function does.
    pub(crate) fn settle_function(&mut self) -> Result<Option<String>> {
        let takes_it = self.goes_to_functions();
        let writes_schema = self.dumping().is_some_and(|dumping| dumping.dump);
        let Some(common) = self.common_mut() else { return Ok(None) };
        if let Some(function) = &common.function {
            if function.is_empty() {
                common.function = None;
            }
            return Ok(None);
        }
        let named = env_vars::get(env_vars::MAGLEV_FUNCTION).filter(|_| takes_it && common.database.is_none());
        if writes_schema && let Some(function) = &named {
            bail!(
                "--dump writes the schema of a database within reach, and MAGLEV_FUNCTION names the function `{function}`\n\
                 hint: --function '' stays here"
            );
        }
        common.function.clone_from(&named);
        Ok(named)
    }

    /// Whether `--function` means anything to it, with the rest of its line.
    fn goes_to_functions(&self) -> bool {
        match self {
            Self::Request(_) | Self::Drift(_) | Self::Schema(Schema::Load(_)) => true,
            Self::Task(Task::Create(create)) => !create.reach.all,
            Self::Ready(Ready::Prepare(prepare)) => !prepare.test && prepare.to.is_none(),
            #[cfg(feature = "plan")]
            Self::Schema(Schema::Dump(dump)) => !dump.offline,
            #[cfg(not(feature = "plan"))]
            Self::Schema(Schema::Dump(_)) => true,
            #[cfg(feature = "plan")]
            Self::Plan(plan) => plan.options().asks_a_database(),
            _ => false,
        }
    }

    fn dumping(&self) -> Option<Dumping> {
        match self {
            Self::Request(Request::Migrate(migrate)) => Some(migrate.dumping),
            Self::Request(Request::Rollback(rollback)) => Some(rollback.dumping),
            Self::Request(Request::Up(one) | Request::Down(one)) => Some(one.dumping),
            Self::Request(Request::Redo(redo)) => Some(redo.dumping),
            Self::Ready(Ready::Prepare(prepare)) => Some(prepare.dumping),
            _ => None,
        }
    }

    fn common_mut(&mut self) -> Option<&mut Common> {
        match self {
            Self::Request(request) => Some(request.common_mut()),
            Self::Task(task) => Some(task.common_mut()),
            Self::Ready(ready) => Some(ready.common_mut()),
            Self::Schema(Schema::Load(load)) => Some(&mut load.make.common),
            Self::Schema(Schema::Dump(dump)) => Some(&mut dump.common),
            Self::Schema(Schema::CacheDump(ask) | Schema::CacheClear(ask)) => Some(&mut ask.common),
            #[cfg(feature = "plan")]
            Self::Plan(plan) => Some(&mut plan.options_mut().common),
            Self::Drift(drift) => Some(&mut drift.common),
            _ => None,
        }
    }
}
