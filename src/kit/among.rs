//! A column that is one of several values, as one statement whatever their number.
//!
//! diesel writes `in (?, ?, …)` for SQLite and prepares such a statement anew each time, which cost
//! more than running it: on a page of eight statements three quarters of the time (perf, 10,000
//! people). One bind of a JSON list keeps the text the same, so that it is prepared once.

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel::sqlite::Sqlite;

use crate::kit::db::MultiBackend;

/// True where the column holds one of the values; no value, no row.
#[derive(Debug, Clone)]
pub struct Among<C> {
    column: C,
    list: List,
    json: String,
}

#[derive(Debug, Clone)]
enum List {
    Ids(Vec<i64>),
    Words(Vec<String>),
}

/// `column = one of these ids`.
pub fn ids_among<C, I>(column: C, ids: impl IntoIterator<Item = I>) -> Among<C>
where
    I: Into<i64>,
{
    let ids: Vec<i64> = ids.into_iter().map(Into::into).collect();
    let json = serde_json::Value::from(ids.clone()).to_string();
    Among { column, list: List::Ids(ids), json }
}

/// `column = one of these texts`.
pub fn words_among<C, W>(column: C, words: impl IntoIterator<Item = W>) -> Among<C>
where
    W: Into<String>,
{
    let words: Vec<String> = words.into_iter().map(Into::into).collect();
    let json = serde_json::Value::from(words.clone()).to_string();
    Among { column, list: List::Words(words), json }
}

impl<C: Expression> Expression for Among<C> {
    type SqlType = Bool;
}

impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Among<C> {}
impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for Among<C> {}

impl<C> ValidGrouping<()> for Among<C> {
    type IsAggregate = is_aggregate::Never;
}

impl<C: QueryId> QueryId for Among<C> {
    type QueryId = Among<C::QueryId>;
    // Ids or texts make two statements of one type.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" in (select value from json_each(");
        out.push_bind_param::<Text, String>(&self.json)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = any(");
        match &self.list {
            List::Ids(ids) => out.push_bind_param::<Array<BigInt>, Vec<i64>>(ids)?,
            List::Words(words) => out.push_bind_param::<Array<Text>, Vec<String>>(words)?,
        }
        out.push_sql(")");
        Ok(())
    }
}

impl<C> QueryFragment<MultiBackend> for Among<C>
where
    Self: QueryFragment<Sqlite> + QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, pass)
    }
}
