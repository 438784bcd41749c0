//! All mail stopped and let go again, its pace, its last look before a letter goes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use futures_util::FutureExt;
use prashikshan::access;
use prashikshan::kit::db::Db;
use prashikshan::kit::ids::{LetterId, PersonId};
use prashikshan::kit::schema::{journal, letters, sessions};
use prashikshan::kit::site::{Limits, Site};
use prashikshan::letters::{self as office};
use prashikshan::post;
use prashikshan::post::rules::State;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use crate::letters::{Batch, by_smtp, clock, ledger_of, mark, read_all};
use crate::recorder::GROUPS;
use crate::stage::Stage;

/// How many letters stand in a state.
fn count(stage: &Stage, state: State) -> i64 {
    stage.read(|db| Ok(letters::table.filter(letters::state.eq(state)).count().get_result(db)?))
}

/// A mail server that runs something when it has heard so many receivers, before it answers.
pub async fn server_that(act: impl Fn(usize) + Send + Sync + 'static) -> (u16, Arc<AtomicUsize>) {
    server_that_answers(move |n, _| {
        act(n);
        "250 ok"
    })
    .await
}

/// As `server_that`; what it runs says what becomes of the receiver.
async fn server_that_answers(
    act: impl Fn(usize, &str) -> &'static str + Send + Sync + 'static,
) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (taken, heard, act) =
        (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(act));
    let count = taken.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (count, heard, act) = (count.clone(), heard.clone(), act.clone());
            tokio::spawn(async move {
                let (reader, mut writer) = socket.into_split();
                let mut lines = BufReader::new(reader).lines();
                writer.write_all(b"220 ready\r\n").await.expect("written");
                let mut in_letter = false;
                while let Ok(Some(line)) = lines.next_line().await {
                    let answer = match line.split(' ').next().unwrap_or("") {
                        "." if in_letter => {
                            in_letter = false;
                            count.fetch_add(1, Ordering::SeqCst);
                            "250 taken"
                        }
                        _ if in_letter => continue,
                        "EHLO" => GROUPS,
                        "RCPT" => {
                            let n = heard.fetch_add(1, Ordering::SeqCst) + 1;
                            let act = act.clone();
                            let work = move || act(n, &line);
                            tokio::task::spawn_blocking(work).await.expect("done")
                        }
                        "DATA" => {
                            in_letter = true;
                            "354 go on"
                        }
                        "QUIT" => return,
                        _ => "250 ok",
                    };
                    writer.write_all(format!("{answer}\r\n").as_bytes()).await.expect("written");
                }
            });
        }
    });
    (port, taken)
}

#[actix_web::test]
async fn mail_stops_and_goes_on() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let asha = stage.person("Asha Devi", "B11");
    batch.session("2026-11-29 14:00");
    batch.enrol(asha, "seat");
    let (state, district) = (stage.admin(), stage.district_admin());
    for who in [&district, &stage.auditor(), &stage.newcomer("Bo Lal", "B11")] {
        who.post("/letters/pause", &[("reason", "no")]).await.must_be(403);
    }
    assert!(!district.get("/letters").await.must_be(200).body.contains("/letters/pause"));
    state.post("/letters/pause", &[("reason", " ")]).await.must_be(422).says("Fill in this field");
    state.post("/letters/pause", &[("reason", "Wrong list")]).await.must_be(303);
    state.post("/letters/pause", &[("reason", "again")]).await.must_be(409);

    office::tick(&stage.site).await.expect("a turn");
    assert!(stage.letters().is_empty());
    let of_asha = letters::table.filter(letters::person_id.eq(asha)).select(letters::attempts);
    let tries: Vec<i32> = stage.read(|db| Ok(of_asha.load(db)?));
    assert!(tries.iter().all(|n| *n == 0) && tries.len() == 4, "planned all the same: {tries:?}");
    for path in ["/letters", "/dashboard"] {
        district.get(path).await.must_be(200).says("All mail is stopped");
    }
    state.get("/letters").await.must_be(200).says("Wrong list").says("State Admin");
    // A code to come in with goes: whoever may let mail go again must be able to.
    let secret = stage.site.secret.clone();
    stage.write(|db, stamp| {
        access::ask_code(db, &secret, "browser", "asha.devi@example.org", stamp)
    });
    office::tick(&stage.site).await.expect("a turn");
    assert!(read_all(&stage).last().expect("a code").contains("Sign-in code"));

    district.post("/letters/pause/end", &[]).await.must_be(403);
    state.post("/letters/pause/end", &[]).await.must_be(303);
    state.post("/letters/pause/end", &[]).await.must_be(409);
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(ledger_of(&stage, asha)[..2], ["confirmation sent", "sign_in sent"]);
    assert_eq!(stage.letters().len(), 2);
    let acts: Vec<String> = stage.read(|db| {
        Ok(journal::table
            .filter(journal::subject.eq("mail"))
            .order(journal::position)
            .select(journal::action)
            .load(db)?)
    });
    assert_eq!(acts, ["mail paused", "mail resumed"]);
}

