//! What two catalogues answer, beside each other. Lists that the server gives in no order are sorted; numbers of types that an
//! extension or a migration made are left out.

use adapters::catalogue::Catalogue;
use adapters::column::Column;
use adapters::memory::{Aspect, Memory, Overlay};
use adapters::schema_definitions::{
    CheckConstraintDefinition, ExclusionConstraintDefinition, ForeignKeyDefinition, IndexDefinition,
};
use adapters::{Adapter, Dialect};

/// A catalogue that is compared with a server's, and says what it does not know.
pub trait Known: Catalogue {
    fn known(&self) -> &Memory;
}

impl Known for Memory {
    fn known(&self) -> &Memory {
        self
    }
}

impl Known for Overlay {
    fn known(&self) -> &Memory {
        self.memory()
    }
}

/// What differs; what the memory can't know is a doubt.
pub fn compare<K: Known>(memory: &mut K, adapter: &mut dyn Adapter, doubts: &mut Vec<String>) -> Vec<String> {
    if let Some(sql) = memory.known().lost_at() {
        doubts.push(format!("everything, since `{sql}`"));
        return Vec::new();
    }
    let server = adapter.catalogue();
    // In a transaction that has failed nothing answers.
    let Ok(tables) = server.tables() else { return Vec::new() };
    let mut differences = Vec::new();
    list(&mut differences, "tables", tables.clone(), memory.tables().unwrap());
    list(&mut differences, "views", server.views().unwrap(), memory.views().unwrap());
    if memory.dialect() == Dialect::PostgreSql {
        list(&mut differences, "schemas", server.schema_names().unwrap(), memory.schema_names().unwrap());
        list(&mut differences, "extensions", server.extensions().unwrap(), memory.extensions().unwrap());
        let shown = |catalogue: &mut dyn Catalogue| {
            let enums = catalogue.enum_types().unwrap();
            enums.iter().map(|found| format!("{found:?}")).collect::<Vec<_>>()
        };
        list(&mut differences, "enums", shown(server), shown(memory));
        ordered(
            &mut differences,
            "searched schemas",
            server.current_schemas().unwrap(),
            memory.current_schemas().unwrap(),
        );
    }
    for table in &tables {
        if !differences.is_empty() {
            break;
        }
        if memory.known().is_certain_of(table) {
            compare_table(memory, server, table, doubts, &mut differences);
        } else {
            doubts.push(format!("table {table}"));
        }
    }
    differences
}

fn list(differences: &mut Vec<String>, what: &str, mut theirs: Vec<String>, mut ours: Vec<String>) {
    theirs.sort();
    ours.sort();
    if theirs != ours {
        differences.push(format!("{what}: the server has {theirs:#?}, the memory {ours:#?}"));
    }
}

fn compare_table<K: Known>(
    memory: &mut K,
    server: &mut dyn Catalogue,
    table: &str,
    doubts: &mut Vec<String>,
    differences: &mut Vec<String>,
) {
    let doubtful = memory.known().doubts(table);
    doubts.extend(doubtful.iter().map(|(part, aspect)| format!("{table}.{part}: {aspect:?}")));
    let columns = |catalogue: &mut dyn Catalogue| -> Vec<String> {
        let columns = catalogue.columns(table).unwrap();
        columns.iter().map(|column| shown_column(column, &doubtful)).collect()
    };
    ordered(differences, &format!("{table}: columns"), columns(server), columns(memory));
    ordered(
        differences,
        &format!("{table}: primary key"),
        server.primary_keys(table).unwrap(),
        memory.primary_keys(table).unwrap(),
    );
    let knows_options = !doubtful.iter().any(|(_, aspect)| *aspect == Aspect::Options);
    if memory.dialect() != Dialect::Sqlite && knows_options {
        let options = |catalogue: &mut dyn Catalogue| vec![catalogue.table_options(table).unwrap().inspect()];
        list(differences, &format!("{table}: options"), options(server), options(memory));
    }
    if memory.dialect() == Dialect::MySql {
        let more = |catalogue: &mut dyn Catalogue| more_of_mysql(catalogue, table, &doubtful);
        list(differences, &format!("{table}: what only MySQL tells"), more(server), more(memory));
    }
    if memory.dialect() == Dialect::PostgreSql {
        let more = |catalogue: &mut dyn Catalogue| more_of_postgresql(catalogue, table);
        list(differences, &format!("{table}: what only PostgreSQL tells"), more(server), more(memory));
    }
    let is_doubtful = |name: &str| doubtful.iter().any(|(part, aspect)| part == name && *aspect == Aspect::Definition);
    let indexes = |catalogue: &mut dyn Catalogue| -> Vec<String> {
        let indexes = catalogue.indexes(table).unwrap();
        indexes.iter().map(|index| shown_index(index, is_doubtful(&index.name))).collect()
    };
    ordered(differences, &format!("{table}: indexes"), indexes(server), indexes(memory));
    let keys = |catalogue: &mut dyn Catalogue| -> Vec<String> {
        catalogue.foreign_keys(table).unwrap().iter().map(shown_key).collect()
    };
    ordered(differences, &format!("{table}: foreign keys"), keys(server), keys(memory));
    let checks = |catalogue: &mut dyn Catalogue| -> Vec<String> {
        let checks = catalogue.check_constraints(table).unwrap();
        checks.iter().map(|check| shown_check(check, is_doubtful(&check.name().unwrap_or_default()))).collect()
    };
    list(differences, &format!("{table}: checks"), checks(server), checks(memory));
    if memory.dialect() == Dialect::PostgreSql {
        let uniques = |catalogue: &mut dyn Catalogue| -> Vec<String> {
            let uniques = catalogue.unique_constraints(table).unwrap();
            uniques.iter().map(|unique| format!("{:?} {}", unique.column, unique.options.inspect())).collect()
        };
        list(differences, &format!("{table}: unique constraints"), uniques(server), uniques(memory));
        let exclusions = |catalogue: &mut dyn Catalogue| -> Vec<String> {
            let constraints = catalogue.exclusion_constraints(table).unwrap();
            constraints.iter().map(|found| shown_exclusion(found, is_doubtful(&found.name()))).collect()
        };
        list(differences, &format!("{table}: exclusion constraints"), exclusions(server), exclusions(memory));
    }
}

