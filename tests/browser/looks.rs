//! The page in each of its states, on a desk and on a phone, light and dark: nobody is shut out, nothing sticks out, and a picture
//! is kept for people to judge the rest.

use tests::browser::{Screen, Theme};
use tests::{Stage, on_stage};

use crate::states::State;

async fn is_sound(stage: &Stage, picture: &str, screen: Screen) {
    let (page, browser) = (&stage.page, stage.page.browser());
    for theme in Theme::ALL {
        browser.use_theme(theme).await;
        browser
            .take_picture(&format!("{picture}-{}-{}", theme.name(), screen.width()))
            .await;
        let violations = page.violations().await;
        assert!(
            violations.is_empty(),
            "{picture}, {theme:?}, {screen:?}: axe found\n{}",
            violations.join("\n")
        );
    }
    let protrusions = page.protrusions(screen).await;
    assert!(
        protrusions.is_empty(),
        "{picture}, {screen:?}: sticking out\n{}",
        protrusions.join("\n")
    );
}

fn looks_right(state: State) {
    on_stage(state.scene(), async |stage| {
        state.reach(stage).await;
        for screen in Screen::ALL {
            stage.page.browser().use_screen(screen).await;
            state.show_on(stage, screen).await;
            if state.is_about_the_end() {
                let to_end = "document.querySelector('#scroll').scrollTop = 1_000_000";
                stage.page.eval::<u32>(to_end).await;
            }
            is_sound(stage, state.name(), screen).await;
        }
    });
}

#[test]
fn an_empty_page_is_accessible_and_fits_every_screen() {
    looks_right(State::Empty);
}

#[test]
fn an_answer_under_way_is_accessible_and_fits_every_screen() {
    looks_right(State::Streaming);
}

#[test]
fn long_code_is_accessible_and_fits_every_screen() {
    looks_right(State::LongCode);
}

#[test]
fn wide_tables_and_long_words_are_accessible_and_fit_every_screen() {
    looks_right(State::Table);
}

#[test]
fn an_error_is_accessible_and_fits_every_screen() {
    looks_right(State::Error);
}

#[test]
fn a_countdown_is_accessible_and_fits_every_screen() {
    looks_right(State::Countdown);
}

#[test]
fn a_place_in_line_is_accessible_and_fits_every_screen() {
    looks_right(State::Queued);
}

#[test]
fn an_interrupted_answer_is_accessible_and_fits_every_screen() {
    looks_right(State::Interrupted);
}

#[test]
fn an_answer_that_was_carried_on_is_accessible_and_fits_every_screen() {
    looks_right(State::CarriedOn);
}

#[test]
fn a_chat_on_its_way_into_a_file_is_accessible_and_fits_every_screen() {
    looks_right(State::Exporting);
}

#[test]
fn a_refusal_is_accessible_and_fits_every_screen() {
    looks_right(State::Refusal);
}

#[test]
fn a_key_that_was_found_is_accessible_and_fits_every_screen() {
    looks_right(State::SecretFound);
}

#[test]
fn a_counted_prompt_is_accessible_and_fits_every_screen() {
    looks_right(State::Counted);
}

#[test]
fn turns_that_are_left_out_are_accessible_and_fit_every_screen() {
    looks_right(State::Trimmed);
}

#[test]
fn a_model_that_was_chosen_by_rules_is_accessible_and_fits_every_screen() {
    looks_right(State::Auto);
}

#[test]
fn an_answer_that_there_is_no_other_for_is_accessible_and_fits_every_screen() {
    looks_right(State::NotAgain);
}

#[test]
fn the_sheets_of_a_phone_are_accessible_and_fit_it() {
    on_stage(State::LongCode.scene(), async |stage| {
        State::LongCode.reach(stage).await;
        let page = &stage.page;
        page.browser().use_screen(Screen::Phone).await;
        for (button, sheet) in [("history", "history"), ("preflight-toggle", "preflight")] {
            page.click(button).await;
            page.until(
                sheet,
                &format!("document.querySelector('.shell').dataset.sheet === '{sheet}'"),
            )
            .await;
            is_sound(stage, &format!("sheet-{sheet}"), Screen::Phone).await;
            page.press(thirtyfour::Key::Escape).await;
            page.until(
                "it closes",
                "document.querySelector('.shell').dataset.sheet === 'none'",
            )
            .await;
        }
    });
}

/// The detectors find what they look for.
#[test]
fn a_barrier_and_a_protrusion_are_found_where_they_are() {
    on_stage(State::Empty.scene(), async |stage| {
        let page = &stage.page;
        page.browser().use_screen(Screen::Phone).await;
        let spoil = "(button => { button.style.width = '500px'; document.querySelector('main').prepend(button) })(document.createElement('button'))";
        page.eval::<Option<bool>>(spoil).await;
        let violations = page.violations().await;
        assert!(
            violations.iter().any(|line| line.contains("button-name")),
            "{violations:?}"
        );
        let protrusions = page.protrusions(Screen::Phone).await;
        assert!(
            protrusions.iter().any(|line| line.starts_with("button")),
            "{protrusions:?}"
        );
    });
}
