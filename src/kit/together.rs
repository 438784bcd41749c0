//! Writes that wait for the one writer of an embedded database, and go into it together.
//!
//! Nobody is told that a thing is done before the disk has it, and to wait for the disk is most of
//! what a small write costs. Whoever gets the writer therefore takes along what waits behind: each
//! write in a savepoint of its own, so that one that fails undoes nothing of the others; one commit
//! for all of them; each is told after it. The order is that of asking, as if they came one by one.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::kit::db::{self, Database, Db};
use crate::kit::fault::Fault;

/// The most writes of one commit: the first one waits for the last.
const MOST: usize = 16;

#[derive(Default)]
pub struct Together {
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    last: u64,
    writes: VecDeque<(u64, Write)>,
}

/// One write, whatever it makes, given the open transaction or why there is none: its own end, and
/// whom to tell what became of the whole.
type Write = Box<dyn FnOnce(Result<&mut Db, Fault>) -> (Result<(), Fault>, Tell) + Send>;
type Tell = Box<dyn FnOnce(Result<(), Fault>) + Send>;

/// What tells whoever asked.
fn to_write<T: Send + 'static>(
    work: impl FnOnce(&mut Db) -> Result<T, Fault> + Send + 'static,
    tell: oneshot::Sender<Result<T, Fault>>,
) -> Write {
    Box::new(move |db| {
        // Nobody waits for what would come of it.
        if tell.is_closed() {
            return (Ok(()), Box::new(|_| ()));
        }
        let made = db.and_then(work);
        let end = made.as_ref().map(|_| ()).map_err(Clone::clone);
        // What was refused stays refused, whatever becomes of the others. Who went away in the
        // meantime hears nothing.
        let tell = move |whole: Result<(), Fault>| {
            drop(tell.send(made.and_then(|made| whole.map(|()| made))));
        };
        (end, Box::new(tell))
    })
}

impl Together {
    /// Gets in line. Gives the number in it, and where the outcome will come.
    pub fn ask<T, F>(&self, work: F) -> (u64, oneshot::Receiver<Result<T, Fault>>)
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Result<T, Fault> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let mut waiting = self.waiting();
        waiting.last += 1;
        let number = waiting.last;
        waiting.writes.push_back((number, to_write(work, tell)));
        (number, told)
    }

    /// Whether this one still waits.
    pub fn holds(&self, number: u64) -> bool {
        self.waiting().writes.iter().any(|(n, _)| *n == number)
    }

    /// Leaves the line; false when it was taken already.
    pub fn leave(&self, number: u64) -> bool {
        let mut waiting = self.waiting();
        let before = waiting.writes.len();
        waiting.writes.retain(|(n, _)| *n != number);
        waiting.writes.len() < before
    }

    /// Takes what waits, until this one has been taken.
    pub fn write(&self, database: &Database, number: u64) -> Result<(), Fault> {
        while self.holds(number) {
            // Taken anew each time: one whose transaction was lost goes back to be closed.
            let mut db = database.writer()?;
            commit(&mut db, self.take());
        }
        Ok(())
    }

    fn take(&self) -> Vec<Write> {
        let mut waiting = self.waiting();
        let count = waiting.writes.len().min(MOST);
        waiting.writes.drain(..count).map(|(_, write)| write).collect()
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn commit(db: &mut Db, writes: Vec<Write>) {
    // One alone needs no part of its own to be undone.
    let is_alone = writes.len() < 2;
    let mut tells: Vec<Tell> = Vec::with_capacity(writes.len());
    let mut left = writes.into_iter();
    let whole = db::write(db, |db| {
        for write in left.by_ref() {
            let work = |db: &mut Db| {
                let (end, tell) = write(Ok(db));
                tells.push(tell);
                end
            };
            if is_alone {
                work(db)?;
            } else if let Err(fault) = db::within(db, work)? {
                tracing::debug!(%fault, "one of a group");
            }
        }
        Ok(())
    });
    if let Err(fault) = &whole {
        tells.extend(left.map(|write| write(Err(fault.clone())).1));
    }
    for tell in tells {
        tell(whole.clone());
    }
}