fn ordered(differences: &mut Vec<String>, what: &str, theirs: Vec<String>, ours: Vec<String>) {
    for (at, their) in theirs.iter().enumerate() {
        match ours.get(at) {
            Some(our) if our == their => {}
            our => differences.push(format!("{what}: the server has {their}, the memory {our:?}")),
        }
    }
    differences.extend(ours.iter().skip(theirs.len()).map(|our| format!("{what}: the memory has {our} as well")));
}

fn shown_column(column: &Column, doubtful: &[(String, Aspect)]) -> String {
    let knows = |aspect: Aspect| !doubtful.iter().any(|(part, other)| *part == column.name && *other == aspect);
    let mut shown = format!("{} null={} comment={:?}", column.name, column.null, column.comment);
    if knows(Aspect::Type) {
        let metadata = &column.metadata;
        let is_builtin = metadata.oid.is_none_or(|oid| oid > 0 && oid < 16_384);
        shown.push_str(&format!(
            " type={:?} {:?} limit={:?} precision={:?} scale={:?} extra={:?} oid={:?} fmod={:?}",
            metadata.sql_type,
            metadata.r#type,
            metadata.limit,
            metadata.precision,
            metadata.scale,
            metadata.extra,
            metadata.oid.filter(|_| is_builtin),
            metadata.fmod,
        ));
    }
    if knows(Aspect::Default) {
        shown.push_str(&format!(" default={:?} function={:?}", column.default, column.default_function));
    }
    if knows(Aspect::Collation) {
        shown.push_str(&format!(" collation={:?}", column.collation));
    }
    let Column { auto_increment, rowid, serial, identity, generated, .. } = column;
    shown + &format!(" {auto_increment} {rowid} {serial:?} {identity:?} {generated:?}")
}

fn shown_index(index: &IndexDefinition, is_doubtful: bool) -> String {
    if is_doubtful { index.name.clone() } else { format!("{index:?}") }
}

fn shown_key(key: &ForeignKeyDefinition) -> String {
    format!("{} -> {} {}", key.from_table, key.to_table, key.options.inspect())
}

fn shown_exclusion(constraint: &ExclusionConstraintDefinition, is_doubtful: bool) -> String {
    let name = constraint.name();
    if is_doubtful { name } else { format!("{name}: {} {}", constraint.expression, constraint.options.inspect()) }
}

fn more_of_mysql(catalogue: &mut dyn Catalogue, table: &str, doubtful: &[(String, Aspect)]) -> Vec<String> {
    let mut all = vec![format!("collation {:?}", catalogue.table_collation(table).unwrap())];
    for column in catalogue.columns(table).unwrap() {
        let knows = |aspect: Aspect| !doubtful.iter().any(|(part, other)| *part == column.name && *other == aspect);
        if knows(Aspect::Type) {
            all.push(format!("{:?}", catalogue.full_column_type(table, &column.name).unwrap()));
        }
        if column.generated.is_some() && knows(Aspect::Expression) {
            all.push(format!("{:?}", catalogue.virtual_column_expression(table, &column).unwrap()));
        }
    }
    all
}

fn more_of_postgresql(catalogue: &mut dyn Catalogue, table: &str) -> Vec<String> {
    let mut all = vec![
        format!("{:?}", catalogue.pk_and_sequence_for(table).unwrap()),
        format!("{:?}", catalogue.inherited_table_names(table).unwrap()),
        format!("{:?}", catalogue.table_partition_definition(table).unwrap()),
    ];
    if let Some(column) = catalogue.primary_keys(table).unwrap().first() {
        all.push(format!("{:?}", catalogue.serial_sequence(table, column).unwrap()));
    }
    all
}

fn shown_check(check: &CheckConstraintDefinition, is_doubtful: bool) -> String {
    let name = check.name().unwrap_or_default();
    if is_doubtful { name } else { format!("{name}: {} {}", check.expression, check.options.inspect()) }
}
