//! What `sqlparser` reads of a statement that touches the schema, as a change. A part that has no place in a change, or that the
//! server would give a name or a meaning of its own, leaves the whole statement opaque.

use std::borrow::Cow;

use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation, ColumnDef, ColumnOption, ColumnOptionDef, CreateIndex, CreateTable,
    DataType, Expr, MySQLColumnPosition, ObjectName, ObjectType, RenameTableNameKind, SchemaName, Statement,
    TableConstraint,
};
use sqlparser::dialect::{Dialect as Parsed, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use crate::change::{Alteration, Change, DropTable, ExtensionChange, RoutineChange, SchemaChange, ViewChange};
use crate::schema_definitions::{
    ChangeColumnDefinition, ColumnDefinition, CreateIndexDefinition, IndexDefinition, PrimaryKeyDefinition,
    TableDefinition,
};
use crate::{Arg, Dialect, Options};

/// None where a statement is none that the parser knows, or does what no [`Change`] can say.
pub(super) fn read(sql: &str, dialect: Dialect) -> Option<Vec<Change<'static>>> {
    let parsed: &dyn Parsed = match dialect {
        Dialect::MySql => &MySqlDialect {},
        Dialect::PostgreSql => &PostgreSqlDialect {},
        Dialect::Sqlite => &SQLiteDialect {},
    };
    let statements = Parser::parse_sql(parsed, sql).ok()?;
    // SQLite's driver prepares the first statement of a text and lets the rest be.
    let run = if dialect == Dialect::Sqlite { 1 } else { statements.len() };
    statements.into_iter().take(run).map(|statement| change(statement, dialect)).collect()
}

fn change(statement: Statement, dialect: Dialect) -> Option<Change<'static>> {
    Some(match statement {
        Statement::CreateTable(create) => create_table(&create, dialect)?,
        Statement::CreateIndex(create) => create_index(&create, dialect)?,
        Statement::Drop { object_type, if_exists, names, cascade, temporary, table, .. } => {
            let names: Vec<String> = names.iter().map(name_of).collect();
            dropped(object_type, names, if_exists, cascade, temporary, table.as_ref())?
        }
        Statement::AlterTable { name, operations, .. } => alter_table(&name_of(&name), operations, dialect)?,
        Statement::CreateView { name, query, materialized, or_replace, temporary: false, .. } => {
            let query = Cow::Owned(query.to_string());
            Change::View(ViewChange::Create { name: name_of(&name).into(), query, materialized, replace: or_replace })
        }
        Statement::CreateSchema { schema_name: SchemaName::Simple(name), if_not_exists, .. } => {
            Change::Schema(SchemaChange::Create { name: name_of(&name).into(), if_not_exists })
        }
        Statement::CreateExtension { name, schema, .. } => Change::Extension(ExtensionChange::Create {
            name: name.value.into(),
            schema: schema.map(|schema| schema.value.into()),
        }),
        Statement::CreateFunction(_) => Change::Routine(RoutineChange::CreateFunction),
        Statement::CreateTrigger(_) => Change::Routine(RoutineChange::CreateTrigger),
        Statement::DropFunction { func_desc, .. } => {
            let name = func_desc.first().map(|description| name_of(&description.name))?;
            Change::Routine(RoutineChange::DropFunction(name.into()))
        }
        _ => return None,
    })
}

/// Without quotes, its parts joined by dots.
fn name_of(name: &ObjectName) -> String {
    let parts = name.0.iter().map(|part| part.as_ident().map_or_else(|| part.to_string(), |ident| ident.value.clone()));
    parts.collect::<Vec<_>>().join(".")
}

fn dropped(
    kind: ObjectType,
    names: Vec<String>,
    if_exists: bool,
    cascade: bool,
    temporary: bool,
    table: Option<&ObjectName>,
) -> Option<Change<'static>> {
    let one = |name: String| -> Option<Change<'static>> {
        Some(match kind {
            ObjectType::View | ObjectType::MaterializedView => {
                let materialized = kind == ObjectType::MaterializedView;
                Change::View(ViewChange::Drop { name: name.into(), materialized, if_exists, cascade })
            }
            ObjectType::Index => {
                Change::DropIndex { table: table.map(|table| name_of(table).into()), name: name.into() }
            }
            ObjectType::Schema if cascade => Change::Schema(SchemaChange::Drop { name: name.into(), if_exists }),
            _ => return None,
        })
    };
    match kind {
        ObjectType::Table => Some(Change::DropTable(DropTable { tables: names, temporary, if_exists, cascade })),
        _ => names.into_iter().map(one).collect::<Option<Vec<_>>>().map(Change::Several),
    }
}