#[actix_web::test]
async fn letters_in_hand_go_back_when_mail_is_stopped() {
    let mut stage = Stage::on_disk("2026-11-20 04:30").await;
    let site = stage.site.clone();
    let once = std::sync::Once::new();
    let (port, taken) = server_that(move |n| {
        // Nobody who comes later gets past before the switch has fallen.
        if n >= 20 {
            once.call_once(|| {
                let stamp = site.stamp();
                let stopped =
                    site.write_here(|db| post::pause::begin_as(db, None, "A wrong list", &stamp));
                stopped.expect("stopped");
            });
        }
    })
    .await;
    by_smtp(&mut stage, port);
    let batch = Batch::new(&stage);
    for i in 0..100 {
        batch.enrol(stage.person(&format!("Person {i}"), "B11"), "seat");
    }
    let turn = office::tick(&stage.site).await.expect("a turn");
    let gone = taken.load(Ordering::SeqCst);
    // Those that were past their last look when the switch fell, at most one for each courier.
    assert!((12..=27).contains(&gone), "{gone}");
    assert_eq!((turn.sent.sent, turn.sent.later, turn.sent.uncertain), (gone, 0, 0));
    assert_eq!(count(&stage, State::Sent) + count(&stage, State::Planned), 100);
    let tries: Vec<i32> = stage.read(|db| {
        Ok(letters::table
            .filter(letters::state.eq(State::Planned))
            .select(letters::attempts)
            .load(db)?)
    });
    assert!(tries.iter().all(|n| *n == 0), "none spent a try: {tries:?}");

    stage.write(|db, stamp| post::pause::end_as(db, None, stamp));
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(taken.load(Ordering::SeqCst), 100, "everything goes, nothing twice");
}

/// More letters than one batch holds: while the first goes out, the next is in hand and made.
#[actix_web::test]
async fn the_batch_after_the_one_that_goes_out_is_put_back_too() {
    for is_paused in [true, false] {
        let mut stage = Stage::on_disk("2026-11-20 04:30").await;
        let site = stage.site.clone();
        let once = std::sync::Once::new();
        // After the first hundred: the switch falls, or the server is full, once the next batch is
        // in hand.
        let is_free = Arc::new(AtomicBool::new(false));
        let room = is_free.clone();
        let (port, taken) = server_that_answers(move |n, _| {
            if n < 100 || room.load(Ordering::SeqCst) {
                return "250 ok";
            }
            // Nobody who comes later gets past before it is done.
            once.call_once(|| {
                wait_for_two_in_hand(&site);
                let stamp = site.stamp();
                let stop = |db: &mut Db| post::pause::begin_as(db, None, "A wrong list", &stamp);
                if is_paused {
                    site.write_here(stop).expect("stopped");
                }
            });
            if is_paused { "250 ok" } else { "452 full" }
        })
        .await;
        by_smtp(&mut stage, port);
        let batch = Batch::new(&stage);
        for i in 0..620 {
            batch.enrol(stage.person(&format!("Person {i}"), "B11"), "seat");
        }
        let turn = office::tick(&stage.site).await.expect("a turn");
        let gone = taken.load(Ordering::SeqCst);
        assert_eq!((turn.sent.sent, turn.sent.uncertain), (gone, 0));
        // Nothing is left in hand, and only what was said to the server has spent a try.
        assert_eq!((count(&stage, State::Leased), count(&stage, State::Uncertain)), (0, 0));
        let planned = letters::table.filter(letters::state.eq(State::Planned));
        let tries: Vec<i32> = stage.read(|db| Ok(planned.select(letters::attempts).load(db)?));
        assert_eq!(tries.len(), 620 - gone);
        let spent = tries.iter().filter(|n| **n > 0).count();
        assert_eq!(spent, turn.sent.later);
        // Twenty in a row, what the other seven couriers had in hand, and those before a last success:
        // one that is told late comes after as many as nineteen, as its courier need not get its turn
        // while the others go on.
        let most = if is_paused { 0..=0 } else { 20..=20 + 7 + 19 };
        assert!(most.contains(&spent), "{spent}");

        is_free.store(true, Ordering::SeqCst);
        if is_paused {
            stage.write(|db, stamp| post::pause::end_as(db, None, stamp));
        }
        stage.site.clock.set(stage.now().plus_minutes(2));
        office::tick(&stage.site).await.expect("a turn");
        assert_eq!(taken.load(Ordering::SeqCst), 620, "everything goes, nothing twice");
        assert_eq!(count(&stage, State::Sent), 620);
    }
}

