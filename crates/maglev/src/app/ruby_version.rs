//! Which Ruby runs the app, as far as its files tell.

use super::visible::AppFiles;

/// Major and minor. As Bundler knows it of Gemfile.lock, else as the managers of versions read it, else as the Gemfile says.
pub(crate) fn ruby_version(app: &dyn AppFiles) -> Option<(u32, u32)> {
    let lock = || {
        let lock = app.setting("Gemfile.lock")?;
        let (_, rest) = lock.split_once("\nRUBY VERSION\n")?;
        version(rest.trim_start().strip_prefix("ruby ")?)
    };
    let own_file = || {
        let text = app.setting(".ruby-version")?;
        version(text.trim().trim_start_matches("ruby-"))
    };
    let tools = || app.setting(".tool-versions")?.lines().find_map(|line| version(line.strip_prefix("ruby ")?.trim()));
    let gemfile = || {
        let named =
            |line: &str| version(line.strip_prefix("ruby ")?.trim_start_matches(['"', '\'', '~', '>', '=', ' ']));
        app.setting("Gemfile")?.lines().find_map(named)
    };
    lock().or_else(own_file).or_else(tools).or_else(gemfile)
}

/// Of `3.4.2p100`, `3.4` and the like.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split(|character: char| !character.is_ascii_digit()).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_read() {
        assert_eq!(version("3.4.2p100"), Some((3, 4)));
        assert_eq!(version("4.0"), Some((4, 0)));
        assert_eq!(version("3.3\n"), Some((3, 3)));
        assert_eq!(version("jruby-9.4"), None);
    }
}
