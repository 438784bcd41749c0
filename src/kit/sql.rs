//! Hand-written SQL that grows with its values, prepared once for each of its shapes.
//!
//! diesel never keeps a `sql_query`; this one it keeps by its text. A value that changes from one
//! question to the next is therefore bound and never written into the text.

use chrono::NaiveDate;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Date, HasSqlType, Text, Timestamp, Untyped};

use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;

/// SQL in pieces, a value between each two of them.
#[derive(Debug, Clone, Default)]
pub struct Sql {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone)]
enum Piece {
    Said(String),
    Text(String),
    Number(i64),
    At(Moment),
    Day(NaiveDate),
}

impl Sql {
    pub fn say(&mut self, text: &str) -> &mut Self {
        match self.pieces.last_mut() {
            Some(Piece::Said(said)) => said.push_str(text),
            _ => self.pieces.push(Piece::Said(text.to_owned())),
        }
        self
    }

    pub fn text(&mut self, value: impl Into<String>) -> &mut Self {
        self.pieces.push(Piece::Text(value.into()));
        self
    }

    pub fn number(&mut self, value: impl Into<i64>) -> &mut Self {
        self.pieces.push(Piece::Number(value.into()));
        self
    }

    pub fn at(&mut self, value: Moment) -> &mut Self {
        self.pieces.push(Piece::At(value));
        self
    }

    /// Runs it; gives how many rows it changed.
    pub fn execute(self, db: &mut Db) -> Result<usize, Fault> {
        Ok(on_each!(db, c => RunQueryDsl::execute(self, c))?)
    }

    pub fn day(&mut self, value: NaiveDate) -> &mut Self {
        self.pieces.push(Piece::Day(value));
        self
    }

    pub fn load<T>(self, db: &mut Db) -> Result<Vec<T>, Fault>
    where
        T: QueryableByName<<Db as Connection>::Backend> + 'static,
    {
        Ok(RunQueryDsl::load(self, db)?)
    }
}

impl Query for Sql {
    type SqlType = Untyped;
}

impl QueryId for Sql {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> RunQueryDsl<C> for Sql {}

impl<DB> QueryFragment<DB> for Sql
where
    DB: Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Timestamp> + HasSqlType<Date>,
    String: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    Moment: ToSql<Timestamp, DB>,
    NaiveDate: ToSql<Date, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Said(text) => out.push_sql(text),
                Piece::Text(value) => out.push_bind_param::<Text, String>(value)?,
                Piece::Number(value) => out.push_bind_param::<BigInt, i64>(value)?,
                Piece::At(value) => out.push_bind_param::<Timestamp, Moment>(value)?,
                Piece::Day(value) => out.push_bind_param::<Date, NaiveDate>(value)?,
            }
        }
        Ok(())
    }
}
