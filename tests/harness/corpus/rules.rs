//! Each rule with requests that it is about: on both sides of its limit, and at it.

use shared::api::chat::{ChatRequest, Effort, Role};
use shared::models::Catalogue;
use shared::money::NanoUsd;
use shared::policy::Policy;
use shared::preflight::AUTO;
use shared::time::{Day, UnixMillis};

use super::{Case, MODELS, TODAY, case, conversation, policy};

pub(super) fn cases() -> Vec<Case> {
    [
        models(),
        days(),
        roles(),
        sizes(),
        caps(),
        budgets(),
        routes(),
        long_conversations(),
    ]
    .concat()
}

fn hello() -> ChatRequest {
    conversation(["Hello"])
}

fn of(model: &str) -> ChatRequest {
    ChatRequest {
        model: model.to_owned(),
        ..hello()
    }
}

/// Every model of the catalogue by each of its names, allowed or not, with and without effort; and names that are none.
fn models() -> Vec<Case> {
    let catalogue = Catalogue::builtin();
    let known = catalogue.iter().flat_map(|model| {
        let names = std::iter::once(&model.id).chain(model.also_called);
        names.map(|name| (*name).to_owned()).collect::<Vec<_>>()
    });
    let long = "claude-".repeat(40);
    let unknown = [
        "",
        " ",
        "claude",
        "claude-haiku-5-6",
        "Claude-Haiku-5-5",
        "gpt-4",
        "\u{200b}",
        "クロード",
        &long,
    ];
    let mut cases = Vec::new();
    for name in known.chain(unknown.map(str::to_owned)) {
        cases.push(case(format!("model {name:?}"), of(&name), policy()));
        let allowed = Policy {
            models: vec![name.clone()],
            ..policy()
        };
        for effort in Effort::ALL {
            let request = ChatRequest {
                effort: Some(effort),
                ..of(&name)
            };
            let name = format!("model {name:?} allowed, effort {}", effort.as_str());
            cases.push(case(name, request, allowed.clone()));
        }
    }
    let nothing = Policy {
        models: Vec::new(),
        ..policy()
    };
    cases.push(case("no model is allowed", hello(), nothing));
    cases
}

/// Every model on both sides of the day on which it ends, and prices on both sides of the day on which they changed.
fn days() -> Vec<Case> {
    let days = [
        (1970, 1, 1),
        (2026, 10, 7),
        (2026, 11, 23),
        (2027, 6, 1),
        (2100, 1, 1),
    ];
    let mut moments = vec![UnixMillis(0)];
    for (year, month, day) in days {
        let start = Day::from_date(year, month, day).start();
        moments.extend([UnixMillis(start.0.saturating_sub(1)), start]);
    }
    let catalogue = Catalogue::builtin();
    let cases = catalogue.iter().enumerate().flat_map(|(index, model)| {
        let now = |(number, now): (usize, &UnixMillis)| Case {
            now: *now,
            ..case(
                format!("{} at moment {number}, {now}", model.id),
                of(model.id),
                policy(),
            )
        };
        // Two moments for each model; all of them for the first, whose price has a tier.
        let all = moments.iter().enumerate();
        let kept = all.filter(|(number, _)| index == 0 || number % 5 == index % 5);
        kept.map(now).collect::<Vec<_>>()
    });
    cases.collect()
}

/// Every order of up to three roles, and messages without text in each place.
fn roles() -> Vec<Case> {
    let mut cases = vec![case("no messages", conversation([""; 0]), policy())];
    for count in 1..=3_usize {
        for pattern in 0..1_usize << count {
            let mut request = conversation(vec!["Words."; count]);
            for (place, message) in request.messages.iter_mut().enumerate() {
                message.role = if pattern >> place & 1 == 0 {
                    Role::User
                } else {
                    Role::Assistant
                };
            }
            cases.push(case(
                format!("roles {count} {pattern:b}"),
                request,
                policy(),
            ));
        }
    }
    for (number, blank) in [
        "",
        " ",
        "\n\t\r ",
        "\u{2003}\u{a0}",
        "\u{200b}",
        "\u{feff}",
        ".",
    ]
    .into_iter()
    .enumerate()
    {
        for place in 0..3 {
            let mut texts = ["One.", "Two.", "Three."];
            texts[place] = blank;
            cases.push(case(
                format!("blank {number} in place {place}"),
                conversation(texts),
                policy(),
            ));
        }
    }
    cases
}

/// Counts and bytes around the policy's limits, in one message and in many, and around the model's context.
fn sizes() -> Vec<Case> {
    let mut cases = Vec::new();
    for count in [39, 40, 41, 42, 79] {
        cases.push(case(
            format!("{count} messages"),
            conversation(vec!["A turn."; count]),
            policy(),
        ));
    }
    let small = Policy {
        request_bytes_max: 1_000,
        ..policy()
    };
    for bytes in [999, 1_000, 1_001] {
        cases.push(case(
            format!("{bytes} bytes of 1000"),
            conversation(["x".repeat(bytes)]),
            small.clone(),
        ));
        let texts = vec!["é".repeat(bytes / 10); 5];
        cases.push(case(
            format!("{bytes} bytes of 1000 in five messages"),
            conversation(texts),
            small.clone(),
        ));
    }
    let limit = usize::try_from(policy().request_bytes_max).unwrap();
    for bytes in [limit - 1, limit, limit + 1] {
        let mut text = "word ".repeat(bytes / 5 + 1);
        text.truncate(bytes);
        cases.push(case(
            format!("{bytes} bytes in one message"),
            conversation([text]),
            policy(),
        ));
    }
    let generous = Policy {
        request_bytes_max: 1 << 30,
        ..policy()
    };
    for kilobytes in [500, 600, 700, 800] {
        let request = ChatRequest {
            model: "claude-haiku-4-5".to_owned(),
            ..conversation(["prose and 漢字 ".repeat(kilobytes * 60)])
        };
        cases.push(case(
            format!("context of {kilobytes} thousand"),
            request,
            generous.clone(),
        ));
    }
    for system_bytes in [1, 10_000, 4_000_000, 1 << 34] {
        let policy = Policy {
            system_bytes,
            ..policy()
        };
        cases.push(case(
            format!("{system_bytes} bytes of system prompt"),
            hello(),
            policy,
        ));
    }
    cases
}

