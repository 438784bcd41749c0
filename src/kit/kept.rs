//! Statements that are prepared once: diesel prepares each update anew, which costs more than running
//! it (perf: a quarter of what it took to write down how letters ended).

use std::marker::PhantomData;

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, BigInt, HasSqlType, Nullable, Text, Timestamp};
use diesel::sqlite::Sqlite;

use crate::kit::clock::Moment;
use crate::kit::db::{Db, MultiBackend, on_each};
use crate::kit::fault::Fault;

/// One value for a statement. An empty one has the kind of its column as well.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    Number(Option<i64>),
    Text(Option<&'a str>),
    At(Option<Moment>),
}

impl<'a> Cell<'a> {
    pub fn number(value: impl Into<i64>) -> Self {
        Self::Number(Some(value.into()))
    }

    pub fn text(value: &'a str) -> Self {
        Self::Text(Some(value))
    }

    pub fn at(value: Moment) -> Self {
        Self::At(Some(value))
    }

    pub(super) fn push<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Timestamp>,
        i64: ToSql<BigInt, DB>,
        str: ToSql<Text, DB>,
        Moment: ToSql<Timestamp, DB>,
    {
        match self {
            Self::Number(Some(value)) => out.push_bind_param::<BigInt, i64>(value),
            Self::Text(Some(value)) => out.push_bind_param::<Text, str>(value),
            Self::At(Some(value)) => out.push_bind_param::<Timestamp, Moment>(value),
            Self::Number(None) => out.push_bind_param::<Nullable<BigInt>, Option<i64>>(&None),
            Self::Text(None) => out.push_bind_param::<Nullable<Text>, Option<&'static str>>(&None),
            Self::At(None) => out.push_bind_param::<Nullable<Timestamp>, Option<Moment>>(&None),
        }
    }
}

/// Ids of rows, whatever their number, as one value.
#[derive(Debug, Clone)]
pub struct Ids {
    list: Vec<i64>,
    json: String,
}

impl Ids {
    pub fn of<I: Into<i64>>(ids: impl IntoIterator<Item = I>) -> Self {
        let list: Vec<i64> = ids.into_iter().map(Into::into).collect();
        let json = serde_json::Value::from(list.clone()).to_string();
        Self { list, json }
    }
}

/// What a statement is given.
#[derive(Debug, Clone, Copy)]
pub enum Given<'a> {
    One(Cell<'a>),
    /// Stands behind a column: one of these.
    Among(&'a Ids),
}

/// Reads rows of the columns `C` by a statement in which each `?` stands for what is given, in this
/// order. diesel keeps what it builds itself too, but walks through all of it for each reading: that
/// was a third of the time that a last look took.
pub fn load<'a, C, T>(db: &mut Db, text: &'a str, given: &'a [Given<'a>]) -> Result<Vec<T>, Fault>
where
    Select<'a, C>: LoadQuery<'a, Db, T>,
{
    let select = Select { statement: Statement { text, given }, columns: PhantomData };
    Ok(select.load(db)?)
}

/// Runs a statement in which each `?` stands for what is given, in this order. Gives how many rows it
/// touched. Its text must be one of few: each is kept.
pub fn execute(db: &mut Db, text: &str, given: &[Given<'_>]) -> Result<usize, Fault> {
    let statement = Statement { text, given };
    Ok(on_each!(db, c => statement.execute(c))?)
}

#[derive(Clone, Copy)]
struct Statement<'a> {
    text: &'a str,
    given: &'a [Given<'a>],
}

impl Statement<'_> {
    /// The text before each thing that is given, and after the last.
    fn pieces(&self) -> impl Iterator<Item = (&str, Option<&Given<'_>>)> {
        let given = self.given.iter().map(Some).chain(std::iter::repeat(None));
        self.text.split('?').zip(given)
    }
}

impl QueryId for Statement<'_> {
    type QueryId = ();
    // diesel then keeps it by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> RunQueryDsl<C> for Statement<'_> {}

impl QueryFragment<Sqlite> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        for (text, given) in self.pieces() {
            out.push_sql(text);
            match given {
                Some(Given::One(cell)) => cell.push(&mut out)?,
                Some(Given::Among(ids)) => {
                    out.push_sql("in (select value from json_each(");
                    out.push_bind_param::<Text, String>(&ids.json)?;
                    out.push_sql("))");
                }
                None => {}
            }
        }
        Ok(())
    }
}

impl QueryFragment<Pg> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for (text, given) in self.pieces() {
            out.push_sql(text);
            match given {
                Some(Given::One(cell)) => cell.push(&mut out)?,
                Some(Given::Among(ids)) => {
                    out.push_sql("= any(");
                    out.push_bind_param::<Array<BigInt>, Vec<i64>>(&ids.list)?;
                    out.push_sql(")");
                }
                None => {}
            }
        }
        Ok(())
    }
}

/// A statement that gives rows of the columns `C`.
pub struct Select<'a, C> {
    statement: Statement<'a>,
    columns: PhantomData<C>,
}

impl<C> QueryId for Select<'_, C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> Query for Select<'_, C> {
    type SqlType = C;
}

impl<C> RunQueryDsl<Db> for Select<'_, C> {}

impl<C> QueryFragment<MultiBackend> for Select<'_, C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.statement, out)
    }
}