// --- tables ----------------------------------------------------------------------------------------------------------

fn create_table(create: &CreateTable, dialect: Dialect) -> Option<Change<'static>> {
    let is_plain = create.query.is_none()
        && create.like.is_none()
        && create.clone.is_none()
        && create.partition_by.is_none()
        && create.inherits.is_none()
        && !create.or_replace
        && create.table_options == sqlparser::ast::CreateTableOptions::None;
    if !is_plain {
        return None;
    }
    let mut table = TableDefinition::new(name_of(&create.name), &Options::new());
    table.temporary = create.temporary;
    table.if_not_exists = create.if_not_exists;
    for definition in &create.columns {
        let column = column(definition, dialect)?;
        table.columns_hash.insert(column.name.clone(), column);
    }
    for constraint in &create.constraints {
        match constraint {
            TableConstraint::PrimaryKey { columns, .. } if table.primary_keys.is_none() => {
                let name = columns.iter().map(|column| plain_column(&column.column.expr)).collect::<Option<_>>()?;
                table.primary_keys = Some(PrimaryKeyDefinition { name });
            }
            _ => return None,
        }
    }
    Some(Change::CreateTable { table: Cow::Owned(table), indexes: Vec::new() })
}

fn column(definition: &ColumnDef, dialect: Dialect) -> Option<ColumnDefinition> {
    let mut options = Options::new();
    let mut sql_type = definition.data_type.to_string();
    let mut default_sql = None;
    for option in &definition.options {
        match &option.option {
            ColumnOption::Null => {}
            ColumnOption::NotNull => options.insert("null", false),
            ColumnOption::Default(value) => {
                default_sql = Some(value.to_string());
                options.insert("default", constant(value));
            }
            ColumnOption::Unique { is_primary: true, .. } => {
                options.insert("primary_key", true);
                // SQLite lets a primary key be null, unless it says otherwise.
                if dialect != Dialect::Sqlite {
                    options.insert("null", false);
                }
            }
            ColumnOption::Comment(comment) if dialect == Dialect::MySql => options.insert("comment", comment.as_str()),
            _ => return None,
        }
    }
    // The parser writes its own names of types in capitals, which only SQLite keeps as they were.
    if dialect == Dialect::Sqlite {
        sql_type = sql_type.to_lowercase();
    }
    let mut column = ColumnDefinition::new(&definition.name.value, Arg::str(sql_type.as_str()), options);
    column.sql_type = Some(if dialect == Dialect::MySql { sql_type.to_lowercase() } else { sql_type });
    column.default_sql = default_sql;
    Some(column)
}

/// MySQL's MODIFY and CHANGE, which say all of a column.
fn changed(
    name: sqlparser::ast::Ident,
    data_type: DataType,
    options: Vec<ColumnOption>,
    dialect: Dialect,
) -> Option<ColumnDefinition> {
    let options = options.into_iter().map(|option| ColumnOptionDef { name: None, option }).collect();
    column(&ColumnDef { name, data_type, options }, dialect)
}

/// MySQL's FIRST and AFTER.
fn placed(mut column: ColumnDefinition, position: Option<MySQLColumnPosition>) -> ColumnDefinition {
    match position {
        Some(MySQLColumnPosition::First) => column.options.insert("first", true),
        Some(MySQLColumnPosition::After(other)) => column.options.insert("after", other.value.as_str()),
        None => {}
    }
    column
}

/// A default that is no constant is a function.
fn constant(value: &Expr) -> Arg {
    match value {
        Expr::Value(value) => Arg::Str(value.to_string()),
        other => Arg::Function(other.to_string()),
    }
}

fn plain_column(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Identifier(name) => Some(name.value.clone()),
        _ => None,
    }
}

