//! Reads the command line, calls one function.

fn main() {}
