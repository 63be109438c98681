//! Functions and triggers in schema.rb (lib/fx/{schema_dumper,function,trigger}.rb, adapters/postgres/).

use std::fmt::Write as _;

use adapters::schema_dumper::{Dumper, MakeSection, Section};
use adapters::{Arg, Result};

use crate::gems::indented;
use crate::migration::extensions::Dumped;

pub(super) const DUMPED: Dumped = Dumped { initializer: "config/initializers/fx.rb", section };

/// As the app says where functions stand.
fn section(initializer: Option<&str>) -> MakeSection {
    if initializer.is_some_and(puts_functions_first) {
        || Box::new(FunctionsAndTriggers { functions_first: true })
    } else {
        || Box::new(FunctionsAndTriggers { functions_first: false })
    }
}

/// `config.dump_functions_at_beginning_of_schema = true`
fn puts_functions_first(initializer: &str) -> bool {
    initializer.lines().any(|line| {
        let line = line.split('#').next().unwrap_or_default();
        let value = line.split_once("dump_functions_at_beginning_of_schema").map(|(_, rest)| rest.trim_start());
        value.and_then(|rest| rest.strip_prefix('=')).is_some_and(|value| value.trim() == "true")
    })
}

struct FunctionsAndTriggers {
    functions_first: bool,
}

impl Section for FunctionsAndTriggers {
    fn before_tables(&mut self, dumper: &mut Dumper<'_>) -> Result<()> {
        if self.functions_first { functions(dumper) } else { Ok(()) }
    }

    fn after_tables(&mut self, dumper: &mut Dumper<'_>) -> Result<()> {
        if !self.functions_first {
            functions(dumper)?;
        }
        triggers(dumper)
    }
}

/// Neither an extension's nor an aggregate.
const FUNCTIONS: &str = "SELECT pp.proname AS name, pg_get_functiondef(pp.oid) AS definition \
     FROM pg_proc pp JOIN pg_namespace pn ON pn.oid = pp.pronamespace \
     LEFT JOIN pg_depend pd ON pd.objid = pp.oid AND pd.deptype = 'e' LEFT JOIN pg_aggregate pa ON pa.aggfnoid = pp.oid \
     WHERE pn.nspname = ANY (current_schemas(false)) AND pd.objid IS NULL AND pa.aggfnoid IS NULL ORDER BY pp.oid";

/// But for those that a constraint made.
const TRIGGERS: &str = "SELECT pt.tgname AS name, pg_get_triggerdef(pt.oid) AS definition \
     FROM pg_trigger pt JOIN pg_class pc ON pc.oid = pt.tgrelid JOIN pg_proc pp ON pp.oid = pt.tgfoid \
     JOIN pg_namespace pn ON pn.oid = pc.relnamespace \
     WHERE pn.nspname = ANY (current_schemas(false)) \
     AND pt.tgname NOT ILIKE '%constraint%' AND pt.tgname NOT ILIKE 'pg%' ORDER BY pc.oid";

fn functions(dumper: &mut Dumper<'_>) -> Result<()> {
    for [name, definition] in definitions(dumper, FUNCTIONS)? {
        let definition = indented(&indented(&definition, 4), 2);
        let mut text = format!("\n  create_function :{name}, sql_definition: <<-'SQL'\n");
        let _ = write!(text, "{}\n  SQL", definition.trim_end());
        dumper.line(&text);
    }
    Ok(())
}

fn triggers(dumper: &mut Dumper<'_>) -> Result<()> {
    for [name, definition] in definitions(dumper, TRIGGERS)? {
        dumper.line(&format!("\n  create_trigger :{name}, sql_definition: <<-SQL\n      {definition}\n  SQL"));
    }
    Ok(())
}

/// Names and definitions.
fn definitions(dumper: &mut Dumper<'_>, sql: &str) -> Result<Vec<[String; 2]>> {
    let rows = dumper.adapter().select_rows(sql, None, &[])?;
    let pair = |row: Vec<Arg>| <[Arg; 2]>::try_from(row).ok().map(|pair| pair.map(|value| value.to_s()));
    Ok(rows.into_iter().filter_map(pair).collect())
}
