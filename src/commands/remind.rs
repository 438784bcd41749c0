//! `remind run`: one turn of the ticker, for cron.

use serde_json::json;

use crate::kit::site::Site;
use crate::letters;

pub async fn run(site: Site, as_json: bool) -> Result<(), String> {
    let sent = letters::tick(&site).await.map_err(|e| e.to_string())?;
    if as_json {
        println!("{}", json!(sent));
    } else {
        println!("{sent:?}");
    }
    Ok(())
}
