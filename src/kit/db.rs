//! The two databases behind one connection type, with their pools.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use diesel::backend::Backend;
use diesel::connection::{
    AnsiTransactionManager, InstrumentationEvent, SimpleConnection, TransactionManager,
};
use diesel::migration::{self, Migration, MigrationSource};
use diesel::r2d2::{ManageConnection, Pool, PooledConnection, R2D2Connection};
use diesel::{Connection, ConnectionError, PgConnection, RunQueryDsl, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::kit::clock::Moment;
use crate::kit::fault::Fault;
use crate::kit::together::Together;

const COMMON: EmbeddedMigrations = embed_migrations!("migrations");
/// What makes the same quicker on PostgreSQL.
const OF_POSTGRES: EmbeddedMigrations = embed_migrations!("migrations_postgres");

/// The steps that bring one of the two databases up to date.
#[derive(Debug, Clone, Copy)]
pub struct Steps {
    is_postgres: bool,
}

impl Steps {
    pub fn of(db: &Db) -> Self {
        Self { is_postgres: matches!(db, Db::Postgres(_)) }
    }
}

impl<B: Backend> MigrationSource<B> for Steps {
    fn migrations(&self) -> migration::Result<Vec<Box<dyn Migration<B>>>> {
        let mut steps = COMMON.migrations()?;
        if self.is_postgres {
            steps.extend(MigrationSource::<B>::migrations(&OF_POSTGRES)?);
        }
        Ok(steps)
    }
}

/// A connection to whichever database `DATABASE_URL` names.
#[derive(diesel::MultiConnection)]
pub enum Db {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Runs the same statement on whichever database this is: for what diesel has on each connection
/// but not on the enum (upsert, many-row insert). The body is written once and checked twice.
macro_rules! on_each {
    ($db:expr, $c:ident => $work:expr) => {
        match $db {
            $crate::kit::db::Db::Sqlite($c) => $work,
            $crate::kit::db::Db::Postgres($c) => $work,
        }
    };
}
pub(crate) use on_each;

/// The longest run of values that one statement may bind on both databases (SQLite: 32,766).
pub const MOST_BINDS: usize = 30_000;

/// Counts SQL statements: a page must use a constant number of them. Once asked to, it keeps their
/// texts too, each once, for whoever wants them explained.
#[derive(Clone, Default)]
pub struct Statements {
    count: Arc<AtomicU64>,
    texts: Arc<OnceLock<Mutex<BTreeSet<String>>>>,
}

impl Statements {
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    /// What was said since this was asked last; nothing at first.
    pub fn texts(&self) -> BTreeSet<String> {
        let kept = self.texts.get_or_init(Mutex::default);
        std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn watch(&self, db: &mut Db) {
        let Self { count, texts } = self.clone();
        db.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            let InstrumentationEvent::StartQuery { query, .. } = event else { return };
            count.fetch_add(1, Ordering::SeqCst);
            if let Some(kept) = texts.get() {
                let said = query.to_string();
                let text = said.split(" -- binds:").next().unwrap_or_default();
                kept.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned());
            }
        });
    }
}

/// Which database, by the scheme of its address.
#[derive(Clone, Debug)]
pub enum Address {
    Sqlite(String),
    Postgres(String),
}

impl Address {
    /// `sqlite://path`, `sqlite::memory:`, `postgres://…` or `postgresql://…`.
    pub fn parse(url: &str) -> Result<Self, String> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            if !stays_here(url) && !says_plain(url) {
                return Err(PLAIN.to_owned());
            }
            return Ok(Self::Postgres(url.to_owned()));
        }
        match url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(path.to_owned())),
            _ => Err(format!("{url:?} is neither sqlite://FILE nor postgres://…")),
        }
    }

    /// An in-memory SQLite database lives in one connection.
    fn is_memory(&self) -> bool {
        matches!(self, Self::Sqlite(path) if path == ":memory:")
    }

    fn connect(&self) -> Result<Db, ConnectionError> {
        match self {
            Self::Sqlite(path) => {
                let mut db = SqliteConnection::establish(path)?;
                db.batch_execute(SQLITE_SETTINGS)
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Db::Sqlite(db))
            }
            Self::Postgres(url) => {
                let mut db = PgConnection::establish(url)?;
                db.batch_execute(POSTGRES_SETTINGS)
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Db::Postgres(db))
            }
        }
    }
}

/// A recorded mark must survive a power cut: synchronous=FULL.
const SQLITE_SETTINGS: &str = "pragma busy_timeout = 5000; pragma journal_mode = wal; \
    pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = on; \
    pragma trusted_schema = off; pragma temp_store = memory; pragma cache_size = -4000;";

const POSTGRES_SETTINGS: &str = "set timezone = 'UTC'; set statement_timeout = '60s'; \
    set lock_timeout = '10s'; set idle_in_transaction_session_timeout = '30s'; \
    set client_min_messages = warning;";

const PLAIN: &str = "DATABASE_URL names a PostgreSQL on another host, and the built-in client \
    speaks no TLS: names would cross the network in the open. Reach it through a tunnel or a socket; \
    if that network is your own and closed, say so with ?sslmode=disable";

