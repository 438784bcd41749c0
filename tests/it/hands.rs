//! One planner's acts, done by API or by filling in the pages: a story is told once and runs both
//! ways.

use serde_json::{Value, json};

use crate::forms;
use crate::stage::{Client, Stage};

pub enum Hands {
    Api(Client),
    Pages(Client),
}

/// A module of the story's course: code, both titles, minutes, whether one must attend it.
pub type Module = (&'static str, &'static str, &'static str, &'static str, bool);

/// Where a session is, and who teaches it.
pub struct Meeting<'a> {
    /// Its code, and its English title.
    pub module: (&'a str, &'a str),
    pub trainer: &'a str,
    pub venue: &'a str,
    /// `2026-03-10T10:00`, at the place.
    pub starts_at: &'a str,
    pub ends_at: &'a str,
}

/// The last part of an address: the id of what was made.
fn id_of(address: &str) -> String {
    let path = address.split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

impl Hands {
    pub fn api(stage: &Stage) -> Self {
        Self::Api(stage.admin().by_token())
    }

    pub fn pages(stage: &Stage) -> Self {
        Self::Pages(stage.admin())
    }

    /// The same planner on another day, signed in anew: an admin's visit ends after hours.
    pub fn comes_back(self, stage: &Stage) -> Self {
        match self {
            Self::Api(_) => Self::api(stage),
            Self::Pages(_) => Self::pages(stage),
        }
    }

    pub async fn course(&self, code: &str, titles: (&str, &str), modules: &[Module]) -> String {
        let (hi, en) = titles;
        match self {
            Self::Api(client) => {
                let modules: Vec<Value> = modules
                    .iter()
                    .map(|(code, hi, en, minutes, must)| {
                        json!({"code": code, "title_hi": hi, "title_en": en, "minutes": minutes, "compulsory": must})
                    })
                    .collect();
                let body = json!({
                    "code": code, "title_hi": hi, "title_en": en, "unit": "MP", "modules": modules,
                    "completion": {"percent": 60},
                });
                let course = made(client, "/api/v1/courses", body).await;
                let path = format!("/api/v1/courses/{course}/publication");
                client.api_post(&path, json!({})).await.must_be(200);
                course
            }
            Self::Pages(client) => {
                let mut given = vec![
                    ("code", code),
                    ("unit", "MP"),
                    ("title_hi", hi),
                    ("title_en", en),
                    ("percent", "60"),
                ];
                for (code, hi, en, minutes, must) in modules {
                    given.extend([
                        ("module_code", *code),
                        ("module_title_hi", *hi),
                        ("module_title_en", *en),
                        ("module_minutes", *minutes),
                        ("module_compulsory", if *must { "yes" } else { "no" }),
                    ]);
                }
                let to = forms::send(client, "/courses/new", "/courses", &given).await;
                let course = id_of(&to);
                let page = format!("/courses/{course}");
                forms::send(client, &page, &format!("{page}/publication"), &[]).await;
                course
            }
        }
    }

    pub async fn venue(&self, names: (&str, &str), unit: &str, seats: &str) -> String {
        let (hi, en) = names;
        match self {
            Self::Api(client) => {
                let body = json!({"name_hi": hi, "name_en": en, "unit": unit, "seats": seats, "address": "River road"});
                made(client, "/api/v1/venues", body).await
            }
            Self::Pages(client) => {
                let given = [
                    ("name_hi", hi),
                    ("name_en", en),
                    ("unit", unit),
                    ("seats", seats),
                    ("address", "River road"),
                ];
                id_of(&forms::send(client, "/venues/new", "/venues", &given).await)
            }
        }
    }

    /// `course` is its code and its id.
    pub async fn batch(
        &self,
        course: (&str, &str),
        unit: &str,
        title: &str,
        seats: &str,
    ) -> String {
        match self {
            Self::Api(client) => {
                let body =
                    json!({"course": course.1, "unit": unit, "title": title, "seats": seats});
                made(client, "/api/v1/batches", body).await
            }
            Self::Pages(client) => {
                let given =
                    [("course", course.0), ("unit", unit), ("title", title), ("seats", seats)];
                id_of(&forms::send(client, "/batches/new", "/batches", &given).await)
            }
        }
    }

    /// Plans a session and tells people of it.
    pub async fn session(&self, batch: &str, meeting: &Meeting<'_>) -> String {
        match self {
            Self::Api(client) => {
                let body = json!({
                    "modules": [meeting.module.0], "trainers": [meeting.trainer], "venue": meeting.venue,
                    "starts_at": format!("{}:00+05:30", meeting.starts_at),
                    "ends_at": format!("{}:00+05:30", meeting.ends_at),
                });
                let session =
                    made(client, &format!("/api/v1/batches/{batch}/sessions"), body).await;
                let path = format!("/api/v1/sessions/{session}/publication");
                client.api_post(&path, json!({})).await.must_be(200);
                session
            }
            Self::Pages(client) => {
                let page = format!("/batches/{batch}/sessions/new");
                let blank = client.get(&page).await.must_be(200);
                let module = forms::box_beside(&blank, "modules", meeting.module.1);
                let given = [
                    ("modules", module.as_str()),
                    ("trainers", meeting.trainer),
                    ("venue", meeting.venue),
                    ("starts_at", meeting.starts_at),
                    ("ends_at", meeting.ends_at),
                ];
                let action = format!("/batches/{batch}/sessions");
                let session = id_of(&forms::send(client, &page, &action, &given).await);
                let page = format!("/sessions/{session}");
                forms::send(client, &page, &format!("{page}/publication"), &[]).await;
                session
            }
        }
    }

    /// Puts somebody on the batch: `seat` or `waiting`, and the enrolment's id.
    pub async fn enrol(&self, batch: &str, person: &str, name: &str) -> (String, String) {
        match self {
            Self::Api(client) => {
                let path = format!("/api/v1/batches/{batch}/enrolments");
                let body = json!({"person": person, "as": "enrolment"});
                let answer = client.api_post(&path, body).await.must_be(201).json();
                let of = |field: &str| answer[field].as_str().expect("a word").to_owned();
                (of("place"), of("id"))
            }
            Self::Pages(client) => {
                let path = format!("/batches/{batch}/enrolments");
                let page = format!("{path}?q={}", name.replace(' ', "+"));
                let to = forms::send(client, &page, &path, &[("person", person)]).await;
                let list = client.get(&to).await.must_be(200);
                let steps = forms::link(&list, &format!("Withdraw {name}")).expect("on the list");
                let waits = forms::link(&list, &format!("Give a seat to {name}")).is_some();
                let id = steps.trim_end_matches("/withdrawal").to_owned();
                (if waits { "waiting" } else { "seat" }.to_owned(), id_of(&id))
            }
        }
    }

    pub async fn withdraw(&self, enrolment: &str, reason: &str) {
        match self {
            Self::Api(client) => {
                let path = format!("/api/v1/enrolments/{enrolment}/withdrawal");
                client.api_post(&path, json!({"reason": reason})).await.must_be(200);
            }
            Self::Pages(client) => {
                let page = format!("/enrolments/{enrolment}/withdrawal");
                forms::send(client, &page, &page, &[("reason", reason)]).await;
            }
        }
    }

    /// Who is expected, in the order of the roll.
    pub async fn roster(&self, session: &str) -> Vec<String> {
        match self {
            Self::Api(client) => {
                let path = format!("/api/v1/sessions/{session}/roster");
                let roster = client.api_get(&path).await.must_be(200).json();
                let items = roster["items"].as_array().expect("items");
                items.iter().map(|row| row["person"].as_str().expect("an id").to_owned()).collect()
            }
            Self::Pages(client) => {
                let page = client.get(&format!("/sessions/{session}/roll-call")).await.must_be(200);
                let fields = forms::names(&page, "mark-");
                let ids = fields.iter().map(|f| f.trim_start_matches("mark-"));
                // One more is the blank that the page's script copies.
                ids.filter(|id| id.parse::<i64>().is_ok()).map(str::to_owned).collect()
            }
        }
    }

    /// Takes the roll, and once more: the second time changes nothing. `at` is local.
    pub async fn take_roll(&self, session: &str, marks: &[(&str, &str)], at: &str) {
        match self {
            Self::Api(client) => {
                let path = format!("/api/v1/sessions/{session}/marks");
                let body: Vec<Value> = marks
                    .iter()
                    .map(|(person, status)| {
                        let id = format!("018e0000-0000-7000-8000-{:0>12}", tail(session, person));
                        json!({"id": id, "person": person, "status": status, "at": format!("{at}:00+05:30")})
                    })
                    .collect();
                for result in ["created", "duplicate"] {
                    let answer = client.api_post(&path, json!(body)).await.must_be(200).json();
                    let answers = answer.as_array().expect("results");
                    assert_eq!(answers.len(), marks.len());
                    assert!(answers.iter().all(|r| r["result"] == result), "{answer}");
                }
            }
            Self::Pages(client) => {
                let path = format!("/sessions/{session}/roll-call");
                let names: Vec<(String, &str)> =
                    marks.iter().map(|(p, s)| (format!("mark-{p}"), *s)).collect();
                let given: Vec<(&str, &str)> =
                    names.iter().map(|(n, s)| (n.as_str(), *s)).collect();
                forms::send(client, &path, &path, &given).await;
                forms::send(client, &path, &path, &given).await;
            }
        }
    }

    /// To another day, the same hours and place.
    pub async fn move_to(&self, session: &str, starts_at: &str, ends_at: &str) {
        match self {
            Self::Api(client) => {
                let body = json!({
                    "starts_at": format!("{starts_at}:00+05:30"), "ends_at": format!("{ends_at}:00+05:30"),
                });
                let path = format!("/api/v1/sessions/{session}");
                let moved = client.api_patch(&path, body).await.must_be(200).json();
                assert_eq!(moved["revision"], 2);
            }
            Self::Pages(client) => {
                let page = format!("/sessions/{session}/postponement");
                let given = [("starts_at", starts_at), ("ends_at", ends_at)];
                forms::send_seen(client, &page, &given).await;
            }
        }
    }

    pub async fn cancel(&self, session: &str, reason: &str) {
        match self {
            Self::Api(client) => {
                let path = format!("/api/v1/sessions/{session}/cancellation");
                client.api_post(&path, json!({"reason": reason})).await.must_be(200);
            }
            Self::Pages(client) => {
                let page = format!("/sessions/{session}/cancellation");
                forms::send(client, &page, &page, &[("reason", reason)]).await;
            }
        }
    }

    /// Enrolled, complete, in progress, not started, below a unit.
    pub async fn report(&self, course: &str, unit: &str) -> [i64; 4] {
        match self {
            Self::Api(client) => {
                let path = format!("/api/v1/completion?course={course}&unit={unit}");
                let report = client.api_get(&path).await.must_be(200).json();
                ["enrolled", "complete", "in_progress", "not_started"]
                    .map(|name| report[name].as_i64().expect("a number"))
            }
            Self::Pages(client) => {
                let path = format!("/completion?course={course}&unit={unit}");
                let page = client.get(&path).await.must_be(200);
                ["Enrolled", "Complete", "In progress", "Not started"]
                    .map(|label| forms::number(&page, label))
            }
        }
    }
}

async fn made(client: &Client, path: &str, body: Value) -> String {
    let answer = client.api_post(path, body).await.must_be(201);
    answer.json()["id"].as_str().expect("an id").to_owned()
}

/// Twelve hexadecimal digits of their own for each mark.
fn tail(session: &str, person: &str) -> String {
    prashikshan::kit::ids::hash(&format!("{session}/{person}"))[..12].to_owned()
}
