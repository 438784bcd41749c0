//! Sessions by day: lists, weeks, months.

pub mod rules;
pub mod store;
pub mod pages;
