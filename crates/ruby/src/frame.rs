//! Frames, closures and methods written in Ruby.

/// A block's code and what it captured.
pub struct Closure {}

/// The code of a `def`.
pub struct RubyMethod {}
