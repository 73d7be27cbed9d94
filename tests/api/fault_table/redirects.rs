//! Redirects to another host: the key would travel along.

use shared::error::ErrorKind::UpstreamError;
use tests::hostile::Play;

use super::expected::{Cue, Expected, Fault, answer, refused};

/// A redirect is an answer without an answer: nothing was done and nothing is owed.
const REFUSED: Expected = refused(UpstreamError).for_free();

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "moved permanently (301)",
        plays: |cue| redirect(cue, "301 Moved Permanently"),
        streamed: REFUSED,
        whole: REFUSED,
    },
    Fault {
        name: "found elsewhere (302)",
        plays: |cue| redirect(cue, "302 Found"),
        streamed: REFUSED,
        whole: REFUSED,
    },
    Fault {
        name: "see elsewhere (303)",
        plays: |cue| redirect(cue, "303 See Other"),
        streamed: REFUSED,
        whole: REFUSED,
    },
    Fault {
        name: "elsewhere for now (307)",
        plays: |cue| redirect(cue, "307 Temporary Redirect"),
        streamed: REFUSED,
        whole: REFUSED,
    },
    Fault {
        name: "elsewhere for good (308)",
        plays: |cue| redirect(cue, "308 Permanent Redirect"),
        streamed: REFUSED,
        whole: REFUSED,
    },
    Fault {
        name: "asks to refresh elsewhere",
        plays: |cue| {
            let refresh = format!("refresh: 0; url=http://{}/\r\n", cue.elsewhere);
            answer([cue.head_with(&refresh), cue.body()].concat())
        },
        streamed: super::expected::answered(),
        whole: super::expected::answered(),
    },
];

fn redirect(cue: Cue, status: &str) -> Vec<Play> {
    let location = format!("location: http://{}/v1/messages\r\n", cue.elsewhere);
    answer(cue.refusal(status, &location, ""))
}
