//! A build without the Lambda function.

use anyhow::{Result, bail};

pub(crate) fn run() -> Result<()> {
    bail!("this Maglev was built without the cargo feature `function`, which answers AWS Lambda")
}
