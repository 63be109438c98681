//! What schema.rb has of PostgreSQL beside tables: schemas, extensions, enums. Since Rails 8.1 tables and enums are read schema
//! by schema, each with a search path of its own.

use std::fmt::Write as _;

use super::{DumpSchemas, Dumper, RailsVersion};
use crate::Result;

impl Dumper<'_> {
    pub(super) fn postgresql(&mut self) -> Result<()> {
        let reads_each_schema = self.options.rails >= RailsVersion::V8_1;
        let wanted =
            if reads_each_schema { self.wanted_schemas()? } else { self.adapter.catalogue().schema_names()? };
        self.schemas(&wanted);
        self.extensions()?;
        if !reads_each_schema {
            self.enums(None)?;
            return self.tables_and_sections(None);
        }
        self.spread = (wanted.len() != 1).then(|| wanted.clone());
        for schema in &wanted {
            self.within(schema, |dumper| dumper.enums(Some(schema)))?;
        }
        let mut follows = false;
        for schema in &wanted {
            if follows {
                self.out.push('\n');
            }
            follows = self.within(schema, |dumper| {
                dumper.tables_and_sections(Some(schema))?;
                Ok(!dumper.adapter.catalogue().tables()?.is_empty())
            })?;
        }
        Ok(())
    }

    fn wanted_schemas(&mut self) -> Result<Vec<String>> {
        let catalogue = self.adapter.catalogue();
        match &self.options.schemas {
            DumpSchemas::SearchPath => catalogue.current_schemas(),
            DumpSchemas::All => catalogue.schema_names(),
            DumpSchemas::Named(names) => {
                let there = catalogue.schema_names()?;
                Ok(names.iter().filter(|name| there.contains(name)).cloned().collect())
            }
        }
    }

    fn schemas(&mut self, wanted: &[String]) {
        let mut names: Vec<&String> = wanted.iter().filter(|name| *name != "public").collect();
        names.sort();
        for name in &names {
            let _ = writeln!(self.out, "  create_schema {}", literals::string(name));
        }
        if !names.is_empty() {
            self.out.push('\n');
        }
    }

    fn extensions(&mut self) -> Result<()> {
        let mut names = self.adapter.catalogue().extensions()?;
        if self.options.rails < RailsVersion::V8_0 {
            for name in &mut names {
                *name = name.rsplit('.').next().unwrap_or_default().to_owned();
            }
        }
        if names.is_empty() {
            return Ok(());
        }
        names.sort();
        self.out.push_str("  # These are extensions that must be enabled in order to support this database\n");
        for name in names {
            let _ = writeln!(self.out, "  enable_extension {}", literals::string(&name));
        }
        self.out.push('\n');
        Ok(())
    }

    fn enums(&mut self, schema: Option<&str>) -> Result<()> {
        let mut types = self.adapter.catalogue().enum_types()?;
        if types.is_empty() {
            return Ok(());
        }
        self.out.push_str(
            "  # Custom types defined in this database.\n  # Note that some types may not work with other database engines. \
             Be careful if changing database.\n",
        );
        types.sort_by(|a, b| (&a.name, &a.values).cmp(&(&b.name, &b.values)));
        for r#type in types {
            let name = literals::string(&self.relation_name(&r#type.name, schema));
            let _ = writeln!(self.out, "  create_enum {name}, {}", crate::Arg::from(r#type.values).inspect());
        }
        self.out.push('\n');
        Ok(())
    }

    /// Reads with one schema as the search path, and puts the path back, whatever comes of it.
    fn within<T>(&mut self, schema: &str, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let path = self.adapter.catalogue().schema_search_path()?;
        self.search(schema)?;
        let outcome = read(self);
        self.search(&path)?;
        outcome
    }

    fn search(&mut self, path: &str) -> Result<()> {
        self.adapter.set_schema_search_path(Some(path))
    }
}
