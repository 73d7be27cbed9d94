//! The line in front of Claude, as the page shows it: the place, the way forward, and the way out.

use configuration::LimitsConfig;
use shared::api::chat::ChatEvent;
use tests::{Reply, Scene, Setup, Stage, on_stage};

/// A scene in which one answer is under way at a time, and some may wait.
pub(crate) fn one_at_a_time() -> Scene {
    let setup = Setup::default();
    Scene {
        airlock: Setup {
            limits: LimitsConfig {
                streams_overall: 1,
                queue_places: 5,
                ..setup.limits
            },
            ..setup
        },
        ..Scene::default()
    }
}

/// Somebody else's answer, which is under way until it is dropped, and somebody else who waits for its end.
pub(crate) async fn two_others(stage: &Stage) -> (Reply, Reply) {
    let airlock = &stage.airlock;
    airlock.stand_in.step();
    let mut answered = airlock.visitor().await.ask("Hello").await;
    assert!(matches!(answered.next().await, Some(ChatEvent::Started(_))));
    let mut waiting = airlock.visitor().await.ask("Hello").await;
    assert!(matches!(waiting.next().await, Some(ChatEvent::Queued(_))));
    (answered, waiting)
}

/// Waits until the page shows this place.
pub(crate) async fn stands(stage: &Stage, place: &str) {
    let shown = "document.querySelector('[data-testid=queue]')?.innerText";
    stage
        .page
        .until(place, &format!("{shown}.startsWith({place:?})"))
        .await;
}

#[test]
fn who_waits_sees_the_place_in_line_until_it_is_their_turn() {
    on_stage(one_at_a_time(), async |stage| {
        let page = &stage.page;
        let (answered, waiting) = two_others(stage).await;
        page.ask("Is it my turn?").await;
        stands(stage, "2nd in line").await;
        page.until(
            "it is said to those who do not see it",
            "document.querySelector('[data-testid=status]').textContent.startsWith('2nd in line')",
        )
        .await;
        drop(waiting);
        stands(stage, "Next in line").await;
        stage.airlock.stand_in.open_gates();
        drop(answered);
        assert_eq!(page.answered(1).await, "done");
        assert_eq!(page.count("queue").await, 0);
    });
}

#[test]
fn stop_leaves_the_line() {
    on_stage(one_at_a_time(), async |stage| {
        let page = &stage.page;
        let (answered, mut waiting) = two_others(stage).await;
        page.ask("Is it my turn?").await;
        stands(stage, "2nd in line").await;
        page.click("stop").await;
        assert_eq!(page.answered(1).await, "interrupted");
        // Whoever is called next is not the one who left.
        drop(answered);
        assert!(matches!(waiting.next().await, Some(ChatEvent::Started(_))));
        let mut another = stage.airlock.visitor().await.ask("Hello").await;
        let Some(ChatEvent::Queued(queued)) = another.next().await else {
            panic!("no place in the line");
        };
        assert_eq!(queued.place, 1);
        stage.airlock.stand_in.open_gates();
    });
}
