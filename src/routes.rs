//! Every address of the service, one line each, grouped by room.

use actix_web::Route;
use actix_web::web::{self, ServiceConfig, get, patch, post};

use crate::access;
use crate::attendance;
use crate::completion;
use crate::courses;
use crate::enrolment;
use crate::erasure;
use crate::imports;
use crate::journal;
use crate::kit;
use crate::openapi;
use crate::overview;
use crate::people;
use crate::postponement;
use crate::reminders;
use crate::schedule;
use crate::units;

/// Mounts everything. A path that stands nowhere here is not found.
pub fn all(config: &mut ServiceConfig) {
    let mut app = Addresses::default();
    every_one(&mut app);
    app.mount(config);
    config.default_service(web::to(nowhere));
}

/// Addresses by their head: `/sessions`, `/api/v1/sessions`. actix tries one pattern after the other;
/// so a request is held against those that begin as it does, not against three hundred.
#[derive(Default)]
struct Addresses {
    heads: Vec<(&'static str, Vec<(&'static str, Route)>)>,
}

impl Addresses {
    fn route(&mut self, address: &'static str, route: Route) {
        let skipped = if address.starts_with("/api/v1/") { "/api/v1/".len() } else { 1 };
        let end = address[skipped..].find('/').map_or(address.len(), |at| skipped + at);
        let (head, rest) = address.split_at(end);
        match self.heads.iter_mut().find(|(of, _)| *of == head) {
            Some((_, routes)) => routes.push((rest, route)),
            None => self.heads.push((head, vec![(rest, route)])),
        }
    }

    fn mount(self, config: &mut ServiceConfig) {
        for (head, routes) in self.heads {
            if routes.iter().all(|(rest, _)| rest.is_empty()) {
                for (_, route) in routes {
                    config.route(head, route);
                }
            } else {
                let scope = web::scope(head);
                config.service(
                    routes.into_iter().fold(scope, |scope, (rest, route)| scope.route(rest, route)),
                );
            }
        }
    }
}

fn every_one(app: &mut Addresses) {
    app.route("/static/{name}", get().to(kit::web::asset));
    app.route("/static/vendor/{name}", get().to(kit::web::vendored));
    access(app);
    units(app);
    people(app);
    offices(app);
    imports(app);
    courses(app);
    schedule(app);
    letters(app);
    templates(app);
    reminders(app);
    app.route("/journal", get().to(journal::pages::list));
    overview(app);
    completion(app);
    enrolment(app);
    attendance(app);
    postponement(app);
    app.route("/api", get().to(openapi::pages::readable));
    app.route("/api/v1/openapi.json", get().to(openapi::pages::document));
}

async fn nowhere() -> Result<actix_web::HttpResponse, kit::fault::Fault> {
    Err(kit::fault::Fault::NotFound)
}

