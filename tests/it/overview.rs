//! The start pages.

use crate::stage::Stage;

#[actix_web::test]
async fn everybody_starts_at_their_own_page() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let home = |answer: &crate::stage::Answer| answer.location().to_owned();
    assert_eq!(home(&stage.admin().get("/").await.must_be(303)), "/dashboard");
    assert_eq!(home(&stage.trainer().get("/").await.must_be(303)), "/today");
    assert_eq!(home(&stage.newcomer("Asha", "B11").get("/").await.must_be(303)), "/me");
    stage.nobody().get("/").await.must_be(200).says("Sign in");
}

#[actix_web::test]
async fn empty_pages_say_what_will_be_there() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let asha = stage.newcomer("Asha", "B11");
    asha.get("/me").await.must_be(200).says("No session is fixed yet");
    asha.clone().in_hindi().get("/me").await.must_be(200).says("अभी कोई सत्र तय नहीं");
    asha.get("/me/schedule").await.must_be(200);
    asha.get("/me/attendance").await.must_be(200).says("No session has taken place yet");
    asha.get("/me/profile").await.must_be(200).says("asha@example.org");
    stage.trainer().get("/today").await.must_be(200).says("no session for you today");
    stage.admin().get("/dashboard").await.must_be(200).says("First steps");
    stage.admin().get("/journal").await.must_be(200).says("role given");
    for path in ["/help", "/privacy"] {
        asha.get(path).await.must_be(200);
        stage.nobody().get(path).await.must_be(200);
    }
}

#[actix_web::test]
async fn what_is_not_ones_own_is_not_there() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let asha = stage.newcomer("Asha", "B11");
    asha.get("/dashboard").await.must_be(403);
    asha.get("/today").await.must_be(403);
    asha.get("/journal").await.must_be(403);
    assert_eq!(stage.nobody().get("/me").await.must_be(303).location(), "/sign-in?next=%2Fme");
}

#[actix_web::test]
async fn the_service_says_when_it_is_ready() {
    let stage = Stage::new("2026-03-02 08:00").await;
    stage.nobody().get("/healthz").await.must_be(200);
    stage.nobody().get("/readyz").await.must_be(200);
}