/// Whether an address leads to this machine: a socket, the loopback, no host at all. libpq takes a
/// `host` of the query before the one of the address, and several separated by commas.
fn stays_here(url: &str) -> bool {
    let Ok(url) = url::Url::parse(url) else { return false };
    let query = url.query_pairs().find(|(name, _)| name == "host" || name == "hostaddr");
    let hosts = match query {
        Some((_, hosts)) => hosts.into_owned(),
        None => url.host_str().unwrap_or_default().to_owned(),
    };
    hosts.split(',').all(|host| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        bare.is_empty()
            || bare.starts_with('/')
            || bare.starts_with("%2F")
            || bare.starts_with("%2f")
            || bare == "localhost"
            || bare.parse::<std::net::IpAddr>().is_ok_and(|a| a.is_loopback())
    })
}

fn says_plain(url: &str) -> bool {
    url::Url::parse(url)
        .is_ok_and(|u| u.query_pairs().any(|(name, value)| name == "sslmode" && value == "disable"))
}

/// Opens connections for a pool.
pub struct Opener {
    address: Address,
    statements: Statements,
    read_only: bool,
}

impl ManageConnection for Opener {
    type Connection = Db;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Db, Self::Error> {
        let mut db = self.address.connect().map_err(diesel::r2d2::Error::ConnectionError)?;
        if self.read_only && matches!(db, Db::Sqlite(_)) {
            db.batch_execute("pragma query_only = on").map_err(diesel::r2d2::Error::QueryError)?;
        }
        self.statements.watch(&mut db);
        Ok(db)
    }

    fn is_valid(&self, db: &mut Db) -> Result<(), Self::Error> {
        db.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, db: &mut Db) -> bool {
        db.is_broken()
    }
}

/// Readers and writers. SQLite has one writer, taken in turn; PostgreSQL shares one pool.
#[derive(Clone)]
pub struct Database {
    pub address: Address,
    pub statements: Statements,
    readers: Pool<Opener>,
    writers: Pool<Opener>,
    /// A turn for each connection: who waits for one waits here, in order and without a thread.
    reading: Arc<Semaphore>,
    writing: Arc<Semaphore>,
    /// What waits for the one writer of an embedded database.
    pub together: Arc<Together>,
}

/// Seconds that somebody waits for a connection; then the service is busy.
const PATIENCE: Duration = Duration::from_secs(5);

/// The right to use one connection.
pub type Turn = OwnedSemaphorePermit;

async fn turn(of: &Arc<Semaphore>) -> Result<Turn, Fault> {
    match tokio::time::timeout(PATIENCE, of.clone().acquire_owned()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(Fault::Busy),
    }
}

/// Readers of an embedded database: one for each processor and one for whoever waits for the disk.
/// Each keeps a page cache of its own, so that more of them only fill the memory.
fn readers() -> u32 {
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    u32::try_from(processors + 1).unwrap_or(8).clamp(3, 8)
}

impl Database {
    pub fn open(address: Address) -> Result<Self, String> {
        let statements = Statements::default();
        let pool = |size: u32, read_only: bool| {
            let opener =
                Opener { address: address.clone(), statements: statements.clone(), read_only };
            Pool::builder()
                .max_size(size)
                .min_idle(Some(1))
                .test_on_check_out(false)
                .connection_timeout(PATIENCE)
                .build(opener)
                .map_err(|e| format!("cannot open the database: {e}"))
        };
        let (readers, writers) = match &address {
            _ if address.is_memory() => {
                let one = pool(1, false)?;
                (one.clone(), one)
            }
            Address::Sqlite(_) => {
                let writers = pool(1, false)?;
                (pool(readers(), true)?, writers)
            }
            Address::Postgres(_) => {
                let all = pool(12, false)?;
                (all.clone(), all)
            }
        };
        let turns = |pool: &Pool<Opener>| Arc::new(Semaphore::new(pool.max_size() as usize));
        let reading = turns(&readers);
        let writing = match &address {
            Address::Sqlite(_) if !address.is_memory() => turns(&writers),
            _ => reading.clone(),
        };
        let together = Arc::default();
        Ok(Self { address, statements, readers, writers, reading, writing, together })
    }

    /// A turn to read: to be had before a thread is taken for it.
    pub async fn reading(&self) -> Result<Turn, Fault> {
        turn(&self.reading).await
    }

    /// A turn to write.
    pub async fn writing(&self) -> Result<Turn, Fault> {
        turn(&self.writing).await
    }

    pub fn reader(&self) -> Result<PooledConnection<Opener>, Fault> {
        self.readers.get().map_err(|_| Fault::Busy)
    }

    pub fn writer(&self) -> Result<PooledConnection<Opener>, Fault> {
        self.writers.get().map_err(|_| Fault::Busy)
    }

