//! Columns as Rails reads them of PostgreSQL: each type by the number that the server gives it.

use std::rc::Rc;

use super::super::model::{Schema, StoredColumn};
use crate::Result;
use crate::catalogue::{TypeRow, TypesWanted};
use crate::column::Column;
use crate::postgresql::oid::{Array, Named, Range, TypeMap};
use crate::postgresql::schema_statements::{Field, column_of};
use crate::types::{Type, Value};

/// Type, its name in `pg_type`, its number, and its arrays': pg_type.dat of PostgreSQL.
const TYPES: [(&str, &str, u32, u32); 43] = [
    ("bigint", "int8", 20, 1016),
    ("bit", "bit", 1560, 1561),
    ("bit varying", "varbit", 1562, 1563),
    ("boolean", "bool", 16, 1000),
    ("box", "box", 603, 1020),
    ("bytea", "bytea", 17, 1001),
    ("character", "bpchar", 1042, 1014),
    ("character varying", "varchar", 1043, 1015),
    ("cidr", "cidr", 650, 651),
    ("circle", "circle", 718, 719),
    ("date", "date", 1082, 1182),
    ("daterange", "daterange", 3912, 3913),
    ("double precision", "float8", 701, 1022),
    ("inet", "inet", 869, 1041),
    ("int4range", "int4range", 3904, 3905),
    ("int8range", "int8range", 3926, 3927),
    ("integer", "int4", 23, 1007),
    ("interval", "interval", 1186, 1187),
    ("json", "json", 114, 199),
    ("jsonb", "jsonb", 3802, 3807),
    ("line", "line", 628, 629),
    ("lseg", "lseg", 601, 1018),
    ("macaddr", "macaddr", 829, 1040),
    ("money", "money", 790, 791),
    ("numeric", "numeric", 1700, 1231),
    ("numrange", "numrange", 3906, 3907),
    ("oid", "oid", 26, 1028),
    ("path", "path", 602, 1019),
    ("point", "point", 600, 1017),
    ("polygon", "polygon", 604, 1027),
    ("real", "float4", 700, 1021),
    ("smallint", "int2", 21, 1005),
    ("text", "text", 25, 1009),
    ("time with time zone", "timetz", 1266, 1270),
    ("time without time zone", "time", 1083, 1183),
    ("timestamp with time zone", "timestamptz", 1184, 1185),
    ("timestamp without time zone", "timestamp", 1114, 1115),
    ("tsquery", "tsquery", 3615, 3645),
    ("tsrange", "tsrange", 3908, 3909),
    ("tstzrange", "tstzrange", 3910, 3911),
    ("tsvector", "tsvector", 3614, 3643),
    ("uuid", "uuid", 2950, 2951),
    ("xml", "xml", 142, 143),
];

/// Types of extensions, whose numbers differ from database to database.
const OF_EXTENSIONS: [&str; 3] = ["citext", "hstore", "ltree"];

pub(crate) fn column(schema: &Schema, table_name: &str, stored: &StoredColumn) -> Result<Column> {
    let (element, is_array) = match stored.sql_type.strip_suffix("[]") {
        Some(element) => (element, true),
        None => (stored.sql_type.as_str(), false),
    };
    let shown_type = |text: &str| match &stored.enum_key {
        // Its name may need its schema here.
        Some(key) => text.replace(element, &schema.printed(key)),
        None => text.to_owned(),
    };
    let counted = || stored.counted_by.as_ref().map(|key| super::sequences::nextval(schema, key));
    let default = stored.generated.as_ref().map(|(_, text)| text.clone()).or_else(counted).or_else(|| {
        let default = stored.default.as_deref()?;
        Some(match (default.rsplit_once("::"), &stored.enum_key) {
            (Some((constant, name)), Some(_)) => format!("{constant}::{}", shown_type(name)),
            _ => default.to_owned(),
        })
    });
    let (name, modifier) = without_modifier(element);
    let known = TYPES.iter().find(|(own, ..)| *own == name);
    let fmod = modifier.as_deref().map_or(-1, |modifier| number_of_modifier(&name, modifier));
    let of_element =
        cast_type(stored.enum_key.is_some(), &name, known.map(|(_, typname, ..)| *typname), fmod, &stored.sql_type);
    let cast_type: Type = if is_array { Rc::new(Array::new(of_element, ',')) } else { of_element };
    let oid = known.map_or(0, |(_, _, oid, of_array)| if is_array { *of_array } else { *oid });
    column_of(Field {
        table_name,
        name: stored.name.clone(),
        sql_type: shown_type(&stored.sql_type),
        default,
        null: stored.null,
        oid,
        fmod,
        collation: stored.collation.clone(),
        comment: stored.comment.clone(),
        identity: stored.identity.clone(),
        generated: stored.generated.as_ref().map(|(kind, _)| *kind),
        cast_type,
        max_identifier_length: super::LONGEST,
    })
}

fn cast_type(is_enum: bool, name: &str, typname: Option<&str>, fmod: i32, sql_type: &str) -> Type {
    let types = TypeMap::new("timestamp");
    let subtype = typname.and_then(subtype_of).and_then(|oid| TYPES.iter().find(|(_, _, own, _)| *own == oid));
    let subtype = subtype.and_then(|(_, name, ..)| types.of_name(name, Some(fmod), sql_type));
    if let (Some(subtype), Some(range)) = (subtype, typname) {
        return Rc::new(Range::new(subtype, range.to_owned()));
    }
    if is_enum {
        return Rc::new(Named("enum"));
    }
    let typname = typname.or_else(|| OF_EXTENSIONS.into_iter().find(|own| *own == name));
    typname.and_then(|typname| types.of_name(typname, Some(fmod), sql_type)).unwrap_or_else(|| Rc::new(Value))
}

