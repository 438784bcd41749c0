//! Every address of the service, one line each, grouped by room.

use actix_web::web::{self, ServiceConfig, get, post};

use crate::access;
use crate::completion;
use crate::journal;
use crate::kit;

/// Mounts everything. A path that stands nowhere here is not found.
pub fn all(app: &mut ServiceConfig) {
    app.route("/static/{name}", get().to(kit::web::asset));
    access(app);
    app.route("/journal", get().to(journal::pages::list));
    completion(app);
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

fn completion(app: &mut ServiceConfig) {
    app.route("/completion", get().to(completion::pages::report));
    app.route("/completion.csv", get().to(completion::pages::report_csv));
    app.route("/completion/people", get().to(completion::pages::names));
    app.route("/completion/people.csv", get().to(completion::pages::names_csv));
    app.route("/enrolments/{id}/completion", get().to(completion::pages::why));
    app.route("/api/v1/completion", get().to(completion::api::report));
    app.route("/api/v1/enrolments/{id}/completion", get().to(completion::api::verdict));
}
