//! postgresql/oid/type_map_initializer.rb, with the store it fills (active_record/type/hash_lookup_type_map.rb) and the
//! types `initialize_type_map` of postgresql_adapter.rb puts there by name.

use std::collections::HashMap;
use std::rc::Rc;

use super::{Array, Bit, Bytea, Cidr, Date, DateTime, Hstore, Interval, Money, Named, Point, Range, Uuid, Xml};
use crate::catalogue::{TypeRow, TypesWanted};
use crate::types::{
    Boolean, Decimal, Float, Integer, Json, Text, Time, Type, Value, extract_limit, extract_precision, extract_scale,
};

#[derive(Clone, Debug)]
enum Entry {
    /// Another name for the type of this name.
    Alias(String),
    Fixed(Type),
    Array {
        subtype: u32,
        delimiter: char,
    },
    Range {
        subtype: u32,
        name: String,
    },
}

/// The types of one database, by number.
#[derive(Clone, Debug, Default)]
pub struct TypeMap {
    entries: HashMap<u32, Entry>,
    /// `PostgreSQLAdapter.datetime_type`
    datetime_type: String,
}

/// The names `initialize_type_map` registers, in its order; `time`, `timestamp` and `timestamptz` come last.
const KNOWN_TYPE_NAMES: [&str; 40] = [
    "int2",
    "int4",
    "int8",
    "oid",
    "float4",
    "float8",
    "text",
    "varchar",
    "char",
    "name",
    "bpchar",
    "bool",
    "bit",
    "varbit",
    "date",
    "money",
    "bytea",
    "point",
    "hstore",
    "json",
    "jsonb",
    "cidr",
    "inet",
    "uuid",
    "xml",
    "tsvector",
    "macaddr",
    "citext",
    "ltree",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "numeric",
    "interval",
    "time",
    "timestamp",
    "timestamptz",
];

impl TypeMap {
    /// `datetime_type` is what `datetime` stands for.
    pub fn new(datetime_type: &str) -> Self {
        Self { entries: HashMap::new(), datetime_type: datetime_type.to_owned() }
    }

    /// From here on `datetime` stands for this type.
    pub fn set_datetime_type(&mut self, datetime_type: &str) {
        datetime_type.clone_into(&mut self.datetime_type);
    }

    /// Whether the number was registered; else Rails asks the server for it.
    pub fn has(&self, oid: u32) -> bool {
        self.entries.contains_key(&oid)
    }

    /// `lookup(oid, fmod, sql_type)`
    pub fn lookup(&self, oid: u32, fmod: Option<i32>, sql_type: &str) -> Option<Type> {
        match self.entries.get(&oid)? {
            Entry::Alias(name) => self.of_name(name, fmod, sql_type),
            Entry::Fixed(fixed) => Some(fixed.clone()),
            Entry::Array { subtype, delimiter } => {
                Some(Rc::new(Array::new(self.lookup(*subtype, fmod, sql_type)?, *delimiter)))
            }
            Entry::Range { subtype, name } => {
                Some(Rc::new(Range::new(self.lookup(*subtype, fmod, sql_type)?, name.clone())))
            }
        }
    }

    /// From here on the number stands for this type.
    pub fn register(&mut self, oid: u32, cast_type: Type) {
        self.entries.insert(oid, Entry::Fixed(cast_type));
    }

    /// `TypeMapInitializer#run`
    pub fn run(&mut self, rows: Vec<TypeRow>) {
        let mut nodes: Vec<TypeRow> = rows.into_iter().filter(|row| !self.has(row.oid)).collect();
        let mut extract = |wanted: &dyn Fn(&TypeRow) -> bool| -> Vec<TypeRow> {
            let (extracted, rest) = std::mem::take(&mut nodes).into_iter().partition(|row| wanted(row));
            nodes = rest;
            extracted
        };
        let mapped = extract(&|row| KNOWN_TYPE_NAMES.contains(&row.typname.as_str()));
        let ranges = extract(&|row| row.typtype == "r");
        let enums = extract(&|row| row.typtype == "e");
        let domains = extract(&|row| row.typtype == "d");
        let arrays = extract(&|row| row.typinput == "array_in");
        let composites = extract(&|row| row.typelem != 0);

        for row in mapped {
            self.entries.insert(row.oid, Entry::Alias(row.typname));
        }
        for row in enums {
            self.register(row.oid, Rc::new(Named("enum")));
        }
        for row in domains {
            // An unknown base type is a warning in Rails; the domain is looked up again when a column has it.
            if let Some(base_type) = self.lookup(row.typbasetype, None, "") {
                self.register(row.oid, base_type);
            }
        }
        for row in arrays {
            if self.has(row.typelem) {
                let delimiter = row.typdelim.chars().next().unwrap_or(',');
                self.entries.insert(row.oid, Entry::Array { subtype: row.typelem, delimiter });
            }
        }
        for row in ranges {
            if self.has(row.rngsubtype) {
                self.entries.insert(row.oid, Entry::Range { subtype: row.rngsubtype, name: row.typname });
            }
        }
        for row in composites {
            if self.has(row.typelem) {
                self.register(row.oid, Rc::new(Value));
            }
        }
    }

