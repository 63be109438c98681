//! One database of a server, dropped with its value.

use crate::{Error, Kind, Server};

#[derive(Debug)]
pub struct Database<'server> {
    server: &'server Server,
    name: String,
}

impl<'server> Database<'server> {
    pub(crate) fn create(server: &'server Server, name: String) -> Result<Self, Error> {
        let sql = match server.kind() {
            // What `rails db:create` asks for.
            Kind::MariaDb => format!("CREATE DATABASE `{name}` DEFAULT CHARACTER SET `utf8mb4`"),
            Kind::PostgreSql => format!("CREATE DATABASE \"{name}\" ENCODING = 'unicode'"),
        };
        server.execute(None, &sql)?;
        Ok(Self { server, name })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn server(&self) -> &'server Server {
        self.server
    }

    /// Rails' DATABASE_URL, over TCP.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// Runs SQL through the command line client and returns its plain output, columns separated by tabs.
    pub fn execute(&self, sql: &str) -> Result<String, Error> {
        self.server.execute(Some(&self.name), sql)
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        let sql = match self.server.kind() {
            Kind::MariaDb => format!("DROP DATABASE IF EXISTS `{}`", self.name),
            Kind::PostgreSql => format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name),
        };
        // A database left over goes with the server.
        let _ = self.server.execute(None, &sql);
    }
}