/// Output caps around the policy's and the models'.
fn caps() -> Vec<Case> {
    let asked = [
        0,
        1,
        16_383,
        16_384,
        16_385,
        64_000,
        64_001,
        128_000,
        128_001,
        u32::MAX,
    ];
    let mut cases = Vec::new();
    for (name, output_tokens_max) in [("strict", 16_384), ("generous", 1_000_000), ("closed", 0)] {
        for model in ["claude-haiku-5-5", "claude-haiku-4-5", "unknown"] {
            for max_tokens in asked {
                let request = ChatRequest {
                    max_tokens: Some(max_tokens),
                    ..of(model)
                };
                let policy = Policy {
                    output_tokens_max,
                    ..policy()
                };
                cases.push(case(
                    format!("{max_tokens} tokens of {model}, {name}"),
                    request,
                    policy,
                ));
            }
        }
    }
    cases
}

/// Budgets on both sides of what a request can cost, to the nano-dollar.
fn budgets() -> Vec<Case> {
    let mut cases = Vec::new();
    for model in [MODELS[0], MODELS[2], AUTO] {
        let preflight =
            shared::preflight::check(&of(model), &policy(), &Catalogue::builtin(), TODAY);
        let worst_case = preflight
            .estimate
            .map_or(NanoUsd::ZERO, |estimate| estimate.worst_case);
        for (name, left) in [
            ("nothing", NanoUsd::ZERO),
            ("too little", worst_case.saturating_sub(NanoUsd(1))),
            ("just enough", worst_case),
            ("a tenth", NanoUsd(worst_case.0 / 10)),
            ("plenty", NanoUsd::from_usd(1_000_000)),
        ] {
            let policy = Policy {
                budget_left: Some(left),
                ..policy()
            };
            cases.push(case(
                format!("budget for {model}: {name}"),
                of(model),
                policy,
            ));
        }
    }
    cases
}

/// Questions that leave the choice of the model to the rules.
fn routes() -> Vec<Case> {
    let long = "Please read all of this and say what follows from it. ".repeat(2_000);
    let code = "```rust\nfn main() { println!(\"{}\", 1 + 1); }\n```\nWhy does this not compile?";
    let questions = [
        "Hi",
        "What is the capital of France?",
        "Prove step by step that there are infinitely many primes.",
        "Analyse the trade-offs, compare both designs and derive the worst case.",
        "Translate to German: good morning",
        code,
        "Refactor this class and find the bug in it: class A { def b(): return 1 }",
        "なぜ空は青いのですか",
        "Warum ist der Himmel blau? Begründe Schritt für Schritt.",
        &long,
    ];
    let allowlists: [&[&str]; 5] = [
        &MODELS,
        &["claude-haiku-5-5"],
        &["claude-opus-5-5", "claude-haiku-5-5"],
        &["claude-3-haiku", "unknown"],
        &[],
    ];
    let mut cases = Vec::new();
    for (number, question) in questions.into_iter().enumerate() {
        for (list, models) in allowlists.iter().enumerate() {
            for effort in [None, Some(Effort::Low), Some(Effort::Max)] {
                let request = ChatRequest {
                    model: AUTO.to_owned(),
                    effort,
                    ..conversation([question])
                };
                let policy = Policy {
                    models: models.iter().map(|&model| model.to_owned()).collect(),
                    ..policy()
                };
                let effort = effort.map_or("none", Effort::as_str);
                cases.push(case(
                    format!("auto, question {number}, list {list}, effort {effort}"),
                    request,
                    policy,
                ));
            }
        }
    }
    cases
}

/// Conversations that old turns could be dropped from.
fn long_conversations() -> Vec<Case> {
    let mut cases = Vec::new();
    for turns in [1, 3, 5, 7, 9, 21, 39] {
        for bytes in [10, 1_000, 8_000] {
            for model in [MODELS[0], MODELS[2]] {
                for prompt_caching in [true, false] {
                    let request = ChatRequest {
                        model: model.to_owned(),
                        ..conversation(vec!["A word or two. ".repeat(bytes / 15 + 1); turns])
                    };
                    let kept = if prompt_caching { "kept" } else { "sent anew" };
                    let policy = Policy {
                        prompt_caching,
                        ..policy()
                    };
                    cases.push(case(
                        format!("{turns} turns of {bytes} bytes for {model}, {kept}"),
                        request,
                        policy,
                    ));
                }
            }
        }
    }
    cases
}
