//! The one integration binary: every story of the house, on whichever database is given.

mod stage;

mod access;
mod tidy;
mod overview;
mod demo;
mod letters;
