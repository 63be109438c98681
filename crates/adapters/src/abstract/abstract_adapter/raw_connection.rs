//! The raw connection, made and dropped: the part of abstract_adapter.rb that each adapter does in its own way.

use crate::Result;
use crate::abstract_adapter::{Canceller, Supports};

/// The connection under the adapter: made when it is first needed, and made again.
pub trait RawConnection: Supports {
    /// Whether a raw connection is there.
    fn connected(&self) -> bool;
    /// Whether it still answers; may ask the server.
    fn active(&mut self) -> bool;
    /// `reconnect`: makes the raw connection afresh, or brings it back to where it can be used.
    fn reconnect(&mut self) -> Result<()>;
    /// `configure_connection`: what Rails sets on every new connection; also the place to learn the server's version.
    fn configure_connection(&mut self) -> Result<()>;
    /// What cancels the statement that is running, from another thread; none where there is no connection, or no such thing.
    fn canceller(&self) -> Option<Canceller> {
        None
    }
    /// What the server calls this session; none where there is no connection, or no such thing.
    fn session_id(&self) -> Option<u64> {
        None
    }
    /// Drops the raw connection; overrides call `database_statements::disconnect` too.
    fn disconnect(&mut self);
}
