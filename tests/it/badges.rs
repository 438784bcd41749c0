//! Badges: one's own, lost ones, cards, and the trainer's scanner.

use prashikshan::attendance::badges::rules::{Badge, Press, known_by};
use prashikshan::kit::ids::{BatchId, PersonId, SessionId};

use crate::classroom;
use crate::stage::Stage;

/// A session on 2 March at 09:00 UTC with Asha and Bela on its list; it is five past nine.
struct Door {
    stage: Stage,
    batch: BatchId,
    session: SessionId,
    asha: PersonId,
    bela: PersonId,
}

impl Door {
    async fn open() -> Self {
        let stage = Stage::new("2026-03-01 08:00").await;
        let course = classroom::course(&stage, "C1", 80, "A60! B60");
        let batch = classroom::batch(&stage, &course, "D1", 30);
        let session = classroom::session(&stage, batch, &course, "AB", "2026-03-02 09:00");
        let asha = stage.person("Asha Devi", "B11");
        let bela = stage.person("Bela Bai", "B12");
        for person in [asha, bela] {
            classroom::enrol(&stage, batch, person);
        }
        stage.clock_to("2026-03-02 09:05");
        Self { stage, batch, session, asha, bela }
    }

    fn text(&self, person: PersonId, number: i32) -> String {
        let press = Press::of(&self.stage.site.secret).expect("a key");
        press.text(Badge { person, number })
    }

    fn typed(&self, person: PersonId, number: i32) -> String {
        let press = Press::of(&self.stage.site.secret).expect("a key");
        press.typed(Badge { person, number })
    }

    fn scanner(&self) -> String {
        format!("/sessions/{}/scanner", self.session)
    }

    /// What the scanner keeps for a hall without a network.
    fn bundle(&self) -> String {
        format!("/sessions/{}/roll-call/bundle", self.session)
    }

    fn roll(&self) -> String {
        classroom::roll(&self.stage, self.session)
    }
}

#[actix_web::test]
async fn a_badge_is_shown_large_and_kept_as_a_picture() {
    let door = Door::open().await;
    let asha = door.stage.sign_in(door.asha);
    let page = asha.get("/me/badge").await.must_be(200).says("Asha Devi");
    let typed = door.typed(door.asha, 1);
    page.says(&format!("{} {}", &typed[..4], &typed[4..]));
    let picture = asha.get("/me/badge.svg").await.must_be(200);
    assert_eq!(picture.header("content-type"), Some("image/svg+xml"));
    assert!(picture.body.starts_with("<svg") && picture.body.contains("<path"));
}

#[actix_web::test]
async fn a_scanned_badge_marks_its_holder() {
    let door = Door::open().await;
    let trainer = door.stage.trainer();
    trainer.get(&door.scanner()).await.must_be(200).says("Badge number");
    let post = |code: String| {
        let (trainer, address) = (trainer.clone(), door.scanner());
        async move { trainer.post(&address, &[("code", code.as_str())]).await }
    };
    post(door.text(door.asha, 1)).await.must_be(303);
    assert_eq!(door.roll(), "Asha Devi present");
    let typed = door.typed(door.bela, 1);
    post(format!("{} {}", &typed[..4], &typed[4..])).await.must_be(303);
    assert_eq!(door.roll(), "Asha Devi present, Bela Bai present");

    let dev = door.stage.person("Dev Lal", "B11");
    post(door.text(dev, 1)).await.must_be(422).says("not on the list of this session");
    let forged = door.text(door.asha, 1).replace(".1.", ".2.");
    post(forged).await.must_be(422).says("not one of our badges");
    post("12345678".to_owned()).await.must_be(422).says("not one of our badges");
    post(String::new()).await.must_be(422);
    door.stage.clock_to("2026-03-01 09:00");
    post(door.text(door.asha, 1)).await.must_be(409).says("not open yet");
}

#[actix_web::test]
async fn a_lost_badge_is_worthless_and_the_next_one_good() {
    let door = Door::open().await;
    let (asha, trainer) = (door.stage.sign_in(door.asha), door.stage.trainer());
    asha.post("/me/badge", &[]).await.must_be(422);
    asha.post("/me/badge", &[("reason", "Lost on the bus")]).await.must_be(303);
    let (old, new) = (door.text(door.asha, 1), door.text(door.asha, 2));
    trainer.post(&door.scanner(), &[("code", &old)]).await.must_be(422).says("revoked");
    assert_eq!(door.roll(), "");
    trainer.post(&door.scanner(), &[("code", &new)]).await.must_be(303);
    assert_eq!(door.roll(), "Asha Devi present");

    let bundle = trainer.get(&door.bundle()).await.must_be(200).json();
    assert_eq!(bundle["people"][0]["name"], "Asha Devi");
    assert_eq!(bundle["people"][0]["badge"], known_by(&new));
    assert_eq!(bundle["revoked"], serde_json::json!([known_by(&old)]));
    let kept = bundle.to_string();
    assert!(
        !kept.contains("PB1.") && !kept.contains("+91"),
        "nothing to make a badge of, no phone"
    );
}

#[actix_web::test]
async fn who_may_see_print_and_revoke() {
    let door = Door::open().await;
    let page = format!("/people/{}/badge", door.asha);
    let stage = &door.stage;
    stage.district_admin().get(&page).await.must_be(200).says("Asha Devi");
    stage.other_admin().get(&page).await.must_be(404);
    stage.auditor().post(&page, &[("reason", "x")]).await.must_be(403);
    stage.sign_in(door.bela).get(&page).await.must_be(404);
    stage.sign_in(door.bela).post(&page, &[("reason", "x")]).await.must_be(404);
    stage.district_admin().post(&page, &[("reason", "Lost")]).await.must_be(303);

    let cards = format!("/batches/{}/badges", door.batch);
    let sheet = stage.trainer().get(&cards).await.must_be(200).says("Asha Devi").says("Bela Bai");
    assert_eq!(sheet.body.matches("class=\"qr\"").count(), 2);
    stage.sign_in(door.asha).get(&cards).await.must_be(404);
    stage.other_admin().get(&cards).await.must_be(404);
    stage.sign_in(door.asha).get(&door.bundle()).await.must_be(404);
    stage.auditor().get(&door.bundle()).await.must_be(403);
}