/// Until two workers' hands, or both hands of one, hold letters.
fn wait_for_two_in_hand(site: &Site) {
    let in_hand = letters::table
        .filter(letters::state.eq(State::Leased))
        .select(letters::lease_token)
        .distinct();
    while site.read_here(|db| Ok(in_hand.load::<Option<String>>(db)?)).expect("read").len() < 2 {
        std::thread::yield_now();
    }
}

#[actix_web::test]
async fn letters_step_back_while_somebody_reads_pages() {
    for is_visited in [true, false] {
        let mut stage = Stage::on_disk("2026-11-20 04:30").await;
        let (site, most) = (stage.site.clone(), Arc::new(AtomicUsize::new(0)));
        let in_hand = most.clone();
        let (port, taken) = server_that(move |_| {
            if is_visited {
                site.visits.note(Instant::now());
            }
            let leased = letters::table.filter(letters::state.eq(State::Leased)).count();
            let leased: i64 = site.read_here(|db| Ok(leased.get_result(db)?)).expect("read");
            in_hand.fetch_max(usize::try_from(leased).expect("a count"), Ordering::SeqCst);
        })
        .await;
        by_smtp(&mut stage, port);
        let batch = Batch::new(&stage);
        for i in 0..620 {
            batch.enrol(stage.person(&format!("Person {i}"), "B11"), "seat");
        }
        // A page that somebody opens counts, the question of a supervisor does not.
        let reader = stage.nobody();
        reader.get("/healthz").await.must_be(200);
        assert!(!stage.site.visits.are_expected(Instant::now()));
        if is_visited {
            reader.get("/sign-in").await.must_be(200);
            assert!(stage.site.visits.are_expected(Instant::now()));
        }
        let turn = office::tick(&stage.site).await.expect("a turn");
        assert_eq!((turn.sent.sent, taken.load(Ordering::SeqCst)), (620, 620), "all go, once");
        let most = most.load(Ordering::SeqCst);
        // Three hundred announced, eight under way, and three short strides behind them: never more.
        let expected = if is_visited { 1..500 } else { 500..1_001 };
        assert!(expected.contains(&most), "{is_visited}: {most} in hand at once");
    }
}

#[actix_web::test]
async fn a_sign_in_code_goes_before_what_lies_in_hand() {
    let mut stage = Stage::on_disk("2026-11-20 04:30").await;
    let (site, place) = (stage.site.clone(), Arc::new(AtomicUsize::new(0)));
    let (once, seen) = (std::sync::Once::new(), place.clone());
    let (port, taken) = server_that_answers(move |n, receiver| {
        if receiver.contains("waits.here") {
            seen.store(n, Ordering::SeqCst);
        }
        // Somebody asks for a code when the first letter goes.
        once.call_once(|| {
            let stamp = site.stamp();
            let asked = site.write_here(|db| {
                access::ask_code(db, &site.secret, "browser", "waits.here@example.org", &stamp)
            });
            asked.expect("asked");
            site.bell.notify_one();
            let of_code = letters::table.filter(letters::kind.eq("sign_in"));
            let in_hand = of_code.filter(letters::state.eq(State::Leased)).count();
            while site.read_here(|db| Ok(in_hand.get_result::<i64>(db)?)).expect("counted") == 0 {
                std::thread::yield_now();
            }
        });
        "250 ok"
    })
    .await;
    by_smtp(&mut stage, port);
    stage.person("Waits Here", "B11");
    let batch = Batch::new(&stage);
    for i in 0..300 {
        batch.enrol(stage.person(&format!("Person {i}"), "B11"), "seat");
    }
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(taken.load(Ordering::SeqCst), 301);
    // Making it takes its time, and each courier has a letter in the hand.
    let place = place.load(Ordering::SeqCst);
    assert!((2..=60).contains(&place), "it went as number {place}");
}

