//! Every address of the service, one line each, grouped by room.

use actix_web::web::{self, ServiceConfig, get, post};

use crate::access;
use crate::journal;
use crate::kit;
use crate::overview;

/// Mounts everything. A path that stands nowhere here is not found.
pub fn all(app: &mut ServiceConfig) {
    app.route("/static/{name}", get().to(kit::web::asset));
    access(app);
    letters(app);
    app.route("/journal", get().to(journal::pages::list));
    overview(app);
    app.default_service(web::to(nowhere));
}

async fn nowhere() -> Result<actix_web::HttpResponse, kit::fault::Fault> {
    Err(kit::fault::Fault::NotFound)
}

fn access(app: &mut ServiceConfig) {
    app.route("/sign-in", get().to(access::pages::sign_in));
    app.route("/sign-in", post().to(access::pages::ask_code));
    app.route("/sign-in/code", post().to(access::pages::enter_code));
    app.route("/sign-out", post().to(access::pages::sign_out));
    app.route("/l/{token}", get().to(access::pages::link));
    app.route("/l/{token}", post().to(access::pages::use_link));
    app.route("/grants", get().to(access::pages::grants));
    app.route("/grants", post().to(access::pages::give));
    app.route("/grants/{id}/end", post().to(access::pages::end));
}

fn letters(app: &mut ServiceConfig) {
    // The room is called as the method is.
    use crate::post as room;
    app.route("/letters", get().to(room::pages::letters));
    app.route("/letters/{id}", get().to(room::pages::letter));
    app.route("/letters/{id}/again", post().to(room::pages::send_again));
    app.route("/letters/{id}/cancellation", post().to(room::pages::cancel));
    app.route("/api/v1/letters", get().to(room::api::letters));
}

fn overview(app: &mut ServiceConfig) {
    app.route("/", get().to(overview::pages::index));
    app.route("/me", get().to(overview::pages::me));
    app.route("/me/schedule", get().to(overview::pages::schedule));
    app.route("/me/attendance", get().to(overview::pages::attendance));
    app.route("/me/profile", get().to(overview::pages::profile));
    app.route("/today", get().to(overview::pages::today));
    app.route("/dashboard", get().to(overview::pages::dashboard));
    app.route("/help", get().to(overview::pages::help));
    app.route("/privacy", get().to(overview::pages::privacy));
    app.route("/healthz", get().to(overview::pages::healthz));
    app.route("/readyz", get().to(overview::pages::readyz));
}
