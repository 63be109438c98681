//! activerecord-postgis-adapter 11.1.1: what a configuration whose adapter is `postgis` has besides PostgreSQL's types
//! (postgis/spatial_table_definition.rb, postgis/column_methods.rb). How it reads spatial columns and values is absent.

use crate::abstract_adapter::NativeType;
use crate::{Arg, Options};

/// What the column options gain.
pub const COLUMN_OPTIONS: [&str; 5] = ["srid", "has_z", "has_m", "geographic", "spatial_type"];

/// `native_database_types`, which are `SPATIAL_COLUMN_OPTIONS` too.
pub const NATIVE_DATABASE_TYPES: [(&str, NativeType); 10] = [
    ("geography", NativeType::named("geography")),
    ("geometry", NativeType::named("geometry")),
    ("geometry_collection", NativeType::named("geometry_collection")),
    ("line_string", NativeType::named("line_string")),
    ("multi_line_string", NativeType::named("multi_line_string")),
    ("multi_point", NativeType::named("multi_point")),
    ("multi_polygon", NativeType::named("multi_polygon")),
    ("spatial", NativeType::named("geometry")),
    ("st_point", NativeType::named("st_point")),
    ("st_polygon", NativeType::named("st_polygon")),
];

/// The SRID of a `geography` that names none; that of a `geometry` is 0.
const GEOGRAPHIC_SRID: i64 = 4326;

/// What `new_column_definition` makes of a spatial column's type and options; None for another column.
pub fn spatial_column(r#type: &Arg, options: &Options) -> Option<(Arg, Options)> {
    let column_type = if r#type.is_symbol("virtual") { options.get("type") } else { r#type };
    let Arg::Symbol(name) = column_type else { return None };
    if !NATIVE_DATABASE_TYPES.iter().any(|(spatial, _)| spatial == name) {
        return None;
    }
    let mut options = options.clone();
    if let Arg::Hash(limit) = options.delete("limit") {
        options.update(&limit);
    }
    let given = options.get("type");
    let geo_type = geo_type(&if given.is_truthy() { given.to_s() } else { r#type.to_s() });
    let geographic = options.get("geographic").is_truthy();
    let has = |option: &str, letter| if options.get(option).is_truthy() { letter } else { "" };
    let srid = match options.get("srid") {
        srid if srid.is_truthy() => srid.to_s(),
        _ if geographic => GEOGRAPHIC_SRID.to_string(),
        _ => "0".to_owned(),
    };
    let limit = format!("{geo_type}{}{},{srid}", has("has_z", "Z"), has("has_m", "M"));
    options.insert("limit", limit);
    options.insert("spatial_type", geo_type);
    Some((Arg::symbol(if geographic { "geography" } else { "geometry" }), options))
}

/// `ColumnDefinitionUtils.geo_type`
fn geo_type(name: &str) -> String {
    match name.replace('_', "").to_uppercase().as_str() {
        "STPOINT" => "POINT".to_owned(),
        "STPOLYGON" => "POLYGON".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A column's type, its options, and the type as SQL.
    type Case = (&'static str, Vec<(&'static str, Arg)>, &'static str);

    /// Recorded from activerecord-postgis-adapter 11.1.1 on Active Record 8.1.3.1: each column's type in SQL.
    #[test]
    fn types_as_the_adapter_writes_them() {
        let yes = || Arg::Bool(true);
        let limit = |pairs: Vec<(&'static str, Arg)>| ("limit", Arg::Hash(pairs.into_iter().collect()));
        let cases: Vec<Case> = vec![
            ("st_point", vec![], "geometry(POINT,0)"),
            ("st_point", vec![("geographic", yes())], "geography(POINT,4326)"),
            ("st_point", vec![("srid", Arg::Int(3785)), ("has_z", yes())], "geometry(POINTZ,3785)"),
            ("geometry", vec![], "geometry(GEOMETRY,0)"),
            ("geometry", vec![("limit", Arg::Int(3))], "geometry(GEOMETRY,0)"),
            ("geometry", vec![("srid", Arg::Int(4326)), ("has_m", yes())], "geometry(GEOMETRYM,4326)"),
            ("geography", vec![], "geometry(GEOGRAPHY,0)"),
            ("geography", vec![("geographic", yes())], "geography(GEOGRAPHY,4326)"),
            ("multi_polygon", vec![], "geometry(MULTIPOLYGON,0)"),
            ("geometry_collection", vec![], "geometry(GEOMETRYCOLLECTION,0)"),
            ("st_polygon", vec![], "geometry(POLYGON,0)"),
            ("st_point", vec![("type", Arg::symbol("st_point"))], "geometry(POINT,0)"),
            (
                "line_string",
                vec![limit(vec![("srid", Arg::Int(4326)), ("type", Arg::str("line_string")), ("has_z", yes())])],
                "geometry(LINESTRINGZ,4326)",
            ),
            (
                "geography",
                vec![limit(vec![("srid", Arg::Int(4326)), ("type", Arg::str("st_point")), ("geographic", yes())])],
                "geography(POINT,4326)",
            ),
        ];
        for (name, options, expected) in cases {
            let (base, options) = spatial_column(&Arg::symbol(name), &options.into_iter().collect()).unwrap();
            assert_eq!(format!("{}({})", base.to_s(), options.get("limit").to_s()), expected, "{name}");
        }
        assert!(spatial_column(&Arg::symbol("point"), &Options::new()).is_none());
        assert!(spatial_column(&Arg::str("geometry(Point,4326)"), &Options::new()).is_none());
    }
}