/// All mail is stopped while letters go out, and somebody asks for a code to let it go again.
#[actix_web::test]
async fn a_bell_that_rings_while_mail_is_stopped_is_heard_by_the_next_turn() {
    let mut stage = Stage::on_disk("2026-11-20 04:30").await;
    let (site, once) = (stage.site.clone(), std::sync::Once::new());
    let (port, taken) = server_that(move |_| {
        once.call_once(|| {
            let stamp = site.stamp();
            let stopped = site.write_here(|db| {
                access::ask_code(db, &site.secret, "browser", "waits.here@example.org", &stamp)?;
                post::pause::begin_as(db, None, "A wrong list", &stamp)
            });
            stopped.expect("stopped");
            site.bell.notify_one();
        });
    })
    .await;
    by_smtp(&mut stage, port);
    stage.person("Waits Here", "B11");
    let batch = Batch::new(&stage);
    for i in 0..100 {
        batch.enrol(stage.person(&format!("Person {i}"), "B11"), "seat");
    }
    office::tick(&stage.site).await.expect("a turn");
    let gone = taken.load(Ordering::SeqCst);
    let code = letters::table.filter(letters::kind.eq("sign_in")).select(letters::state);
    let code: State = stage.read(|db| Ok(code.first(db)?));
    // It went at once, or the bell still rings for it.
    let rings = stage.site.bell.notified().now_or_never().is_some();
    assert!(code == State::Sent || rings, "{code:?} after {gone} letters");
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(
        count(&stage, State::Sent),
        i64::try_from(gone).expect("few") + i64::from(code != State::Sent)
    );
    assert_eq!(count(&stage, State::Leased), 0);
}

/// The database cannot say whether one letter is still true: that one waits, the others go.
#[actix_web::test]
async fn a_letter_that_cannot_be_looked_at_waits_alone() {
    let mut stage = Stage::on_disk("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let (session, asha) = (batch.session("2026-11-29 10:30"), stage.person("Asha Devi", "B11"));
    batch.session("2026-12-06 10:30");
    batch.enrol(asha, "seat");
    office::tick(&stage.site).await.expect("a turn");
    clock(&stage, "2026-11-29 13:00");
    mark(&stage, batch.id, session, asha, "absent");
    office::tick(&stage.site).await.expect("a turn");
    clock(&stage, "2026-11-30 10:00");
    batch.enrol(stage.person("Bo Lal", "B11"), "seat");
    stage.write(prashikshan::reminders::plan);
    // When the letters are made, their marks are gone from the last look's sight.
    let site = stage.site.clone();
    let (port, taken) = server_that(move |n| {
        if n == 1 {
            let hidden = |db: &mut Db| Ok(db.batch_execute("alter table marks rename to hidden")?);
            site.write_here(hidden).expect("hidden");
        }
    })
    .await;
    by_smtp(&mut stage, port);
    stage.site.limits.mail_in_flight = 1;
    let tally = office::send_due(&stage.site).await.expect("sent");
    // The trainer's letter about a roll that nobody takes asks for marks too.
    assert_eq!((tally.sent, tally.later, taken.load(Ordering::SeqCst)), (1, 2, 1));
    let waiting = letters::table
        .filter(letters::kind.eq("absence"))
        .select((letters::state, letters::attempts));
    let waiting: Vec<(State, i32)> = stage.read(|db| Ok(waiting.load(db)?));
    assert_eq!(waiting, [(State::Planned, 0)], "no try is spent");

    stage.write(|db, _| Ok(db.batch_execute("alter table hidden rename to marks")?));
    stage.site.clock.set(stage.now().plus_minutes(2));
    let tally = office::send_due(&stage.site).await.expect("sent");
    assert_eq!((tally.sent, tally.later, taken.load(Ordering::SeqCst)), (2, 0, 3));
}

#[actix_web::test]
async fn what_changes_while_mail_is_stopped_goes_right() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let people: Vec<_> = ["Asha Devi", "Bo Lal", "Chandra Rao"]
        .iter()
        .map(|name| stage.person(name, "B11"))
        .collect();
    let (first, second) = (batch.session("2026-11-29 10:30"), batch.session("2026-12-06 10:30"));
    let seats: Vec<_> = people.iter().map(|p| batch.enrol(*p, "seat")).collect();
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(stage.letters().len(), 3);
    stage.clear_letters();

    // The reminders of three days before fall due while everything stands.
    stage.write(|db, stamp| post::pause::begin_as(db, None, "The mail server moves", stamp));
    clock(&stage, "2026-11-26 11:30");
    office::tick(&stage.site).await.expect("a turn");
    batch.put(seats[1], "withdrawn");
    office::tick(&stage.site).await.expect("a turn");
    batch.move_session(first, "2026-11-29 16:00");
    office::tick(&stage.site).await.expect("a turn");
    batch.cancel_session(second, "harvest");
    office::tick(&stage.site).await.expect("a turn");
    assert!(stage.letters().is_empty());

    stage.write(|db, stamp| post::pause::end_as(db, None, stamp));
    office::tick(&stage.site).await.expect("a turn");
    let said = read_all(&stage);
    let to = |who: &str| -> Vec<&str> {
        let mine = said.iter().filter(|l| l.starts_with(&format!("To: {who}")));
        mine.filter_map(|l| l.lines().nth(1)?.strip_prefix("Subject: ")).collect()
    };
    for who in ["asha.devi", "chandra.rao"] {
        let mut got = to(who);
        got.sort_unstable();
        // The change says it all: no reminder of the old time, none of the new one on top.
        assert_eq!(got.len(), 2, "{got:?}");
        assert!(got[0].starts_with("Cancelled: session of Sun 6 Dec"), "{got:?}");
        assert!(got[1].starts_with("Changed: now Sun 29 Nov, 4:00 pm"), "{got:?}");
    }
    // One who left is told so, and of the session that fell away; reminded of nothing.
    let mut got = to("bo.lal");
    got.sort_unstable();
    assert_eq!(got.len(), 2, "{said:#?}");
    assert!(got[0].starts_with("Cancelled") && got[1].starts_with("Enrolment ended"), "{got:?}");
}

