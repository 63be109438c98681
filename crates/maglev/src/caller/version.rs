//! `function-version`: which Maglev a function is. Every answer says it, an error too, so that it can be asked of older functions.

use anyhow::{Context as _, Result};

use super::echo::Echo;
use super::interrupt::Interrupt;
use super::invoke::{Function, Reply};
use super::{envelope, pack};
use crate::aws;
use crate::bundle::Bundle;
use crate::envelope::MAGLEV_VERSION;
use crate::exit::Exit;
use crate::request::{Plain, Request};
use crate::teller::Teller;

/// Err: wrong usage; nothing was sent.
pub(super) fn run(asked: &Plain, function: &str, teller: &Teller) -> Result<Exit> {
    let request = Request::FunctionVersion(asked.clone());
    let envelope = envelope(&request, &pack(&Bundle::new())?, &asked.common.sending, Some(function))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no event loop")?;
    let mut echo = Echo::asking(teller);
    let reply = runtime.block_on(async {
        let config = aws::sdk_config().await;
        Function::new(&config, function, super::patience(&request))
            .invoke(&envelope, &mut echo, &Interrupt::none())
            .await
    });
    let (deployed, told) = match reply {
        Reply::Answer(answer) => (answer.maglev, answer.output.trim().to_owned()),
        Reply::Failed(exit) => match echo.answering() {
            // It does not know the question, or answers only what is signed.
            Some(version) => (version.to_owned(), format!("Maglev {version}")),
            None => return Ok(exit),
        },
        Reply::WithoutStream => return Ok(Exit::Unreachable),
    };
    teller.function_version(function, &deployed, &told);
    if deployed == MAGLEV_VERSION {
        return Ok(Exit::Done);
    }
    echo.tell_skew(&deployed);
    Ok(Exit::Failed)
}
