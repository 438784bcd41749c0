//! How long it takes to find times: `cargo run --release --example find_times -- [BATCHES] [SEEDS]`.

use std::time::Instant;

use prashikshan::schedule::finding::rules::check::check;
use prashikshan::schedule::finding::rules::search::search;
use prashikshan::schedule::finding::rules::trial::{Size, problem};

fn main() {
    let mut given = std::env::args().skip(1).filter_map(|a| a.parse::<u64>().ok());
    let runs = given.next().and_then(|n| usize::try_from(n).ok()).unwrap_or(60);
    let seeds = given.next().unwrap_or(5);
    let size = Size { runs, lessons: 6, trainers: 20, halls: 40, days: 120, busy: 300 };
    for seed in 1..=seeds {
        let problem = problem(seed, &size);
        let begun = Instant::now();
        let plan = search(&problem);
        let took = begun.elapsed();
        let wrong = check(&problem, &plan);
        let last = plan.placed.iter().map(|p| p.day + 1).max().unwrap_or(0);
        let loads = plan.loads(&problem);
        println!(
            "seed {seed}: {} batches × 6, 20 trainers, 40 venues: {} placed, {} without a time, \
             over on day {last}, {}–{} minutes a trainer, {} ms, {}",
            runs,
            plan.placed.len(),
            plan.unplaced.len(),
            loads.iter().min().copied().unwrap_or(0),
            loads.iter().max().copied().unwrap_or(0),
            took.as_millis(),
            if wrong.is_empty() {
                "the checker finds nothing".to_owned()
            } else {
                format!("{wrong:?}")
            },
        );
    }
}