#[actix_web::test]
async fn the_last_look_comes_when_the_server_waits_for_the_text() {
    let mut stage = Stage::on_disk("2026-11-20 04:30").await;
    let site = stage.site.clone();
    // The session moves after the receiver was named and before the text was asked for.
    let (port, taken) = server_that(move |n| {
        if n == 1 {
            let moved = site.write_here(|db| {
                Ok(diesel::update(sessions::table).set(sessions::revision.eq(2)).execute(db)?)
            });
            moved.expect("moved");
        }
    })
    .await;
    by_smtp(&mut stage, port);
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 14:00");
    batch.enrol(stage.person("Asha Devi", "B11"), "seat");
    stage.write(prashikshan::reminders::plan);
    let tally = office::send_due(&stage.site).await.expect("sent");
    assert_eq!((tally.cancelled, tally.sent, taken.load(Ordering::SeqCst)), (1, 0, 0));
}

/// What a mail server does with a letter that is announced behind the text of another.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Habit {
    Hears,
    /// It takes so many letters on one connection.
    HearsUntil(usize),
    /// It wants one command after the other, whatever it said.
    Refuses,
    /// It hangs up after each letter and leaves unread what stands behind the text, so that the other
    /// side hears of a connection that broke right behind the answer.
    HangsUp,
}

