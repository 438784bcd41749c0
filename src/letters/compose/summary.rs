//! What a weekly letter says of the units of an administrator.

use std::collections::BTreeSet;

use crate::kit::i18n;
use crate::letters::compose::{Desk, encoded};
use crate::letters::content::{Summary, UnitSummary};
use crate::letters::weekly::rules::{Count, week_before};
use crate::letters::weekly::store::{Post, Unit};
use crate::letters::weekly::{self, Week};
use crate::post::rules::Kind;

/// Units below one that a weekly letter names.
const MOST_ROWS: usize = 15;
/// Things of one kind that a problem names.
const MOST_NAMED: usize = 3;

impl Desk<'_> {
    pub(super) fn summary(&self) -> Option<Summary> {
        let week = match self.letter.kind {
            Kind::Weekly => weekly::week(&self.letter.facts)?,
            _ => return None,
        };
        let report = &self.facts.weekly;
        let units: Vec<&Unit> = report.of_week(&week);
        let first = units.first()?;
        let mut sum = Count::default();
        for unit in &units {
            sum += report.counts.below(&unit.path);
        }
        Some(Summary {
            name: self.either(&first.name_hi, &first.name_en),
            others: units.len() - 1,
            percent: sum.percent(),
            left: sum.left(),
            problems: self.problems(&units),
            units: units.iter().map(|unit| self.unit_summary(unit, &week)).collect(),
        })
    }

    fn unit_summary(&self, unit: &Unit, week: &Week) -> UnitSummary {
        let report = &self.facts.weekly;
        let count = report.counts.below(&unit.path);
        let before = report.before.get(&(unit.id, week_before(week.monday)));
        let below = report.units.iter().filter(|u| u.parent == Some(unit.id));
        let mut rows: Vec<UnitSummary> = below
            .map(|u| self.counted(u, report.counts.below(&u.path)))
            .filter(|row| row.enrolled > 0)
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.left));
        let more = rows.len().saturating_sub(MOST_ROWS);
        rows.truncate(MOST_ROWS);
        let change = before.map(|before| {
            let key = match count.complete.cmp(&before.complete) {
                std::cmp::Ordering::Greater => "weekly-change-more",
                std::cmp::Ordering::Equal => "weekly-change-none",
                std::cmp::Ordering::Less => "weekly-change-fewer",
            };
            let args = [
                ("count", (count.complete - before.complete).abs().to_string()),
                ("percent", before.percent().to_string()),
            ];
            self.site.texts().say_with(self.language, key, &args)
        });
        UnitSummary { change, rows, more, ..self.counted(unit, count) }
    }

    fn counted(&self, unit: &Unit, count: Count) -> UnitSummary {
        UnitSummary {
            name: self.either(&unit.name_hi, &unit.name_en),
            percent: count.percent(),
            complete: count.complete,
            enrolled: count.enrolled,
            left: count.left(),
            change: None,
            rows: vec![],
            more: 0,
            url: format!("{}/completion?unit={}", self.site.base_url, encoded(&unit.code)),
        }
    }

    /// At most three: rolls that were not taken, posts that nobody holds, addresses that do not work.
    fn problems(&self, units: &[&Unit]) -> Vec<String> {
        let report = &self.facts.weekly;
        let is_below = |path: &str| units.iter().any(|unit| path.starts_with(&unit.path));
        let say = |key: &str, count: usize, which: Vec<String>| {
            let mut named = which;
            named.dedup();
            let more = named.len() > MOST_NAMED;
            named.truncate(MOST_NAMED);
            let which = format!("{}{}", named.join("; "), if more { " …" } else { "" });
            let args = [("count", count.to_string()), ("which", which)];
            (count > 0).then(|| self.site.texts().say_with(self.language, key, &args))
        };
        let rolls: Vec<String> = report
            .without_roll
            .iter()
            .filter(|(path, ..)| is_below(path))
            .map(|(_, at, zone)| i18n::day_and_clock(self.language, *at, *zone))
            .collect();
        let mut posts: BTreeSet<(String, String)> = BTreeSet::new();
        let mut waiting = 0;
        for passed in &report.vacant {
            let here: Vec<_> = passed.iter().filter(|post| is_below(&post.path)).collect();
            waiting += usize::from(!here.is_empty());
            let named =
                |post: &&Post| (post.path.clone(), self.either(&post.name_hi, &post.name_en));
            posts.extend(here.iter().map(named));
        }
        let blocked = report.blocked.iter().filter(|path| is_below(path)).count();
        [
            say("weekly-roll", rolls.len(), rolls),
            say("weekly-vacant", waiting, posts.into_iter().map(|(_, name)| name).collect()),
            say("weekly-blocked", blocked, vec![]),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