fn access(app: &mut Addresses) {
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

fn courses(app: &mut Addresses) {
    app.route("/courses", get().to(courses::pages::list));
    app.route("/courses", post().to(courses::pages::create));
    app.route("/courses/new", get().to(courses::pages::new));
    app.route("/courses/{id}", get().to(courses::pages::show));
    app.route("/courses/{id}", post().to(courses::pages::change));
    app.route("/courses/{id}/edit", get().to(courses::pages::edit));
    app.route("/courses/{id}/publication", post().to(courses::pages::publish));
    app.route("/courses/{id}/retirement", post().to(courses::pages::retire));
    app.route("/api/v1/courses", get().to(courses::api::list));
    app.route("/api/v1/courses", post().to(courses::api::create));
    app.route("/api/v1/courses/{id}", get().to(courses::api::show));
    app.route("/api/v1/courses/{id}", patch().to(courses::api::change));
    app.route("/api/v1/courses/{id}/publication", post().to(courses::api::publish));
}

fn schedule(app: &mut Addresses) {
    use schedule::{
        api, availability, batches, calendar, feeds, finding, ground, holidays, pages, plans,
        venues,
    };
    app.route("/schedules/suggestions", get().to(finding::pages::suggest));
    app.route("/schedules/suggestions", post().to(finding::pages::accept));
    app.route("/people/{id}/availability", get().to(availability::pages::show));
    app.route("/people/{id}/availability", post().to(availability::pages::set_week));
    app.route("/people/{id}/absences", post().to(availability::pages::add_absence));
    app.route("/people/{id}/absences/removal", post().to(availability::pages::remove_absence));
    app.route("/holidays", get().to(holidays::pages::list));
    app.route("/holidays", post().to(holidays::pages::create));
    app.route("/holidays.csv", get().to(holidays::pages::csv));
    app.route("/holidays/new", get().to(holidays::pages::new));
    app.route("/holidays/import", get().to(holidays::pages::table));
    app.route("/holidays/import", post().to(holidays::pages::look));
    app.route("/holidays/import/result", post().to(holidays::pages::take));
    app.route("/holidays/{id}", post().to(holidays::pages::change));
    app.route("/holidays/{id}/edit", get().to(holidays::pages::edit));
    app.route("/holidays/{id}/removal", post().to(holidays::pages::remove));
    app.route("/holidays/{id}/restoration", post().to(holidays::pages::restore));
    app.route("/venues", get().to(venues::pages::list));
    app.route("/venues", post().to(venues::pages::create));
    app.route("/venues/new", get().to(venues::pages::new));
    app.route("/venues/{id}", get().to(venues::pages::show));
    app.route("/venues/{id}", post().to(venues::pages::change));
    app.route("/venues/{id}/edit", get().to(venues::pages::edit));
    app.route("/venues/{id}/ways", get().to(ground::pages::show));
    app.route("/venues/{id}/ways", post().to(ground::pages::set));
    app.route("/venues/{id}/ways/minutes", post().to(ground::pages::set_minutes));
    app.route("/batches", get().to(batches::pages::list));
    app.route("/batches", post().to(batches::pages::create));
    app.route("/batches/new", get().to(batches::pages::new));
    app.route("/batches/{id}", get().to(batches::pages::show));
    app.route("/batches/{id}", post().to(batches::pages::change));
    app.route("/batches/{id}/edit", get().to(batches::pages::edit));
    app.route("/batches/{id}/reservations", get().to(batches::pages::kept));
    app.route("/batches/{id}/reservations", post().to(batches::pages::keep));
    app.route("/batches/{id}/publication", post().to(batches::pages::publish));
    app.route("/batches/{id}/sessions/new", get().to(pages::new));
    app.route("/batches/{id}/sessions", post().to(pages::create));
    app.route("/schedules", get().to(plans::pages::list));
    app.route("/schedules", post().to(plans::pages::create));
    app.route("/schedules/new", get().to(plans::pages::new));
    app.route("/schedules/{id}", get().to(plans::pages::show));
    app.route("/schedules/{id}/cells/{place}", get().to(plans::pages::cell));
    app.route("/schedules/{id}/cells/{place}", post().to(plans::pages::change_cell));
    app.route("/schedules/{id}/cells/{place}/removal", post().to(plans::pages::drop_cell));
    app.route("/schedules/{id}/columns/{number}", get().to(plans::pages::column));
    app.route("/schedules/{id}/columns/{number}", post().to(plans::pages::change_column));
    app.route("/schedules/{id}/publication", get().to(plans::pages::publishing));
    app.route("/schedules/{id}/publication", post().to(plans::pages::publish));
    app.route("/schedules/{id}/removal", post().to(plans::pages::discard));
    app.route("/sessions", get().to(pages::list));
    app.route("/sessions/{id}", get().to(pages::show));
    app.route("/sessions/{id}/publication", post().to(pages::publish));
    app.route("/sessions/{id}/calendar", get().to(pages::calendar));
    app.route("/calendar", get().to(calendar::pages::show));
    app.route("/calendars/{token}.ics", get().to(feeds::pages::file));
    app.route("/me/calendars", get().to(feeds::pages::list));
    app.route("/me/calendars", post().to(feeds::pages::create));
    app.route("/feeds/{id}/revocation", post().to(feeds::pages::revoke));
    app.route("/api/v1/venues", get().to(venues::api::list));
    app.route("/api/v1/venues", post().to(venues::api::create));
    app.route("/api/v1/venues/{id}", get().to(venues::api::show));
    app.route("/api/v1/batches", get().to(batches::api::list));
    app.route("/api/v1/batches", post().to(batches::api::create));
    app.route("/api/v1/batches/{id}", get().to(batches::api::show));
    app.route("/api/v1/batches/{id}", patch().to(batches::api::change));
    app.route("/api/v1/batches/{id}/sessions", get().to(api::list));
    app.route("/api/v1/batches/{id}/sessions", post().to(api::create));
    app.route("/api/v1/sessions/{id}", get().to(api::show));
    app.route("/api/v1/sessions/{id}", patch().to(api::change));
    app.route("/api/v1/sessions/{id}/publication", post().to(api::publish));
    app.route("/api/v1/sessions/{id}/cancellation", post().to(api::cancel));
}

fn units(app: &mut Addresses) {
    app.route("/units", get().to(units::pages::list));
    app.route("/units", post().to(units::pages::create));
    app.route("/units/new", get().to(units::pages::blank));
    app.route("/units/{code}", get().to(units::pages::show));
    app.route("/units/{code}", post().to(units::pages::change));
    app.route("/units/{code}/edit", get().to(units::pages::edit));
    app.route("/levels", post().to(units::pages::add_level));
    app.route("/api/v1/levels", get().to(units::api::levels));
    app.route("/api/v1/levels", post().to(units::api::add_level));
    app.route("/api/v1/units", get().to(units::api::list));
    app.route("/api/v1/units", post().to(units::api::create));
    app.route("/api/v1/units/{code}", get().to(units::api::show));
    app.route("/api/v1/units/{code}", patch().to(units::api::change));
}

fn people(app: &mut Addresses) {
    app.route("/people", get().to(people::pages::list));
    app.route("/people", post().to(people::pages::create));
    app.route("/people.csv", get().to(people::pages::csv));
    app.route("/people/new", get().to(people::pages::blank));
    app.route("/people/{id}", get().to(people::pages::show));
    app.route("/people/{id}", post().to(people::pages::change));
    app.route("/people/{id}/edit", get().to(people::pages::edit));
    app.route("/people/{id}/addresses", post().to(people::pages::use_address_again));
    app.route("/people/{id}/erasure", get().to(erasure::pages::show));
    app.route("/people/{id}/erasure", post().to(erasure::pages::erase));
    app.route("/people/{id}/erasure/code", post().to(erasure::pages::ask_code));
    app.route("/api/v1/people/{id}/erasure", post().to(erasure::api::erase));
    app.route("/api/v1/people/{id}/erasure/code", post().to(erasure::api::ask_code));
    app.route("/api/v1/people", get().to(people::api::list));
    app.route("/api/v1/people", post().to(people::api::create));
    app.route("/api/v1/people/{id}", get().to(people::api::show));
    app.route("/api/v1/people/{id}", patch().to(people::api::change));
}

fn offices(app: &mut Addresses) {
    use people::offices::pages;
    app.route("/units/{code}/offices", get().to(pages::list));
    app.route("/units/{code}/offices", post().to(pages::appoint));
    app.route("/units/{code}/offices/new", get().to(pages::blank));
    app.route("/offices/{id}/end", get().to(pages::ending));
    app.route("/offices/{id}/end", post().to(pages::end));
    app.route("/office-kinds", get().to(pages::kinds));
    app.route("/office-kinds", post().to(pages::add_kind));
    app.route("/office-kinds/{id}", get().to(pages::kind));
    app.route("/office-kinds/{id}", post().to(pages::change_kind));
}

fn imports(app: &mut Addresses) {
    app.route("/imports", get().to(imports::pages::blank));
    app.route("/imports", post().to(imports::pages::look));
    app.route("/imports/result", post().to(imports::pages::run));
    app.route("/imports/refused.csv", post().to(imports::pages::refused));
}

fn letters(app: &mut Addresses) {
    // The room is called as the method is.
    use crate::letters::notices;
    use crate::post as room;
    app.route("/letters", get().to(room::pages::letters));
    app.route("/letters/pause", post().to(room::pages::begin_pause));
    app.route("/letters/pause/end", post().to(room::pages::end_pause));
    app.route("/letters/cancellations", get().to(room::pages::stopping));
    app.route("/letters/cancellations", post().to(room::pages::stop));
    app.route("/letters/new", get().to(notices::pages::new));
    app.route("/letters/notices", get().to(notices::pages::list));
    app.route("/letters/notices", post().to(notices::pages::create));
    app.route("/letters/notices/{id}", get().to(notices::pages::show));
    app.route("/letters/notices/{id}", post().to(notices::pages::change));
    app.route("/letters/notices/{id}/edit", get().to(notices::pages::edit));
    app.route("/letters/notices/{id}/removal", post().to(notices::pages::discard));
    app.route("/letters/notices/{id}/trial", post().to(notices::pages::try_out));
    app.route("/letters/notices/{id}/code", post().to(notices::pages::ask_code));
    app.route("/letters/notices/{id}/confirmation", get().to(notices::pages::confirmation));
    app.route("/letters/notices/{id}/confirmation", post().to(notices::pages::confirm));
    app.route("/letters/notices/{id}/approval", get().to(notices::approvals::pages::show));
    app.route("/letters/notices/{id}/approval", post().to(notices::approvals::pages::approve));
    app.route(
        "/letters/notices/{id}/approval/code",
        post().to(notices::approvals::pages::ask_code),
    );
    app.route("/letters/notices/{id}/refusal", post().to(notices::approvals::pages::send_back));
    app.route("/letters/notices/{id}/cancellation", post().to(notices::pages::stop));
    app.route("/letters/notices/{id}/pause", post().to(notices::pages::pause));
    app.route("/letters/notices/{id}/pause/end", post().to(notices::pages::resume));
    app.route("/letters/{id}", get().to(room::pages::letter));
    app.route("/letters/{id}/again", post().to(room::pages::send_again));
    app.route("/letters/{id}/cancellation", post().to(room::pages::cancel));
    app.route("/unsubscribe/{token}", get().to(room::pages::stop_reminders));
    app.route("/unsubscribe/{token}", post().to(room::pages::unsubscribe));
    app.route("/me/reminders", post().to(room::pages::want_own_reminders));
    app.route("/me/reminders/end", post().to(room::pages::stop_own_reminders));
    app.route("/api/v1/letters", get().to(room::api::letters));
}

fn templates(app: &mut Addresses) {
    use crate::letters::templates::pages;
    app.route("/templates", get().to(pages::list));
    app.route("/templates/{letter}", get().to(pages::edit));
    app.route("/templates/{letter}", post().to(pages::write));
    app.route("/templates/{letter}/preview", post().to(pages::look));
    app.route("/templates/{letter}/preview/{language}", post().to(pages::look_whole));
    app.route("/templates/{letter}/trial", post().to(pages::try_out));
    app.route("/templates/{letter}/versions/{number}", get().to(pages::version));
    app.route("/templates/{letter}/versions/{number}", post().to(pages::put_back));
}

fn reminders(app: &mut Addresses) {
    use reminders::{answers, preview, rulebook};
    app.route("/reminder-rules", get().to(rulebook::pages::list));
    app.route("/reminder-rules", post().to(rulebook::pages::create));
    app.route("/reminder-rules/new", get().to(rulebook::pages::new));
    app.route("/reminder-rules/{id}", get().to(rulebook::pages::edit));
    app.route("/reminder-rules/{id}", post().to(rulebook::pages::change));
    app.route("/reminder-rules/{id}/end", post().to(rulebook::pages::end));
    app.route("/reminder-rules/{id}/start", post().to(rulebook::pages::start));
    app.route("/sessions/{id}/letters", get().to(preview::pages::show));
    app.route("/answers/{token}", get().to(answers::pages::show));
    app.route("/answers/{token}", post().to(answers::pages::say));
}

fn overview(app: &mut Addresses) {
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

fn completion(app: &mut Addresses) {
    app.route("/completion", get().to(completion::pages::report));
    app.route("/completion.csv", get().to(completion::pages::report_csv));
    app.route("/completion/people", get().to(completion::pages::names));
    app.route("/completion/people.csv", get().to(completion::pages::names_csv));
    app.route("/enrolments/{id}/completion", get().to(completion::pages::why));
    app.route("/api/v1/completion", get().to(completion::api::report));
    app.route("/api/v1/enrolments/{id}/completion", get().to(completion::api::verdict));
}

fn enrolment(app: &mut Addresses) {
    use enrolment::{asks, offers};
    app.route("/batches/{id}/enrolments", get().to(enrolment::pages::list));
    app.route("/batches/{id}/enrolments", post().to(enrolment::pages::enrol));
    app.route("/enrolments/{id}/withdrawal", get().to(enrolment::pages::withdrawal));
    app.route("/enrolments/{id}/withdrawal", post().to(enrolment::pages::withdraw));
    app.route("/enrolments/{id}/promotion", get().to(enrolment::pages::promotion));
    app.route("/enrolments/{id}/promotion", post().to(enrolment::pages::promote));
    app.route("/offers/{token}", get().to(offers::pages::show));
    app.route("/offers/{token}", post().to(offers::pages::take));
    app.route("/offers/{token}/refusal", post().to(offers::pages::decline));
    app.route("/enrolments/{id}/seat", post().to(offers::pages::take_here));
    app.route("/enrolments/{id}/seat/refusal", post().to(offers::pages::decline_here));
    app.route("/me/courses", get().to(asks::pages::courses));
    app.route("/me/courses", post().to(asks::pages::ask));
    app.route("/requests", get().to(asks::pages::requests));
    app.route("/requests", post().to(asks::pages::approve));
    app.route("/enrolments/{id}/refusal", get().to(asks::pages::refusal));
    app.route("/enrolments/{id}/refusal", post().to(asks::pages::refuse));
    app.route("/nominations", get().to(asks::pages::nominations));
    app.route("/batches/{id}/nominations", get().to(asks::pages::nomination));
    app.route("/batches/{id}/nominations", post().to(asks::pages::nominate));
    app.route("/api/v1/batches/{id}/enrolments", get().to(enrolment::api::list));
    app.route("/api/v1/batches/{id}/enrolments", post().to(enrolment::api::enrol));
    app.route("/api/v1/enrolments/{id}", get().to(enrolment::api::one));
    app.route("/api/v1/enrolments/{id}/withdrawal", post().to(enrolment::api::withdraw));
    app.route("/api/v1/enrolments/{id}/approval", post().to(enrolment::api::approve));
    app.route("/api/v1/enrolments/{id}/refusal", post().to(enrolment::api::refuse));
    app.route("/api/v1/enrolments/{id}/seat", post().to(enrolment::api::take_seat));
    app.route("/api/v1/enrolments/{id}/seat/refusal", post().to(enrolment::api::refuse_seat));
    app.route("/api/v1/enrolments/{id}/promotion", post().to(enrolment::api::promote));
}

fn attendance(app: &mut Addresses) {
    use attendance::{
        api, apologies, appeals, badges, check_in, guests, helpers, pages, paper, phones, walk_ins,
    };
    app.route("/sessions/{id}/roll-call", get().to(pages::roll_call));
    app.route("/sessions/{id}/roll-call", post().to(pages::take));
    app.route("/sessions/{id}/roll-call/closing", post().to(pages::close));
    app.route("/sessions/{id}/roll-call/quick", get().to(paper::pages::quick));
    app.route("/sessions/{id}/roll-call/quick", post().to(paper::pages::enter));
    app.route("/sessions/{id}/roll-call/bundle", get().to(phones::pages::bundle));
    app.route("/sessions/{id}/roll-call/state", get().to(phones::pages::helper_state));
    app.route("/sessions/{id}/sheet", get().to(paper::pages::sheet));
    app.route("/sessions/{id}/marks", get().to(pages::history));
    app.route("/sessions/{id}/marks", post().to(phones::pages::take));
    app.route("/me/badge", get().to(badges::pages::mine));
    app.route("/me/badge", post().to(badges::pages::renew));
    app.route("/me/badge.svg", get().to(badges::pages::picture));
    app.route("/people/{id}/badge", get().to(badges::pages::theirs));
    app.route("/people/{id}/badge", post().to(badges::pages::revoke));
    app.route("/batches/{id}/badges", get().to(badges::pages::cards));
    app.route("/sessions/{id}/scanner", get().to(badges::pages::scanner));
    app.route("/sessions/{id}/scanner", post().to(badges::pages::scan));
    app.route("/sessions/{id}/apology", get().to(apologies::pages::show));
    app.route("/sessions/{id}/apology", post().to(apologies::pages::make));
    app.route("/sessions/{id}/apology/end", post().to(apologies::pages::take_back));
    app.route("/sessions/{id}/apologies", get().to(apologies::pages::list));
    app.route("/sessions/{id}/apologies/{person}", post().to(apologies::pages::decide));
    app.route("/sessions/{id}/make-up", get().to(guests::pages::show));
    app.route("/sessions/{id}/make-up", post().to(guests::pages::join));
    app.route("/sessions/{id}/make-up/end", post().to(guests::pages::leave));
    app.route("/sessions/{id}/helpers", get().to(helpers::pages::list));
    app.route("/sessions/{id}/helpers", post().to(helpers::pages::invite));
    app.route("/sessions/{id}/helpers/{pass}/end", post().to(helpers::pages::end));
    app.route("/helper", get().to(helpers::pages::ask_pin));
    app.route("/helper", post().to(helpers::pages::enter_pin));
    app.route("/helper/{token}", get().to(helpers::pages::show));
    app.route("/helper/{token}", post().to(helpers::pages::open));
    app.route("/sessions/{id}/check-in", get().to(check_in::pages::hall));
    app.route("/sessions/{id}/arrivals", get().to(check_in::pages::arrivals));
    app.route("/sessions/{id}/arrivals/{person}", post().to(check_in::pages::settle));
    app.route("/check-in", get().to(check_in::pages::ask));
    app.route("/check-in", post().to(check_in::pages::enter));
    app.route("/check-in/{code}", get().to(check_in::pages::show));
    app.route("/check-in/{code}", post().to(check_in::pages::tap));
    app.route("/check-in/{code}/names", post().to(check_in::pages::find));
    app.route("/remembered-phone/end", post().to(check_in::pages::forget));
    app.route("/sessions/{id}/walk-ins", post().to(walk_ins::pages::add));
    app.route("/walk-ins/{id}", get().to(walk_ins::pages::show));
    app.route("/walk-ins/{id}", post().to(walk_ins::pages::recognise));
    app.route("/sessions/{id}/appeal", get().to(appeals::pages::show));
    app.route("/sessions/{id}/appeal", post().to(appeals::pages::make));
    app.route("/appeals/{id}", get().to(appeals::pages::look));
    app.route("/appeals/{id}", post().to(appeals::pages::decide));
    app.route("/sync", get().to(phones::pages::sync));
    app.route("/sync", post().to(phones::pages::hand_in));
    app.route("/sync/state", get().to(phones::pages::state));
    app.route("/offline", get().to(phones::pages::offline));
    app.route("/offline/roll-call", get().to(phones::pages::offline_roll));
    app.route("/offline/scanner", get().to(phones::pages::offline_scanner));
    app.route("/offline/check-in", get().to(phones::pages::offline_hall));
    app.route("/offline/badge", get().to(phones::pages::offline_badge));
    app.route("/offline/sync", get().to(phones::pages::offline_sync));
    app.route("/service-worker.js", get().to(phones::pages::service_worker));
    app.route("/manifest.webmanifest", get().to(phones::pages::manifest));
    app.route("/api/v1/sessions/{id}/roster", get().to(api::roster));
    app.route("/api/v1/sessions/{id}/marks", post().to(api::take));
}

fn postponement(app: &mut Addresses) {
    use postponement::{api, batches, pages};
    app.route("/sessions/{id}/move", get().to(pages::moved));
    app.route("/sessions/{id}/postponement", get().to(pages::moving));
    app.route("/sessions/{id}/postponement", post().to(pages::move_session));
    app.route("/sessions/{id}/cancellation", get().to(pages::cancelling));
    app.route("/sessions/{id}/cancellation", post().to(pages::cancel));
    app.route("/batches/{id}/postponement", get().to(batches::pages::moving));
    app.route("/batches/{id}/postponement", post().to(batches::pages::move_batch));
    app.route("/batches/{id}/cancellation", get().to(batches::pages::cancelling));
    app.route("/batches/{id}/cancellation", post().to(batches::pages::cancel));
    app.route("/api/v1/batches/{id}/postponement", post().to(api::move_batch));
    app.route("/api/v1/batches/{id}/cancellation", post().to(api::cancel_batch));
}