/// A server that answers a text only when it has heard of the next letter behind it: while there is
/// one to come, nobody waits for an answer in between (RFC 2920). Of one that refuses that, no more
/// is wanted. Gives its port, how many letters it took, on how many connections.
async fn server_that_waits_for_the_next(
    letters: usize,
    habit: Habit,
) -> (u16, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (taken, connections) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (count, opened) = (taken.clone(), connections.clone());
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let is_first = opened.fetch_add(1, Ordering::SeqCst) == 0;
            let (reader, mut writer) = socket.into_split();
            // So little at once that what is not asked for stays in the system's hands.
            let mut lines = BufReader::with_capacity(16, reader).lines();
            let (mut answer, mut in_text, mut on_this) = ("220 ready", false, 0);
            loop {
                writer.write_all(format!("{answer}\r\n").as_bytes()).await.expect("written");
                let Ok(Some(line)) = lines.next_line().await else { break };
                if !in_text {
                    in_text = line == "DATA";
                    answer = match line.split(' ').next().unwrap_or("") {
                        "EHLO" => GROUPS,
                        "DATA" => "354 go on",
                        _ => "250 ok",
                    };
                    continue;
                }
                while lines.next_line().await.expect("read").expect("a line") != "." {}
                on_this += 1;
                (answer, in_text) = ("250 taken", false);
                let is_last = count.fetch_add(1, Ordering::SeqCst) + 1 == letters;
                if habit == Habit::HangsUp {
                    writer.write_all(b"250 taken\r\n").await.expect("written");
                    break;
                }
                if is_last || (habit == Habit::Refuses && !is_first) {
                    continue;
                }
                for word in ["MAIL", "RCPT", "DATA"] {
                    let line = lines.next_line().await.expect("read").expect("a line");
                    assert!(line.starts_with(word), "{line}");
                }
                (answer, in_text) = match habit {
                    Habit::Refuses => ("250 taken\r\n503 one by one\r\n503 no\r\n503 no", false),
                    Habit::HearsUntil(most) if on_this == most => {
                        let end = b"250 taken\r\n421 enough for today\r\n";
                        writer.write_all(end).await.expect("written");
                        break;
                    }
                    _ => ("250 taken\r\n250 ok\r\n250 ok\r\n354 go on", true),
                };
            }
        }
    });
    (port, taken, connections)
}

#[actix_web::test]
async fn the_next_letter_is_announced_behind_the_text_of_the_one_before() {
    for (habit, connections) in
        [(Habit::Hears, 1), (Habit::HearsUntil(4), 3), (Habit::Refuses, 2), (Habit::HangsUp, 10)]
    {
        let mut stage = Stage::new("2026-11-20 04:30").await;
        stage.site.limits.mail_in_flight = 1;
        let (port, taken, opened) = server_that_waits_for_the_next(10, habit).await;
        by_smtp(&mut stage, port);
        let batch = Batch::new(&stage);
        batch.session("2026-11-29 14:00");
        for i in 0..10 {
            batch.enrol(stage.person(&format!("Person {i}"), "B11"), "seat");
        }
        let turn = office::tick(&stage.site).await.expect("a turn");
        // Whoever was announced in vain goes at once by another connection.
        assert_eq!((turn.sent.sent, turn.sent.later, turn.sent.uncertain), (10, 0, 0), "{habit:?}");
        assert_eq!(taken.load(Ordering::SeqCst), 10);
        assert_eq!(opened.load(Ordering::SeqCst), connections, "{habit:?}");
        let tries: Vec<i32> = stage.read(|db| {
            let sent = letters::table.filter(letters::state.eq(State::Sent));
            Ok(sent.select(letters::attempts).load(db)?)
        });
        assert!(tries.iter().all(|n| *n == 1), "{tries:?}");
    }
}

/// The same house seen by another node.
fn limited(site: &Site, limits: Limits) -> Site {
    Site { limits, ..site.clone() }
}

#[actix_web::test]
async fn nodes_share_the_letters_of_a_minute() {
    let stage = Stage::on_disk("2026-11-20 04:30").await;
    let limits = Limits { mail_per_minute: 600, ..Limits::default() };
    let nodes = [limited(&stage.site, limits.clone()), limited(&stage.site, limits)];
    let batch = Batch::new(&stage);
    for i in 0..200 {
        batch.enrol(stage.person(&format!("Person {i}"), "B11"), "seat");
    }
    let began = stage.now();
    let mut gone = vec![];
    for second in 0..30 {
        stage.site.clock.set(began.plus_seconds(second));
        for node in &nodes {
            office::tick(node).await.expect("a turn");
        }
        gone.push(stage.letters().len());
        if gone.last() == Some(&200) {
            break;
        }
    }
    // Ten a second and the five seconds looked ahead; never more, and none is left waiting.
    for (second, gone) in gone.iter().enumerate() {
        assert!(*gone <= 51 + 10 * second, "{gone} after {second} seconds");
    }
    assert_eq!(gone.last(), Some(&200), "{gone:?}");
    assert!((14..=18).contains(&gone.len()), "{gone:?}");
}

