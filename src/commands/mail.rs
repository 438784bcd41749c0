//! `mail pause`, `mail resume`, `mail status`: the switch of all mail.

use serde_json::json;

use crate::commands::args;
use crate::kit::fault::Fault;
use crate::kit::site::Site;
use crate::post::{self, pause};

pub fn run(site: &Site, command: args::Mail) -> Result<u8, String> {
    let stamp = site.stamp();
    match command {
        args::Mail::Pause { reason } => site
            .write_here(|db| pause::begin_as(db, None, &reason, &stamp))
            .map(|()| println!("all mail is stopped; sign-in codes go on"))
            .map_err(|fault| told(site, &fault))?,
        args::Mail::Resume => site
            .write_here(|db| pause::end_as(db, None, &stamp))
            .map(|()| println!("mail goes again"))
            .map_err(|fault| told(site, &fault))?,
        args::Mail::Status { json } => status(site, json)?,
    }
    Ok(0)
}

fn status(site: &Site, as_json: bool) -> Result<(), String> {
    let (pause, (ended, wrong)) = site
        .read_here(|db| Ok((pause::standing(db)?, post::newest_ends(db)?)))
        .map_err(|fault| fault.to_string())?;
    if as_json {
        let since = pause.as_ref().map(|p| p.paused_at);
        let reason = pause.as_ref().map(|p| p.reason.as_str());
        let paused = pause.is_some();
        let told = json!({
            "paused": paused, "since": since, "reason": reason, "ended": ended, "wrong": wrong,
        });
        println!("{told}");
        return Ok(());
    }
    match pause {
        Some(pause) => println!("stopped since {}: {}", pause.paused_at, pause.reason),
        None => println!("mail goes"),
    }
    println!("{wrong} of the last {ended} letters went wrong");
    Ok(())
}

/// The words of the pages, in the house's language.
fn told(site: &Site, fault: &Fault) -> String {
    let say =
        |key: String, args: &[(&str, String)]| site.texts().say_with(site.language, &key, args);
    match fault {
        Fault::Conflict(o) => say(format!("conflict-{}", o.code), &o.args),
        Fault::Invalid(fields) => {
            let messages = site.views.messages(site.language, fields);
            messages.into_values().collect::<Vec<_>>().join("\n")
        }
        other => other.to_string(),
    }
}
