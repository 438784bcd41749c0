//! A whole batch moved or called off.

pub mod pages;
