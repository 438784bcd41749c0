//! Coming in, going out, roles.

use actix_web::http::Method;
use prashikshan::access;

use crate::stage::{Body, Stage};

#[actix_web::test]
async fn a_link_shows_first_and_signs_in_once() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let asha = stage.person("Asha Devi", "B11");
    let token = stage.write(|db, stamp| access::make_link(db, asha, 60, stamp));
    let nobody = stage.nobody();

    for _ in 0..3 {
        nobody.get(&format!("/l/{token}")).await.must_be(200).says("Asha Devi");
    }
    nobody.post_without_token(&format!("/l/{token}"), &[]).await.must_be(403);

    let (visit, actor) = stage.write(|db, stamp| access::use_link(db, &token, stamp)).expect("in");
    assert_eq!(actor.name, "Asha Devi");
    assert!(!visit.is_empty());
    assert!(stage.write(|db, stamp| access::use_link(db, &token, stamp)).is_none());
    nobody.get(&format!("/l/{token}")).await.must_be(410);
}

#[actix_web::test]
async fn a_code_works_only_in_the_browser_that_asked() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let asha = stage.person("Asha Devi", "B11");
    stage.write(|db, stamp| {
        access::ask_code(db, "secret", "browser-1", "asha.devi@example.org", stamp)
    });
    let code = stage.read(|db| {
        use diesel::prelude::*;
        use prashikshan::kit::schema::sign_in_codes;
        let id: i64 = sign_in_codes::table.select(sign_in_codes::id).first(db)?;
        Ok(access::code_of("secret", id))
    });
    let now = stage.now();
    let enter =
        |browser: &str, code: &str| stage.write(|db, _| access::enter_code(db, browser, code, now));
    assert_eq!(enter("browser-2", &code), access::Entered::Wrong);
    assert_eq!(enter("browser-1", "000000x"), access::Entered::Wrong);
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    assert_eq!(enter("browser-1", &spaced), access::Entered::Is(asha));
    assert_eq!(enter("browser-1", &code), access::Entered::Wrong);
}

#[actix_web::test]
async fn an_unknown_address_gets_the_same_answer() {
    let stage = Stage::new("2026-03-02 08:00").await;
    stage.person("Asha Devi", "B11");
    let browser = ("browser", "b");
    let token = prashikshan::kit::ids::seal(&stage.site.secret, "form", "b");
    let mut pages = vec![];
    for email in ["asha.devi@example.org", "nobody.here@example.org"] {
        let form = Body::Form(format!("_token={token}&email={email}"));
        let page = stage.nobody().send(Method::POST, "/sign-in", &[], Some(browser), form).await;
        pages.push(page.must_be(200).body.replace(email, "X"));
    }
    assert_eq!(pages[0], pages[1]);
}

#[actix_web::test]
async fn guessing_a_code_is_slowed_down() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let now = stage.now();
    let enter = |now| stage.write(|db, _| access::enter_code(db, "b", "123456", now));
    for _ in 0..5 {
        assert_eq!(enter(now), access::Entered::Wrong);
    }
    assert_eq!(enter(now), access::Entered::Wait(60));
    assert_eq!(enter(now.plus_seconds(61)), access::Entered::Wrong);
}

#[actix_web::test]
async fn an_admin_gives_a_role_below_but_not_beside() {
    let stage = Stage::new("2026-03-02 08:00").await;
    stage.person("Bela Rao", "B11");
    let admin = stage.district_admin();
    let form = |unit| [("email", "bela.rao@example.org"), ("role", "trainer"), ("unit", unit)];
    admin.post("/grants", &form("D2")).await.must_be(422);
    admin.post("/grants", &form("B11")).await.must_be(303);
    admin.get("/grants").await.must_be(200).says("Bela Rao");
    assert!(stage.actor("Bela Rao").has_role(access::rules::Role::Trainer));
}

#[actix_web::test]
async fn every_answer_carries_its_headers() {
    let stage = Stage::new("2026-03-02 08:00").await;
    for path in ["/sign-in", "/nowhere", "/static/app.css", "/api/v1/nowhere"] {
        let answer = stage.nobody().get(path).await;
        for name in ["content-security-policy", "x-content-type-options", "referrer-policy"] {
            assert!(answer.header(name).is_some(), "{path} lacks {name}");
        }
    }
    let problem = stage.nobody().get("/api/v1/nowhere").await.must_be(404);
    assert_eq!(problem.header("content-type"), Some("application/problem+json"));
    assert_eq!(problem.json()["status"], 404);
}

#[actix_web::test]
async fn a_form_from_another_site_is_refused() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.admin();
    let form = || Body::Form("email=x".to_owned());
    let cross = [("sec-fetch-site", "cross-site")];
    admin.send(Method::POST, "/grants", &cross, None, form()).await.must_be(403);
    let origin = [("origin", "https://evil.example"), ("host", "training.example.org")];
    admin.send(Method::POST, "/grants", &origin, None, form()).await.must_be(403);
    admin.post_without_token("/grants", &[("email", "x")]).await.must_be(403);
}
