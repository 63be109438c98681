//! Links the binary at fixed addresses on Linux: tens of thousands of addresses to relocate would be a good part of its start and
//! megabytes of its memory, and what moving them about guards against, memory-safe code does not need.

fn main() {
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
