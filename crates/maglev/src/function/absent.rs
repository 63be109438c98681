//! A build without the Lambda function.

use anyhow::{Result, bail};

use crate::exit::Exit;

pub fn run() -> Result<Exit> {
    bail!("this Maglev was built without the cargo feature `function`, which answers AWS Lambda")
}