    /// The numbers of all that is known, in order.
    pub fn oids(&self) -> Vec<u32> {
        let mut oids: Vec<u32> = self.entries.keys().copied().collect();
        oids.sort_unstable();
        oids
    }

    /// `query_conditions_for_known_type_names` and its like.
    pub fn query_conditions(wanted: &TypesWanted) -> String {
        match wanted {
            TypesWanted::KnownNames => {
                let names: Vec<_> = KNOWN_TYPE_NAMES.iter().map(|name| format!("'{name}'")).collect();
                format!("WHERE\n  t.typname IN ({})\n", names.join(", "))
            }
            TypesWanted::KnownKinds => "WHERE\n  t.typtype IN ('r', 'e', 'd')\n".to_owned(),
            TypesWanted::ArraysOf(oids) => {
                let oids: Vec<_> = oids.iter().map(u32::to_string).collect();
                format!("WHERE\n  t.typelem IN ({})\n", oids.join(", "))
            }
            TypesWanted::Oid(oid) => format!("WHERE t.oid IN ({oid})"),
        }
    }

    /// A type that is registered by this name of `pg_type`.
    pub(crate) fn of_name(&self, name: &str, fmod: Option<i32>, sql_type: &str) -> Option<Type> {
        let limit = extract_limit(sql_type);
        let precision = extract_precision(sql_type);
        Some(match name {
            "int2" => Rc::new(Integer::new(Some(2))),
            "int4" => Rc::new(Integer::new(Some(4))),
            "int8" => Rc::new(Integer::new(Some(8))),
            "oid" => {
                Rc::new(Integer::unsigned(None).named("oid", "ActiveRecord::ConnectionAdapters::PostgreSQL::OID::Oid"))
            }
            "float4" => Rc::new(Float { limit: Some(24) }),
            "float8" => Rc::new(Float::default()),
            "text" => Rc::new(Text::text(None)),
            "varchar" | "char" | "name" | "bpchar" => Rc::new(Text::string(limit)),
            "bool" => Rc::new(Boolean::default()),
            "bit" => Rc::new(Bit { type_name: "bit", limit }),
            "varbit" => Rc::new(Bit { type_name: "bit_varying", limit }),
            "date" => Rc::new(Date),
            "money" => Rc::new(Money),
            "bytea" => Rc::new(Bytea::default()),
            "point" => Rc::new(Point),
            "hstore" => Rc::new(Hstore),
            "json" => Rc::new(Json { type_name: "json" }),
            "jsonb" => Rc::new(Json { type_name: "jsonb" }),
            "cidr" => Rc::new(Cidr("cidr")),
            "inet" => Rc::new(Cidr("inet")),
            "uuid" => Rc::new(Uuid),
            "xml" => Rc::new(Xml::default()),
            "tsvector" | "macaddr" | "citext" | "ltree" | "line" | "lseg" | "box" | "path" | "polygon" | "circle" => {
                Rc::new(Text::new(name, None))
            }
            "numeric" if fmod.is_some_and(has_no_scale) => Rc::new(Integer::decimal_without_scale(precision)),
            "numeric" => Rc::new(Decimal { precision, scale: extract_scale(sql_type) }),
            "interval" => Rc::new(Interval { precision }),
            "time" => Rc::new(Time { precision, dated: false }),
            "timestamp" => Rc::new(DateTime::new(self.real_type_unless_aliased("timestamp"), precision)),
            "timestamptz" => Rc::new(DateTime::zoned(self.real_type_unless_aliased("timestamptz"), precision)),
            _ => return None,
        })
    }

    fn real_type_unless_aliased(&self, real_type: &'static str) -> &'static str {
        if self.datetime_type == real_type { "datetime" } else { real_type }
    }
}

/// The lower half of a numeric's modifier, less 4, is its scale.
fn has_no_scale(fmod: i32) -> bool {
    (fmod.wrapping_sub(4)).trailing_zeros() >= 16
}
