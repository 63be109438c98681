//! Doors to what reads bytes from outside, with nothing around them: the fuzz targets' and their seeds'.

use std::io::Write as _;

use crate::config::{self, DATABASE_YML};
use crate::function::payload;
use crate::request::Common;

/// config/database.yml. Without ERB: that is Ruby, which has targets of its own.
pub fn database_yml(input: &[u8]) {
    if input.windows(2).any(|bytes| bytes == b"<%") {
        return;
    }
    let folder = std::env::temp_dir().join(format!("maglev_fuzz_{}", std::process::id()));
    let path = folder.join(DATABASE_YML);
    let written = path
        .parent()
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| std::fs::File::create(&path))
        .and_then(|mut file| file.write_all(input));
    if written.is_ok() {
        // An error is as good as a configuration.
        let _ = config::resolve(&Common::default(), &folder);
    }
}

/// A function's event, and the files that it brings.
pub fn event(input: &[u8]) {
    payload::try_event(input);
}