/// `timestamp(6) without time zone` is a `timestamp without time zone`, of modifier 6.
fn without_modifier(sql_type: &str) -> (String, Option<String>) {
    let Some((name, rest)) = sql_type.split_once('(') else { return (sql_type.to_owned(), None) };
    let (modifier, rest) = rest.split_once(')').unwrap_or((rest, ""));
    (format!("{name}{rest}"), Some(modifier.to_owned()))
}

/// `atttypmod`: lengths and precisions, each kept in its type's way.
fn number_of_modifier(name: &str, modifier: &str) -> i32 {
    let mut numbers = modifier.split(',').map(|number| number.parse::<i32>().unwrap_or(0));
    let first = numbers.next().unwrap_or(0);
    match name {
        "numeric" => ((first << 16) | (numbers.next().unwrap_or(0) & 0x7ff)) + 4,
        "character" | "character varying" => first + 4,
        "interval" => 0x7fff_0000 | first,
        _ => first,
    }
}

/// The first number that a server gives to what is made in a database.
const FIRST_OWN: u32 = 16_384;

/// Behind those of the enums.
const FIRST_OF_EXTENSIONS: u32 = FIRST_OWN + 10_000;

/// The number of the type that is written like this; an enum's is its place among the enums.
pub(crate) fn type_oid(schema: &Schema, sql_type: &str) -> Option<u32> {
    if let Some(place) = schema.enums.get_index_of(&schema.enum_key(sql_type)) {
        return u32::try_from(place).ok().map(|place| FIRST_OWN + place);
    }
    let canonical = super::types::canonical(sql_type, &|name| schema.has_type(name))?;
    let (element, is_array) = match canonical.strip_suffix("[]") {
        Some(element) => (element, true),
        None => (canonical.as_str(), false),
    };
    let (name, _) = without_modifier(element);
    if let Some((_, _, oid, of_array)) = TYPES.iter().find(|(own, ..)| *own == name) {
        return Some(if is_array { *of_array } else { *oid });
    }
    let place = OF_EXTENSIONS.iter().position(|own| *own == name).filter(|_| !is_array)?;
    u32::try_from(place).ok().map(|place| FIRST_OF_EXTENSIONS + place)
}

/// Whether it is a type of an extension's that is known here.
pub(crate) fn is_of_extension(row: &TypeRow) -> bool {
    row.oid >= FIRST_OF_EXTENSIONS && OF_EXTENSIONS.iter().any(|own| *own == row.typname)
}

pub(crate) fn type_rows(schema: &Schema, wanted: &TypesWanted) -> Vec<TypeRow> {
    let own = TYPES.iter().map(|(_, typname, oid, _)| TypeRow {
        oid: *oid,
        typname: (*typname).to_owned(),
        typdelim: ",".to_owned(),
        typtype: if typname.ends_with("range") { "r" } else { "b" }.to_owned(),
        rngsubtype: subtype_of(typname).unwrap_or(0),
        ..TypeRow::default()
    });
    let arrays = TYPES.iter().map(|(_, typname, oid, of_array)| TypeRow {
        oid: *of_array,
        typname: format!("_{typname}"),
        typelem: *oid,
        typdelim: ",".to_owned(),
        typinput: "array_in".to_owned(),
        typtype: "b".to_owned(),
        ..TypeRow::default()
    });
    let enums = schema.enums.keys().zip(FIRST_OWN..).map(|(name, oid)| TypeRow {
        oid,
        typname: schema.parts(name).1.to_owned(),
        typdelim: ",".to_owned(),
        typtype: "e".to_owned(),
        ..TypeRow::default()
    });
    let of_extensions = OF_EXTENSIONS.iter().zip(FIRST_OF_EXTENSIONS..).filter(|(name, _)| schema.has_type(name));
    let of_extensions = of_extensions.map(|(name, oid)| TypeRow {
        oid,
        typname: (*name).to_owned(),
        typdelim: ",".to_owned(),
        typtype: "b".to_owned(),
        ..TypeRow::default()
    });
    let is_wanted = |row: &TypeRow| match wanted {
        TypesWanted::KnownNames => row.typtype == "b" && row.typelem == 0,
        TypesWanted::KnownKinds => row.typtype == "r" || row.typtype == "e",
        TypesWanted::ArraysOf(elements) => elements.contains(&row.typelem),
        TypesWanted::Oid(oid) => row.oid == *oid,
    };
    own.chain(enums).chain(of_extensions).chain(arrays).filter(is_wanted).collect()
}

fn subtype_of(range: &str) -> Option<u32> {
    let subtype = match range {
        "int4range" => "int4",
        "int8range" => "int8",
        "numrange" => "numeric",
        "tsrange" => "timestamp",
        "tstzrange" => "timestamptz",
        "daterange" => "date",
        _ => return None,
    };
    TYPES.iter().find(|(_, typname, ..)| *typname == subtype).map(|(_, _, oid, _)| *oid)
}
