//! The function's binary, under the name that Lambda starts: `maglev function`, and nothing of the command line.

fn main() -> std::process::ExitCode {
    maglev::serve()
}
