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
    writes: VecDeque<(u64, Box<dyn Write>)>,
}

/// One write, whatever it makes.
trait Write: Send {
    /// Whether anybody still waits for what comes of it.
    fn is_awaited(&self) -> bool;
    fn work(&mut self, db: &mut Db) -> Result<(), Fault>;
    fn tell(self: Box<Self>, end: Result<(), Fault>);
}

struct Asked<T, F> {
    work: Option<F>,
    made: Option<T>,
    tell: oneshot::Sender<Result<T, Fault>>,
}

impl<T, F> Write for Asked<T, F>
where
    T: Send,
    F: FnOnce(&mut Db) -> Result<T, Fault> + Send,
{
    fn is_awaited(&self) -> bool {
        !self.tell.is_closed()
    }

    fn work(&mut self, db: &mut Db) -> Result<(), Fault> {
        let work = self.work.take().ok_or_else(|| Fault::broken("a write came twice"))?;
        self.made = Some(work(db)?);
        Ok(())
    }

    fn tell(self: Box<Self>, end: Result<(), Fault>) {
        let made = self.made.ok_or_else(|| Fault::broken("a write made nothing"));
        // Who went away in the meantime hears nothing.
        drop(self.tell.send(end.and(made)));
    }
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
        waiting.writes.push_back((number, Box::new(Asked { work: Some(work), made: None, tell })));
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

    fn take(&self) -> Vec<Box<dyn Write>> {
        let mut waiting = self.waiting();
        let mut taken = Vec::new();
        while taken.len() < MOST
            && let Some((_, write)) = waiting.writes.pop_front()
        {
            if write.is_awaited() {
                taken.push(write);
            }
        }
        taken
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn commit(db: &mut Db, mut writes: Vec<Box<dyn Write>>) {
    if writes.len() < 2 {
        if let Some(mut write) = writes.pop() {
            let end = db::write(db, |db| write.work(db));
            write.tell(end);
        }
        return;
    }
    let mut ends = Vec::with_capacity(writes.len());
    let whole = db::write(db, |db| {
        for write in &mut writes {
            ends.push(db::within(db, |db| write.work(db))?);
        }
        Ok(())
    });
    for (place, write) in writes.into_iter().enumerate() {
        write.tell(match (&whole, ends.get(place)) {
            // What was refused stays refused, whatever became of the others.
            (_, Some(Err(own))) => Err(own.clone()),
            (whole, _) => whole.clone(),
        });
    }
}
