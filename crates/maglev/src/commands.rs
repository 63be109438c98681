//! The commands, one file each, and the session that they share.

pub mod check;
pub mod down;
pub mod migrate;
pub mod pending;
pub mod redo;
pub mod rollback;
pub mod session;
pub mod status;
pub mod up;
pub mod version;