#[actix_web::test]
async fn a_domain_has_its_own_pace() {
    let stage = Stage::on_disk("2026-11-20 04:30").await;
    let limits = Limits {
        mail_per_domain: Arc::new(BTreeMap::from([("example.org".to_owned(), 60)])),
        ..Limits::default()
    };
    let node = limited(&stage.site, limits);
    let batch = Batch::new(&stage);
    for i in 0..40 {
        batch.enrol(stage.person(&format!("Person {i}"), "B11"), "seat");
    }
    let free = stage.person("Free One", "B11");
    stage.write(|db, _| {
        use prashikshan::kit::schema::emails;
        diesel::update(emails::table.filter(emails::person_id.eq(free)))
            .set(emails::address.eq("free.one@example.net"))
            .execute(db)?;
        Ok(())
    });
    batch.enrol(free, "seat");
    let began = stage.now();
    office::tick(&node).await.expect("a turn");
    assert_eq!(ledger_of(&stage, free), ["confirmation sent"], "another domain does not wait");
    assert_eq!(stage.letters().len(), 7);
    for second in 1..=40 {
        stage.site.clock.set(began.plus_seconds(second));
        office::tick(&node).await.expect("a turn");
        let gone = stage.letters().len();
        assert!(gone <= 7 + usize::try_from(second).expect("small"), "{gone} after {second}");
    }
    assert_eq!(stage.letters().len(), 41);
    let tries: Vec<i32> = stage.read(|db| Ok(letters::table.select(letters::attempts).load(db)?));
    assert!(tries.iter().all(|n| *n == 1), "waiting spends no try: {tries:?}");
}

#[actix_web::test]
async fn a_selection_is_stopped_at_once() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    batch.session("2026-11-29 14:00");
    for name in ["Asha Devi", "Bo Lal"] {
        batch.enrol(stage.person(name, "B11"), "seat");
    }
    office::tick(&stage.site).await.expect("a turn");
    let (own, other) = (stage.district_admin(), stage.other_admin());
    let page = own.get("/letters?state=planned&kind=reminder").await.must_be(200);
    assert!(page.body.contains("/letters/cancellations?kind=reminder"), "{}", page.body);
    own.get("/letters/cancellations?kind=reminder").await.must_be(200).says("6 planned letters");
    other.get("/letters/cancellations?kind=reminder").await.must_be(200).says("None of these");
    let form = [("kind", "reminder"), ("person", ""), ("batch", "")];
    stage.auditor().post("/letters/cancellations", &form).await.must_be(403);
    other.post("/letters/cancellations", &form).await.must_be(409);
    own.post("/letters/cancellations", &[("kind", "reminders")]).await.must_be(422);
    // And three to the trainer: the roster, and two about a roll that nobody takes.
    assert_eq!(count(&stage, State::Planned), 9);
    own.post("/letters/cancellations", &form).await.must_be(303);
    own.post("/letters/cancellations", &form).await.must_be(409);
    // The planner does not bring them back.
    stage.write(|db, stamp| prashikshan::kit::ledger::ask(db, batch.id, stamp.now));
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!((count(&stage, State::Planned), count(&stage, State::Cancelled)), (3, 6));
}

#[actix_web::test]
async fn too_many_failures_ring_the_alarm() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    for i in 0..60 {
        batch.enrol(stage.person(&format!("Person {i}"), "B11"), "seat");
    }
    office::tick(&stage.site).await.expect("a turn");
    let admin = stage.district_admin();
    let alarm = "of the last 60 letters did not arrive";
    assert!(!admin.get("/letters").await.text().contains(alarm));
    let some = stage.read(|db| {
        Ok(letters::table
            .limit(2)
            .select(letters::id)
            .load::<prashikshan::kit::ids::LetterId>(db)?)
    });
    stage.write(|db, _| {
        diesel::update(letters::table.filter(letters::id.eq_any(&some)))
            .set((letters::state.eq("failed"), letters::reason.eq("550 no")))
            .execute(db)?;
        Ok(())
    });
    for path in ["/letters", "/dashboard"] {
        admin.get(path).await.must_be(200).says("2 of the last 60 letters did not arrive");
    }
}

/// The ledger as workers leave it that die: how often each letter went, and how they stand.
struct Deaths<'a> {
    stage: &'a Stage,
    workers: usize,
    deaths: usize,
}

