//! Reads the command line, calls one function.

use std::process::ExitCode;

/// Drawing a page takes thousands of small pieces of memory: a sixth of its time with glibc's own.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    prashikshan::commands::run()
}
