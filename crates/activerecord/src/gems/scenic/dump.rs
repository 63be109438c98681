//! Views in schema.rb (lib/scenic/{schema_dumper,view}.rb, adapters/postgres/views.rb): in the order in which they were made, but
//! none before a view that it reads.

use adapters::schema_dumper::{Dumper, Section};
use adapters::{Arg, Result};

use crate::gems::indented;
use crate::migration::extensions::Dumped;

pub(super) const DUMPED: Dumped = Dumped { initializer: "config/initializers/scenic.rb", section: |_| make };

fn make() -> Box<dyn Section> {
    Box::new(Views::default())
}

/// Read once for a file, from the schemas that are searched where it is first asked for.
#[derive(Default)]
struct Views(Option<Vec<View>>);

#[derive(Clone)]
struct View {
    /// With its schema, unless that is `public`.
    name: String,
    definition: String,
    is_materialized: bool,
}

impl Section for Views {
    fn after_tables(&mut self, dumper: &mut Dumper<'_>) -> Result<()> {
        let views = match &self.0 {
            Some(views) => views,
            None => self.0.insert(dumped(dumper)?),
        };
        if !views.is_empty() {
            dumper.line("");
        }
        for view in views {
            dumper.line(&view.written(&dumper.without_affixes(&view.name)));
            dumper.add_indexes(&view.name)?;
        }
        Ok(())
    }
}

impl View {
    fn written(&self, name: &str) -> String {
        let name = Arg::from(name).inspect();
        let materialized = if self.is_materialized { "materialized: true, " } else { "" };
        let definition = indented(&self.definition.replace('\\', "\\\\"), 2);
        format!("  create_view {name}, {materialized}sql_definition: <<-SQL\n    {definition}\n  SQL")
    }
}

/// But for those of extensions.
const VIEWS: &str = "SELECT c.relname, pg_get_viewdef(c.oid), c.relkind, n.nspname, quote_ident(c.relname), quote_ident(n.nspname) \
     FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind IN ('m', 'v') AND c.relname NOT IN (SELECT extname FROM pg_extension) \
     AND c.relname != 'pg_stat_statements_info' AND n.nspname = ANY (current_schemas(false)) ORDER BY c.oid";

/// Which view reads which.
const DEPENDENCIES: &str = "SELECT DISTINCT dependent_ns.nspname, dependent_view.relname, source_ns.nspname, source_table.relname \
     FROM pg_depend JOIN pg_rewrite ON pg_depend.objid = pg_rewrite.oid \
     JOIN pg_class dependent_view ON pg_rewrite.ev_class = dependent_view.oid \
     JOIN pg_class source_table ON pg_depend.refobjid = source_table.oid \
     JOIN pg_namespace dependent_ns ON dependent_ns.oid = dependent_view.relnamespace \
     JOIN pg_namespace source_ns ON source_ns.oid = source_table.relnamespace \
     WHERE dependent_ns.nspname = ANY (current_schemas(false)) AND source_ns.nspname = ANY (current_schemas(false)) \
     AND source_table.relname != dependent_view.relname \
     AND source_table.relkind IN ('m', 'v') AND dependent_view.relkind IN ('m', 'v') ORDER BY dependent_view.relname";

fn dumped(dumper: &mut Dumper<'_>) -> Result<Vec<View>> {
    let rows = dumper.adapter().select_rows(VIEWS, None, &[])?;
    let views: Vec<View> = rows.into_iter().filter_map(view).collect();
    let rows = dumper.adapter().select_rows(DEPENDENCIES, None, &[])?;
    let dependencies = rows.into_iter().filter_map(|row| {
        let [dependent_schema, dependent, source_schema, source] =
            <[Arg; 4]>::try_from(row).ok()?.map(|name| name.to_s());
        Some(Dependency {
            dependent: format!("{dependent_schema}.{dependent}"),
            source: format!("{source_schema}.{source}"),
        })
    });
    let names = in_order(&views, &dependencies.collect::<Vec<_>>());
    let find = |name: String| {
        let short = name.rsplit('.').next().unwrap_or_default();
        views.iter().find(|view| view.name == name || view.name == short).cloned()
    };
    let mut views: Vec<View> = names.into_iter().filter_map(find).collect();
    views.retain(|view| !dumper.is_ignored(&view.name));
    Ok(views)
}

fn view(row: Vec<Arg>) -> Option<View> {
    let [name, definition, kind, schema, quoted_name, quoted_schema] =
        <[Arg; 6]>::try_from(row).ok()?.map(|value| value.to_s());
    let name = if is_plain(&name) { name } else { quoted_name };
    let name = match &*schema {
        "public" => name,
        _ if is_plain(&schema) => format!("{schema}.{name}"),
        _ => format!("{quoted_schema}.{name}"),
    };
    Some(View { name, definition: definition.trim().to_owned(), is_materialized: kind == "m" })
}

/// `/^[a-zA-Z_][a-zA-Z0-9_]*$/`
fn is_plain(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.starts_with(is_letter) && name.chars().all(|c| is_letter(c) || c.is_ascii_digit())
}

struct Dependency {
    dependent: String,
    source: String,
}

/// Views that have to do with each other, as the dependencies name them, each after all that it reads; then the others, by name.
fn in_order(views: &[View], dependencies: &[Dependency]) -> Vec<String> {
    let mut known: Vec<&str> = Vec::new();
    for name in dependencies.iter().flat_map(|dependency| [&dependency.dependent, &dependency.source]) {
        if !known.contains(&name.as_str()) {
            known.push(name);
        }
    }
    let is_known = |view: &View| known.iter().any(|name| name.rsplit('.').next() == Some(&view.name));
    let mut others: Vec<&str> = views.iter().filter(|view| !is_known(view)).map(|view| &*view.name).collect();
    others.sort_unstable();
    others.retain(|name| !known.contains(name));
    let mut ordered = Vec::new();
    for name in known.iter().chain(&others) {
        place(name, dependencies, &mut ordered);
    }
    ordered
}

fn place(name: &str, dependencies: &[Dependency], ordered: &mut Vec<String>) {
    if ordered.iter().any(|placed| placed == name) {
        return;
    }
    for dependency in dependencies.iter().filter(|dependency| dependency.dependent == name) {
        place(&dependency.source, dependencies, ordered);
    }
    ordered.push(name.to_owned());
}