fn alter_table(name: &str, operations: Vec<AlterTableOperation>, dialect: Dialect) -> Option<Change<'static>> {
    if let [AlterTableOperation::RenameTable { table_name }] = operations.as_slice() {
        let (RenameTableNameKind::As(to) | RenameTableNameKind::To(to)) = table_name;
        let to = name_of(to).into();
        return Some(Change::RenameTable { from: Cow::Owned(name.to_owned()), to });
    }
    let mut alterations = Vec::new();
    for operation in operations {
        match operation {
            AlterTableOperation::AddColumn { column_def, if_not_exists: false, column_position, .. } => {
                alterations.push(Alteration::AddColumn(placed(column(&column_def, dialect)?, column_position)));
            }
            AlterTableOperation::ModifyColumn { col_name, data_type, options, column_position } => {
                let name = col_name.value.clone();
                let column = placed(changed(col_name, data_type, options, dialect)?, column_position);
                alterations.push(Alteration::ChangeColumn(ChangeColumnDefinition { column, name }));
            }
            AlterTableOperation::ChangeColumn { old_name, new_name, data_type, options, column_position } => {
                let column = placed(changed(new_name, data_type, options, dialect)?, column_position);
                alterations.push(Alteration::ChangeColumn(ChangeColumnDefinition { column, name: old_name.value }));
            }
            AlterTableOperation::AddConstraint { constraint, .. } if dialect == Dialect::MySql => {
                alterations.push(Alteration::AddIndex(added_index(name, &constraint)?));
            }
            // How MySQL goes about it.
            AlterTableOperation::Algorithm { .. } | AlterTableOperation::Lock { .. } => {}
            AlterTableOperation::DropColumn { column_names, drop_behavior: None, if_exists: false, .. } => {
                alterations.extend(column_names.into_iter().map(|name| Alteration::DropColumn(name.value)));
            }
            AlterTableOperation::RenameColumn { old_column_name, new_column_name } => {
                let (from, to) = (old_column_name.value, new_column_name.value);
                alterations.push(Alteration::RenameColumn { from, to });
            }
            AlterTableOperation::AlterColumn { column_name, op: AlterColumnOperation::SetNotNull } => {
                alterations.push(Alteration::ChangeNull { column: column_name.value, null: false });
            }
            AlterTableOperation::AlterColumn { column_name, op: AlterColumnOperation::DropNotNull } => {
                alterations.push(Alteration::ChangeNull { column: column_name.value, null: true });
            }
            AlterTableOperation::DropConstraint { name, if_exists: false, .. } => {
                alterations.push(Alteration::DropConstraint(name.value));
            }
            AlterTableOperation::ValidateConstraint { name } => {
                alterations.push(Alteration::ValidateConstraint(name.value));
            }
            _ => return None,
        }
    }
    Some(Change::AlterTable { table: Cow::Owned(name.to_owned()), alterations })
}

/// MySQL's ADD INDEX, where it has a name and whole columns.
fn added_index(table: &str, constraint: &TableConstraint) -> Option<IndexDefinition> {
    let (name, columns, unique) = match constraint {
        TableConstraint::Index { name: Some(name), index_type: None, columns, .. } => (name, columns, false),
        TableConstraint::Unique { index_name: Some(name), index_type: None, columns, .. } => (name, columns, true),
        _ => return None,
    };
    let plain = |column: &sqlparser::ast::IndexColumn| {
        let is_plain = column.operator_class.is_none() && column.column.options.asc != Some(false);
        plain_column(&column.column.expr).filter(|_| is_plain)
    };
    let names = columns.iter().map(plain).collect::<Option<Vec<String>>>()?;
    Some(IndexDefinition::new(table, &name.value, unique, Arg::from(names)))
}

// --- indexes ---------------------------------------------------------------------------------------------------------

/// One without a name gets it from the server.
fn create_index(create: &CreateIndex, dialect: Dialect) -> Option<Change<'static>> {
    let is_plain = create.predicate.is_none()
        && create.with.is_empty()
        && create.index_options.is_empty()
        && create.alter_options.is_empty()
        && (create.using.is_none() || dialect == Dialect::PostgreSql);
    if !is_plain {
        return None;
    }
    let mut orders = Options::new();
    let mut names = Vec::new();
    for column in &create.columns {
        let name = plain_column(&column.column.expr)?;
        if column.operator_class.is_some() || column.column.options.nulls_first.is_some() {
            return None;
        }
        if column.column.options.asc == Some(false) {
            orders.insert(&name, Arg::symbol("desc"));
        }
        names.push(name);
    }
    let name = name_of(create.name.as_ref()?);
    let mut index = IndexDefinition::new(name_of(&create.table_name), name, create.unique, Arg::from(names));
    index.orders = Arg::Hash(orders);
    index.using = create.using.as_ref().map(|using| using.to_string().to_lowercase());
    let include: Vec<String> = create.include.iter().map(|name| name.value.clone()).collect();
    index.include = if include.is_empty() { Arg::Nil } else { Arg::from(include) };
    index.nulls_not_distinct = create.nulls_distinct.map(|distinct| !distinct);
    let create = CreateIndexDefinition { index, algorithm: None, if_not_exists: create.if_not_exists };
    Some(Change::CreateIndex(Cow::Owned(create)))
}
