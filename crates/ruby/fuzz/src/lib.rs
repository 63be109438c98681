//! What the fuzz targets do with an input: whatever it is, no panic, no overflow of the stack, no hanging.

use std::alloc::System;
use std::time::{Duration, Instant};

use cap::Cap;
use ruby::Limits;
use ruby::parser::parse;
use ruby::stack::on_large_stack;
use ruby::testing::eval_within;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

pub fn parse_and_lower(input: &[u8]) {
    let parsed = on_large_stack(|| match parse("fuzz.rb", input) {
        Ok(program) => program.unsupported.len(),
        Err(error) => error.to_string().len(),
    });
    assert!(parsed.is_ok(), "no thread for the parser");
}

pub fn evaluate(input: &[u8]) {
    let Ok(source) = std::str::from_utf8(input) else { return };
    let limits = Limits {
        steps: 200_000,
        depth: 2_000,
        memory: 1 << 20,
        total_memory: 64 << 20,
        allocated: Some(|| MEMORY.allocated()),
        deadline: Some(Instant::now() + Duration::from_secs(5)),
    };
    eval_within("fuzz.rb", source, limits);
}