impl Deaths<'_> {
    /// A worker takes letters in hand and hands them over one after the other, unless it dies of
    /// one. False when nothing is due.
    fn worker(&mut self, kills: LetterId, when: Dies) -> bool {
        self.workers += 1;
        let (now, token) = (self.stage.now(), format!("worker {}", self.workers));
        let held = self.stage.write(|db, _| post::lease(db, &token, 500, now));
        if held.is_empty() {
            return false;
        }
        let ids: Vec<LetterId> = held.iter().map(|l| l.id).collect();
        let poisoned = ids.contains(&kills);
        if when == Dies::WhileMaking && poisoned {
            self.deaths += 1;
            return true;
        }
        self.stage.write(|db, _| post::store::hand_over(db, &token, &ids));
        if poisoned {
            self.deaths += 1;
            return true;
        }
        let end = |l: &post::store::Leased| post::Tried {
            id: l.id,
            kind: l.kind,
            attempts: l.attempts + 1,
            useless_after: l.useless_after,
            end: post::rules::End::Sent,
        };
        let tried: Vec<post::Tried> = held.iter().map(end).collect();
        self.stage.write(|db, _| post::settle(db, &token, &tried, now));
        true
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Dies {
    WhileMaking,
    WhileHandingOver,
}

#[actix_web::test]
async fn what_kills_its_worker_is_found_and_the_others_go() {
    for (when, state, why) in [
        (Dies::WhileMaking, State::Failed, "nobody-lives"),
        (Dies::WhileHandingOver, State::Uncertain, "broken-off"),
    ] {
        let stage = Stage::new("2026-11-20 04:30").await;
        let batch = Batch::new(&stage);
        let people: Vec<PersonId> =
            (0..150).map(|i| stage.person(&format!("Person {i}"), "B11")).collect();
        for person in &people {
            batch.enrol(*person, "seat");
        }
        stage.write(prashikshan::reminders::plan);
        let kills: LetterId = stage.read(|db| {
            Ok(letters::table
                .filter(letters::person_id.eq(people[77]))
                .select(letters::id)
                .first(db)?)
        });
        let mut house = Deaths { stage: &stage, workers: 0, deaths: 0 };
        for _ in 0..40 {
            while house.worker(kills, when) {}
            stage.site.clock.set(stage.now().plus_minutes(6));
        }
        assert_eq!(house.deaths, 6);
        assert_eq!((count(&stage, State::Sent), count(&stage, state)), (149, 1));
        let found: (State, Option<String>) = stage.read(|db| {
            let row =
                letters::table.find(kills).select((letters::state, letters::reason.nullable()));
            Ok(row.first(db)?)
        });
        assert_eq!(found, (state, Some(why.to_owned())));
    }
}

#[actix_web::test]
async fn letters_of_dead_workers_are_as_free_as_before() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    for i in 0..150 {
        batch.enrol(stage.person(&format!("Person {i}"), "B11"), "seat");
    }
    stage.write(prashikshan::reminders::plan);
    // Twelve workers die with letters in hand that they never handed over.
    for n in 0..12 {
        let now = stage.now();
        let held = stage.write(|db, _| post::lease(db, &format!("dead {n}"), 500, now));
        assert!(!held.is_empty());
        stage.site.clock.set(now.plus_minutes(6));
    }
    office::tick(&stage.site).await.expect("a turn");
    assert_eq!(count(&stage, State::Sent), 150);
    let tries: Vec<i32> = stage.read(|db| Ok(letters::table.select(letters::attempts).load(db)?));
    assert!(tries.iter().all(|n| *n == 1), "each was handed over once: {tries:?}");
}

#[actix_web::test]
async fn what_is_late_in_a_dead_hand_says_whether_it_perhaps_went() {
    let stage = Stage::new("2026-11-20 04:30").await;
    let batch = Batch::new(&stage);
    let (asha, bo) = (stage.person("Asha Devi", "B11"), stage.person("Bo Lal", "B11"));
    batch.session("2026-11-20 12:00");
    batch.enrol(asha, "seat");
    batch.enrol(bo, "seat");
    stage.write(prashikshan::reminders::plan);
    let now = stage.now();
    let held = stage.write(|db, _| post::lease(db, "dead", 500, now));
    let of_asha: Vec<LetterId> =
        held.iter().filter(|l| l.person == Some(asha)).map(|l| l.id).collect();
    stage.write(|db, _| post::store::hand_over(db, "dead", &of_asha));
    stage.site.clock.set(stage.now().plus_minutes(60 * 24));
    office::tick(&stage.site).await.expect("a turn");
    assert!(ledger_of(&stage, asha).contains(&"confirmation uncertain".to_owned()));
    assert!(ledger_of(&stage, bo).contains(&"confirmation missed".to_owned()));
    let went = stage.letters();
    assert!(
        went.iter().all(|l| l.to.starts_with("trainer")),
        "only the trainer is asked: {went:?}"
    );
}