    /// Writes the log of an embedded database into its file and empties it. PostgreSQL does so by itself.
    pub fn empty_log(&self) -> Result<(), Fault> {
        if let Address::Sqlite(_) = self.address {
            self.writer()?.batch_execute("pragma wal_checkpoint(truncate)")?;
        }
        Ok(())
    }

    /// Brings the schema up to date. Gives the names of the steps that ran.
    pub fn migrate(&self) -> Result<Vec<String>, String> {
        let mut db = self.writers.get().map_err(|e| e.to_string())?;
        let steps = Steps::of(&db);
        let done = db.run_pending_migrations(steps).map_err(|e| e.to_string())?;
        Ok(done.iter().map(ToString::to_string).collect())
    }
}

/// The server's clock; an embedded database has but one machine's, which the caller read.
pub fn shared_clock(db: &mut Db, machine: Moment) -> Result<Moment, Fault> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Timestamp)]
        at: Moment,
    }
    match db {
        Db::Sqlite(_) => Ok(machine),
        Db::Postgres(c) => {
            let row: Row = diesel::sql_query("select clock_timestamp() at time zone 'UTC' as at")
                .get_result(c)?;
            Ok(row.at)
        }
    }
}

/// The steps that `migrate` would run.
pub fn pending(db: &mut Db) -> Result<Vec<String>, Fault> {
    let source = Steps::of(db);
    let steps = db.pending_migrations(source).map_err(Fault::broken)?;
    Ok(steps.iter().map(|m| m.name().to_string()).collect())
}

/// One writing transaction. On SQLite it begins IMMEDIATE: a deferred one that reads and then
/// writes fails under load, and no time-out helps a lock upgrade.
pub fn write<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T, Fault>) -> Result<T, Fault> {
    if let Db::Sqlite(c) = db {
        AnsiTransactionManager::begin_transaction_sql(c, "begin immediate")?;
    } else {
        <Db as Connection>::TransactionManager::begin_transaction(db)?;
    }
    match work(db) {
        Ok(made) => {
            <Db as Connection>::TransactionManager::commit_transaction(db)?;
            Ok(made)
        }
        Err(fault) => {
            // The first fault is the one to tell; a connection that cannot roll back is dropped
            // by the pool because its transaction state is broken.
            if let Err(e) = <Db as Connection>::TransactionManager::rollback_transaction(db) {
                tracing::warn!(error = %e, "rollback");
            }
            Err(fault)
        }
    }
}

/// A part of the open transaction that is undone by itself when it fails, or panics. The outer fault
/// is that of the whole transaction: its parts can no longer be told apart.
pub fn within<T>(
    db: &mut Db,
    work: impl FnOnce(&mut Db) -> Result<T, Fault>,
) -> Result<Result<T, Fault>, Fault> {
    let before = depth(db)?;
    <Db as Connection>::TransactionManager::begin_transaction(db)?;
    let panicked = |_| Err(Fault::broken("a write panicked"));
    match catch_unwind(AssertUnwindSafe(|| work(db))).unwrap_or_else(panicked) {
        Ok(made) => {
            <Db as Connection>::TransactionManager::commit_transaction(db)?;
            Ok(Ok(made))
        }
        Err(fault) => {
            // What panicked may have left parts of its own open.
            while depth(db)? > before {
                <Db as Connection>::TransactionManager::rollback_transaction(db)?;
            }
            Ok(Err(fault))
        }
    }
}

/// How many transactions, one in the other, are open.
fn depth(db: &mut Db) -> Result<u32, Fault> {
    let status = <Db as Connection>::TransactionManager::transaction_manager_status_mut(db);
    Ok(status.transaction_depth()?.map_or(0, NonZeroU32::get))
}

/// Does the work and undoes it: what a dry run needs, in whichever transaction is open.
pub fn rehearse<T>(
    db: &mut Db,
    work: impl FnOnce(&mut Db) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut made = None;
    let undone = db.transaction::<(), Fault, _>(|db| {
        made = Some(work(db));
        Err(diesel::result::Error::RollbackTransaction.into())
    });
    match (made, undone) {
        (Some(made), _) => made,
        (None, Err(fault)) => Err(fault),
        (None, Ok(())) => Err(Fault::broken("nothing was rehearsed")),
    }
}

/// Escapes what LIKE would take as a wildcard. Use with `.escape('\\')`.
pub fn like_literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_elsewhere_needs_a_word_about_the_missing_tls() {
        for (url, fits) in [
            ("postgres://app@127.0.0.1:5432/x", true),
            ("postgres://app@[::1]/x", true),
            ("postgresql://localhost/x", true),
            ("postgres:///x?host=/var/run/postgresql", true),
            ("postgres://%2Fvar%2Frun%2Fpostgresql/x", true),
            ("postgres://app:secret@db.example.org/x", false),
            ("postgres://app@10.0.0.7/x?sslmode=prefer", false),
            ("postgres://localhost/x?host=db.example.org", false),
            ("postgres://localhost,db.example.org/x", false),
            ("postgres://app@db.example.org/x?sslmode=disable", true),
        ] {
            assert_eq!(Address::parse(url).is_ok(), fits, "{url}");
        }
    }
}
