//! What the app's `config.generators` says of primary keys, which Active Storage's, Action Text's and Action Mailbox's
//! migrations ask for. The app's configuration is read as text, not run: only a literal `primary_key_type:` is seen.

use crate::app_files::AppFiles;

/// The type in config/application.rb, else in an initializer; what a caller has found before, where one has.
pub fn primary_key_type(app: &dyn AppFiles) -> Option<String> {
    if let Some(known) = app.primary_key_type() {
        return Some(known);
    }
    let paths = std::iter::once("config/application.rb".to_owned()).chain(app.initializers());
    paths.filter_map(|path| app.setting(&path)).find_map(|source| in_source(&source))
}

fn in_source(source: &str) -> Option<String> {
    source.lines().find_map(|line| {
        let code = line.split('#').next().unwrap_or_default();
        let (_, after) = code.split_once("primary_key_type")?;
        let value = after.trim_start_matches([':', '=', '>', ' ', '"', '\'', ',']);
        let name: String = value.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        (!name.is_empty() && !after.trim_start().starts_with(']')).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_literal_that_is_no_comment() {
        let check =
            |source: &str, expected: Option<&str>| assert_eq!(in_source(source).as_deref(), expected, "{source}");
        check("g.orm :active_record, primary_key_type: :uuid", Some("uuid"));
        check("g.orm :active_record, :primary_key_type => :uuid", Some("uuid"));
        check("generate.orm(:active_record, { primary_key_type: 'bigint' })", Some("bigint"));
        check("# g.orm :active_record, primary_key_type: :uuid", None);
        check("config.options[:active_record][:primary_key_type]", None);
        check("g.orm :active_record", None);
    }
}
