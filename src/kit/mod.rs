//! The ground floor: what every room stands on, knowing no rule of the domain.

pub mod clock;
pub mod ids;
pub mod columns;
pub mod fault;
pub mod db;
pub mod schema;
pub mod within;
pub mod among;
pub mod sql;
pub mod clean;
pub mod search;
pub mod page;
pub mod form;
pub mod tables;
pub mod i18n;
pub mod view;
pub mod qr;
pub mod settings;
pub mod trial;
pub mod mail;
pub mod mail_text;
pub mod site;
pub mod web;
pub mod journal;
pub mod ledger;
pub mod intake;
