//! Every trainer's phone finds a network at once: 500 of them send 40 marks each to one server.
//! Counts what is kept; measures how long each answer takes.
//!
//! `cargo build --bin prashikshan && cargo run --example sync_storm -- --db sqlite:///tmp/storm.db`

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use clap::Parser;
use diesel::prelude::*;
use prashikshan::access;
use prashikshan::access::rules::Role;
use prashikshan::commands::open;
use prashikshan::demo;
use prashikshan::kit::clock::Moment;
use prashikshan::kit::db::Db;
use prashikshan::kit::fault::Fault;
use prashikshan::kit::ids::{
    BatchId, CourseId, EnrolmentId, PersonId, SessionId, UnitId, VersionId,
};
use prashikshan::kit::schema::{
    batches, course_versions, enrolments, mark_events, marks, people, session_trainers, sessions,
    units,
};
use prashikshan::kit::settings::Settings;
use prashikshan::kit::site::{Site, Stamp};
use serde_json::{Value, json};

#[derive(Parser)]
struct Args {
    /// An empty database.
    #[arg(long)]
    db: String,
    #[arg(long, default_value_t = 500)]
    trainers: usize,
    #[arg(long, default_value_t = 40)]
    marks: usize,
}

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// One trainer: the token, the session, the body that the phone sends.
struct Phone {
    token: String,
    session: SessionId,
    body: String,
}

/// What one phone saw.
#[derive(Default)]
struct Seen {
    answers: Vec<Duration>,
    busy: usize,
    created: usize,
    other: BTreeMap<String, usize>,
}

fn main() -> Outcome<()> {
    let args = Args::parse();
    let pairs = [("DATABASE_URL", args.db.as_str()), ("PRASHIKSHAN_SECRET_KEY", SECRET)];
    let settings = Settings::from_pairs(pairs.map(|(k, v)| (k.to_owned(), v.to_owned())))?;
    let site = open::site(&settings)?;
    let phones = prepare(&site, &args)?;
    let listen = format!("127.0.0.1:{}", free_port()?);
    // What the server writes beside the database goes with it.
    let folder = std::env::temp_dir().join(format!("sync-storm-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut server = serve(&args.db, &listen, &folder)?;
    let seen = storm(&listen, phones);
    server.kill()?;
    server.wait()?;
    std::fs::remove_dir_all(&folder)?;
    report(&site, &args, seen?)
}

const HALL: &str = "A hall in the storm";
const SECRET: &str = "a key that only this trial knows, as long as it must be";

// --- The halls -------------------------------------------------------------------------------------

fn prepare(site: &Site, args: &Args) -> Outcome<Vec<Phone>> {
    demo::load(site, 2_000, 1).map_err(|f| f.to_string())?;
    let stamp = site.stamp();
    let phones = site.write_here(|db| {
        let (course, version): (CourseId, VersionId) = course_versions::table
            .filter(course_versions::published_at.is_not_null())
            .select((course_versions::course_id, course_versions::id))
            .first(db)?;
        let unit: UnitId = units::table.select(units::id).order(units::path.desc()).first(db)?;
        let all: Vec<PersonId> = people::table.select(people::id).order(people::id).load(db)?;
        let mut out = vec![];
        for n in 0..args.trainers {
            let who: Vec<PersonId> =
                (0..args.marks).map(|i| all[(n * args.marks + i) % all.len()]).collect();
            out.push(hall(db, (course, version, unit), all[n % all.len()], &who, &stamp)?);
        }
        Ok(out)
    });
    Ok(phones.map_err(|f| f.to_string())?)
}

fn hall(
    db: &mut Db,
    (course, version, unit): (CourseId, VersionId, UnitId),
    trainer: PersonId,
    who: &[PersonId],
    stamp: &Stamp,
) -> Result<Phone, Fault> {
    let (batch, session) = (BatchId(stamp.id()), SessionId(stamp.id()));
    let begins = stamp.now.plus_minutes(-30);
    diesel::insert_into(batches::table)
        .values((
            batches::id.eq(batch),
            batches::course_version_id.eq(version),
            batches::course_id.eq(course),
            batches::unit_id.eq(unit),
            batches::title.eq(HALL),
            batches::seats.eq(60),
            batches::state.eq("open"),
            batches::created_at.eq(stamp.now),
            batches::updated_at.eq(stamp.now),
        ))
        .execute(db)?;
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session),
            sessions::batch_id.eq(batch),
            sessions::starts_at.eq(begins),
            sessions::ends_at.eq(begins.plus_minutes(120)),
            sessions::timezone.eq("Asia/Kolkata"),
            sessions::state.eq("published"),
            sessions::revision.eq(1),
            sessions::created_at.eq(stamp.now),
            sessions::updated_at.eq(stamp.now),
        ))
        .execute(db)?;
    diesel::insert_into(session_trainers::table)
        .values((session_trainers::session_id.eq(session), session_trainers::person_id.eq(trainer)))
        .execute(db)?;
    // A name on a session opens its roll while the role lasts.
    access::grant(db, None, trainer, Role::Trainer, unit, None, stamp)?;
    let seats: Vec<_> = who
        .iter()
        .map(|person| {
            (
                enrolments::id.eq(EnrolmentId(stamp.id())),
                enrolments::batch_id.eq(batch),
                enrolments::person_id.eq(*person),
                enrolments::place.eq("seat"),
                enrolments::queued_at.eq(stamp.now),
                enrolments::round.eq(1),
                enrolments::created_at.eq(stamp.now),
                enrolments::updated_at.eq(stamp.now),
            )
        })
        .collect();
    let seats = diesel::insert_into(enrolments::table).values(&seats);
    match db {
        Db::Sqlite(c) => seats.execute(c)?,
        Db::Postgres(c) => seats.execute(c)?,
    };
    let token = access::make_token(db, trainer, "storm", 1, stamp)?;
    Ok(Phone { token, session, body: body(session, who, stamp.now) })
}

