//! Several at once: threads that write, nodes that take a turn.

use std::sync::{Arc, Barrier};

use prashikshan::kit::db::Db;
use prashikshan::kit::fault::Fault;
use prashikshan::kit::site::{Site, Stamp};

use crate::stage::Stage;

/// One of many writes that happen at once.
pub type Task<T> = Box<dyn Fn(&mut Db, &Stamp) -> Result<T, Fault> + Send>;

pub fn task<T>(work: impl Fn(&mut Db, &Stamp) -> Result<T, Fault> + Send + 'static) -> Task<T> {
    Box::new(work)
}

/// Everybody at once, each on a thread of their own; who finds no connection asks again.
pub fn writes<T: Send + 'static>(stage: &Stage, tasks: Vec<Task<T>>) -> Vec<Result<T, Fault>> {
    on_threads(stage, tasks, |site, task| {
        loop {
            let stamp = site.stamp();
            match site.write_here(|db| task(db, &stamp)) {
                Err(Fault::Busy) => {}
                other => return other,
            }
        }
    })
}

/// The same, but nobody asks again: who waits for somebody who waits for him is told so. No more
/// than there are connections.
pub fn writes_once<T: Send + 'static>(stage: &Stage, tasks: Vec<Task<T>>) -> Vec<Result<T, Fault>> {
    on_threads(stage, tasks, |site, task| {
        let stamp = site.stamp();
        site.write_here(|db| task(db, &stamp))
    })
}

fn on_threads<T: Send + 'static>(
    stage: &Stage,
    tasks: Vec<Task<T>>,
    run: fn(&Site, &Task<T>) -> Result<T, Fault>,
) -> Vec<Result<T, Fault>> {
    let start = Arc::new(Barrier::new(tasks.len()));
    let threads: Vec<_> = tasks
        .into_iter()
        .map(|task| {
            let (site, start) = (stage.site.clone(), start.clone());
            std::thread::spawn(move || {
                start.wait();
                run(&site, &task)
            })
        })
        .collect();
    threads.into_iter().map(|t| t.join().expect("a thread")).collect()
}

/// So many nodes that do the same, each with threads of its own.
pub fn nodes<T, F>(stage: &Stage, count: usize, work: fn(Site) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Fault>> + 'static,
{
    let threads: Vec<_> = (0..count)
        .map(|_| {
            let site = stage.site.clone();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                runtime.block_on(work(site)).expect("a turn")
            })
        })
        .collect();
    threads.into_iter().map(|t| t.join().expect("no panic")).collect()
}

/// So many turns of the ticker at once.
pub fn ticks(stage: &Stage, count: usize) {
    async fn tick(site: Site) -> Result<(), Fault> {
        prashikshan::letters::tick(&site).await?;
        Ok(())
    }
    nodes(stage, count, tick);
}