fn body(session: SessionId, who: &[PersonId], now: Moment) -> String {
    let mark = |(n, person): (usize, &PersonId)| {
        let status = ["present", "absent", "late"][n % 3];
        json!({ "id": format!("{session}-{n}"), "person": person, "status": status, "at": now, "sequence": n, "offset_ms": 0 })
    };
    Value::from_iter(who.iter().enumerate().map(mark)).to_string()
}

// --- The storm -------------------------------------------------------------------------------------

fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn serve(db: &str, listen: &str, folder: &Path) -> Outcome<Child> {
    let here = std::env::current_exe()?;
    let built = here.parent().and_then(Path::parent).ok_or("no folder")?;
    let child = Command::new(built.join("prashikshan"))
        .arg("serve")
        .current_dir(folder)
        .env("DATABASE_URL", db)
        .env("PRASHIKSHAN_SECRET_KEY", SECRET)
        .env("PRASHIKSHAN_LISTEN", listen)
        .env("PRASHIKSHAN_LOG", "warn")
        .stdout(Stdio::null())
        .spawn()?;
    let until = Instant::now() + Duration::from_secs(60);
    while Instant::now() < until {
        if TcpStream::connect(listen).is_ok() {
            return Ok(child);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err("the server does not answer".into())
}

fn storm(listen: &str, phones: Vec<Phone>) -> Outcome<Vec<Seen>> {
    let start = Arc::new(Barrier::new(phones.len()));
    let threads: Vec<_> = phones
        .into_iter()
        .map(|phone| {
            let (start, listen) = (start.clone(), listen.to_owned());
            std::thread::spawn(move || {
                start.wait();
                send(&listen, &phone)
            })
        })
        .collect();
    threads.into_iter().map(|t| t.join().map_err(|_| "a phone broke")?).collect()
}

/// Sends until it is taken, waiting as long as the server says.
fn send(listen: &str, phone: &Phone) -> Outcome<Seen> {
    let mut seen = Seen::default();
    for _ in 0..60 {
        let began = Instant::now();
        let (status, wait, text) = post(listen, phone)?;
        seen.answers.push(began.elapsed());
        match status {
            200 => {
                let told: Vec<Value> = serde_json::from_str(&text)?;
                for one in told {
                    match one["result"].as_str() {
                        Some("created") => seen.created += 1,
                        other => *seen.other.entry(format!("{other:?}")).or_default() += 1,
                    }
                }
                return Ok(seen);
            }
            503 => {
                seen.busy += 1;
                std::thread::sleep(Duration::from_secs(wait.ok_or("503 without Retry-After")?));
            }
            other => return Err(format!("{other}: {text}").into()),
        }
    }
    Err("never taken".into())
}

/// One request on a connection of its own: status, Retry-After, body.
fn post(listen: &str, phone: &Phone) -> Outcome<(u16, Option<u64>, String)> {
    let Phone { token, session, body } = phone;
    let mut stream = TcpStream::connect(listen)?;
    write!(
        stream,
        "POST /api/v1/sessions/{session}/marks HTTP/1.1\r\nHost: {listen}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, text) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
    let status = head.split(' ').nth(1).ok_or("no status")?.parse()?;
    let mut fields = head.lines().filter_map(|l| l.split_once(": "));
    let wait = fields.find(|(n, _)| n.eq_ignore_ascii_case("retry-after"));
    Ok((status, wait.and_then(|(_, v)| v.trim().parse().ok()), text.to_owned()))
}

fn report(site: &Site, args: &Args, seen: Vec<Seen>) -> Outcome<()> {
    let mut answers: Vec<Duration> = seen.iter().flat_map(|s| s.answers.clone()).collect();
    answers.sort();
    let at = |share: f64| answers[((answers.len() - 1) as f64 * share) as usize].as_millis();
    let created: usize = seen.iter().map(|s| s.created).sum();
    let busy: usize = seen.iter().map(|s| s.busy).sum();
    let sent = args.trainers * args.marks;
    let kept = site.read_here(|db| {
        let halls: Vec<SessionId> = sessions::table
            .inner_join(batches::table)
            .filter(batches::title.eq(HALL))
            .select(sessions::id)
            .load(db)?;
        let events = mark_events::table.filter(mark_events::session_id.eq_any(&halls));
        let counting = marks::table.filter(marks::session_id.eq_any(&halls));
        Ok((events.count().get_result::<i64>(db)?, counting.count().get_result::<i64>(db)?))
    });
    let (events, counting) = kept.map_err(|f| f.to_string())?;
    println!(
        "{} phones × {} marks: {created} created, {events} kept, {counting} count, {busy} answers 503",
        args.trainers, args.marks
    );
    println!(
        "{} answers: p50 {} ms, p99 {} ms, longest {} ms",
        answers.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
    let whole = i64::try_from(sent)?;
    if created != sent || events != whole || counting != whole {
        return Err(format!(
            "{sent} were sent; {:?}",
            seen.iter().map(|s| &s.other).collect::<Vec<_>>()
        )
        .into());
    }
    Ok(())
}
