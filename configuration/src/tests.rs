//! What the settings accept and refuse, and that nothing is refused one at a time.

use shared::money::NanoUsd;
use shared::policy::OnSecret;
use shared::time::Day;

use super::*;

fn load<const N: usize>(variables: [(&str, &str); N]) -> Result<Config, Problems> {
    let now = Day::from_date(2026, 11, 23).start();
    Config::load(&Flags::default(), &Environment::from(variables), now)
}

fn refused<const N: usize>(variables: [(&str, &str); N]) -> Vec<String> {
    let problems = load(variables).expect_err("a problem");
    problems.settings().into_iter().map(str::to_owned).collect()
}

fn per_day(config: &Config) -> Option<NanoUsd> {
    config.budget.limits().overall.per_day
}

#[test]
fn without_a_key_the_stand_in_answers_on_loopback() {
    let config = load([]).expect("defaults hold");
    assert!(!config.upstream.is_real());
    assert!(config.server.listen.ip().is_loopback());
}

#[test]
fn a_key_gets_a_dollar_a_day_unless_somebody_chose() {
    let config = load([("ANTHROPIC_API_KEY", "k")]).expect("a key is enough");
    assert!(config.upstream.is_real() && !config.budget.is_chosen());
    assert_eq!(per_day(&config), Some(NanoUsd::from_usd(1)));
    let config = load([
        ("ANTHROPIC_API_KEY", "k"),
        ("AIRLOCK__BUDGET__PER_DAY", "2.50"),
    ]);
    assert_eq!(
        per_day(&config.expect("a budget")),
        Some(NanoUsd(2_500_000_000))
    );
}

/// FM-9: a quota of zero means nothing, not everything.
#[test]
fn a_budget_of_zero_is_zero() {
    let config = load([("AIRLOCK__BUDGET__PER_DAY", "0")]).expect("zero is a budget");
    assert_eq!(per_day(&config), Some(NanoUsd::ZERO));
    assert_eq!(
        refused([("AIRLOCK__BUDGET__PER_DAY", "a lot")]),
        ["budget.per_day"]
    );
}

/// FM-9: a word that is none of the three is refused, so that nobody takes a key for cut out that goes to Claude.
#[test]
fn a_key_in_a_message_is_blocked_unless_somebody_chose() {
    let on_secret = |variables| load(variables).expect("a choice").chat.on_secret;
    assert_eq!(
        on_secret([("AIRLOCK__CHAT__MODELS", "[\"claude-haiku-5-5\"]")]),
        OnSecret::Block
    );
    for (word, expected) in [
        ("block", OnSecret::Block),
        ("redact", OnSecret::Redact),
        ("warn", OnSecret::Warn),
    ] {
        assert_eq!(on_secret([("AIRLOCK__CHAT__ON_SECRET", word)]), expected);
    }
    assert_eq!(
        refused([("AIRLOCK__CHAT__ON_SECRET", "mask")]),
        ["chat.on_secret"]
    );
}

/// FM-9: a setting that nobody reads does not start, so that none is believed to hold.
#[test]
fn all_problems_are_named_at_once() {
    let names = refused([
        ("AIRLOCK__SERVER__LISEN", "127.0.0.1:1"),
        ("AIRLOCK__SERVER__PUBLIC_ORIGIN", "http://chat.example.org"),
        ("AIRLOCK__CHAT__OUTPUT_TOKENS_MAX", "lots"),
        ("AIRLOCK__COLOUR__ALL", "1"),
    ]);
    assert_eq!(
        names,
        [
            "colour",
            "server.lisen",
            "server.public_origin",
            "chat.output_tokens_max"
        ]
    );
}

/// FM-13: money is the one measure of tokens, so that no second one can count something else.
#[test]
fn a_limit_that_would_count_tokens_is_refused() {
    assert_eq!(
        refused([("AIRLOCK__LIMITS__TOKENS_PER_MINUTE", "1000")]),
        ["limits.tokens_per_minute"]
    );
}

#[test]
fn an_access_token_is_given_by_its_digest_alone() {
    const SETTING: &str = "AIRLOCK__ACCESS__TOKEN_SHA256";
    assert_eq!(load([]).expect("none is needed").access.token_sha256, None);
    let digest = "12".repeat(32);
    let config = load([(SETTING, &digest)]).expect("a digest");
    assert_eq!(config.access.token_sha256, Some(TokenDigest([0x12; 32])));
    let problems = load([(SETTING, "airlock_the-token-itself")]).expect_err("a problem");
    assert_eq!(problems.settings(), ["access.token_sha256"]);
    assert!(!problems.to_string().contains("the-token-itself"));
}

/// FM-12: a model without a price cannot be offered.
#[test]
fn a_model_without_a_price_is_refused_at_start() {
    for models in ["[\"gpt-5\"]", "[\"claude-3-opus\"]", "[]"] {
        assert_eq!(
            refused([("AIRLOCK__CHAT__MODELS", models)]),
            ["chat.models"]
        );
    }
}

/// A gateway as the guide writes it.
const GATEWAY: (&str, &str) = ("OPENAI_BASE_URL", "https://gateway.example.org/v1/");
const GATEWAY_KEY: (&str, &str) = ("OPENAI_API_KEY", "k");

#[test]
fn a_gateway_is_real_and_gets_the_first_days_budget_too() {
    let names = "{ \"claude-haiku-5-5\" = \"anthropic/claude-haiku-5.5\" }";
    let names = ("AIRLOCK__UPSTREAM__MODEL_NAMES", names);
    let config = load([GATEWAY, GATEWAY_KEY, names]).expect("a gateway");
    assert!(config.upstream.is_real() && !config.budget.is_chosen());
    assert_eq!(per_day(&config), Some(NanoUsd::from_usd(1)));
    assert!(config.notices.is_empty());
    let UpstreamChoice::OpenAiCompatible {
        base_url,
        model_names,
        ..
    } = config.upstream
    else {
        panic!("a gateway");
    };
    assert_eq!(base_url, "https://gateway.example.org/v1");
    assert_eq!(
        model_names["claude-haiku-5-5"],
        "anthropic/claude-haiku-5.5"
    );
    let in_file = ("AIRLOCK__UPSTREAM__OPENAI_BASE_URL", GATEWAY.1);
    let config = load([in_file, GATEWAY_KEY]).expect("our own name for it");
    assert!(config.upstream.is_real());
    let exposed = ("AIRLOCK__SERVER__PUBLIC_ORIGIN", "https://chat.example.org");
    assert_eq!(
        refused([GATEWAY, GATEWAY_KEY, exposed]),
        ["server.public_origin"]
    );
}

#[test]
fn a_gateways_settings_are_judged_as_claudes_are() {
    assert_eq!(refused([GATEWAY]), ["OPENAI_BASE_URL"]);
    let key_file = ("OPENAI_API_KEY_FILE", "/nowhere");
    assert_eq!(refused([GATEWAY, key_file]), ["OPENAI_API_KEY_FILE"]);
    assert_eq!(
        refused([GATEWAY, GATEWAY_KEY, key_file]),
        ["OPENAI_API_KEY"]
    );
    assert_eq!(
        refused([GATEWAY, ("OPENAI_API_KEY", "two words")]),
        ["OPENAI_API_KEY"]
    );
    for url in [
        "http://gateway.example.org/v1",
        "https://h/v1/chat/completions",
        "https://u@h/v1",
        "h",
    ] {
        assert_eq!(
            refused([("OPENAI_BASE_URL", url), GATEWAY_KEY]),
            ["OPENAI_BASE_URL"],
            "{url}"
        );
    }
    for names in [
        "{ \"gpt-5\" = \"m\" }",
        "{ \"claude-haiku-5-5\" = \"\" }",
        "{ \"claude-haiku-5-5\" = \"two words\" }",
        "[\"m\"]",
    ] {
        let names = ("AIRLOCK__UPSTREAM__MODEL_NAMES", names);
        let refused = refused([GATEWAY, GATEWAY_KEY, names]);
        assert_eq!(refused, ["upstream.model_names"]);
    }
}

/// Many machines have a key for OpenAI that is not for us, and many people forget the `/v1`: both start, and both are said.
#[test]
fn what_is_odd_about_a_gateway_is_said_at_start() {
    let config = load([GATEWAY_KEY]).expect("a key alone");
    assert!(!config.upstream.is_real());
    assert!(
        config
            .notices
            .concat()
            .contains("OPENAI_API_KEY counts only")
    );
    let with_claude = load([GATEWAY_KEY, ("ANTHROPIC_API_KEY", "k")]).expect("two keys");
    assert!(matches!(
        with_claude.upstream,
        UpstreamChoice::Anthropic { .. }
    ));
    assert_eq!(with_claude.notices.len(), 1);
    let bare = ("OPENAI_BASE_URL", "https://gateway.example.org");
    let config = load([bare, GATEWAY_KEY]).expect("it may serve there");
    assert!(
        config
            .notices
            .concat()
            .contains("example.org/chat/completions")
    );
}

#[test]
fn upstreams_that_contradict_each_other_are_refused() {
    assert_eq!(
        refused([("ANTHROPIC_BASE_URL", "https://h")]),
        ["ANTHROPIC_BASE_URL"]
    );
    for anthropic in [
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_API_KEY_FILE",
        "ANTHROPIC_BASE_URL",
    ] {
        let both = [(anthropic, "k"), GATEWAY, GATEWAY_KEY];
        assert_eq!(refused(both), ["OPENAI_BASE_URL"], "{anthropic}");
    }
    let two_keys = [
        ("ANTHROPIC_API_KEY", "k"),
        ("ANTHROPIC_API_KEY_FILE", "/nowhere"),
    ];
    assert_eq!(refused(two_keys), ["ANTHROPIC_API_KEY"]);
    let names = "{ \"claude-haiku-5-5\" = \"m\" }";
    let names = ("AIRLOCK__UPSTREAM__MODEL_NAMES", names);
    assert_eq!(
        refused([("ANTHROPIC_API_KEY", "k"), names]),
        ["upstream.model_names"]
    );
}

#[test]
fn a_base_url_is_https_off_loopback_and_has_no_version_in_it() {
    for url in [
        "https://gateway.example.org/claude/",
        "http://127.0.0.1:9",
        "http://localhost:9",
    ] {
        assert!(
            load([("ANTHROPIC_API_KEY", "k"), ("ANTHROPIC_BASE_URL", url)]).is_ok(),
            "{url}"
        );
    }
    for url in [
        "http://gateway.example.org",
        "https://h/v1",
        "https://u@h",
        "https://h?x=1",
        "h",
    ] {
        let names = refused([("ANTHROPIC_API_KEY", "k"), ("ANTHROPIC_BASE_URL", url)]);
        assert_eq!(names, ["ANTHROPIC_BASE_URL"], "{url}");
    }
}

#[test]
fn a_key_with_stray_characters_is_refused_without_showing_it() {
    let problems = load([("ANTHROPIC_API_KEY", "two words")]).expect_err("a problem");
    assert_eq!(problems.settings(), ["ANTHROPIC_API_KEY"]);
    assert!(!problems.to_string().contains("two words"));
}

#[test]
fn a_real_key_stays_on_this_machine() {
    let exposed = [
        ("ANTHROPIC_API_KEY", "k"),
        ("AIRLOCK__SERVER__PUBLIC_ORIGIN", "https://chat.example.org"),
    ];
    assert_eq!(refused(exposed), ["server.public_origin"]);
    assert_eq!(
        refused([("AIRLOCK__SERVER__LISTEN", "0.0.0.0:80")]),
        ["server.listen"]
    );
    let stand_in = [
        ("AIRLOCK__SERVER__LISTEN", "0.0.0.0:80"),
        ("AIRLOCK__SERVER__PUBLIC_ORIGIN", "https://chat.example.org"),
    ];
    assert!(load(stand_in).is_ok());
}

#[test]
fn a_server_that_would_take_nobody_or_drop_everybody_does_not_start() {
    for (name, value, setting) in [
        ("CONNECTIONS_MAX", "0", "server.connections_max"),
        (
            "CONNECTIONS_PER_ADDRESS_MAX",
            "0",
            "server.connections_per_address_max",
        ),
        ("STOP_NOTICE_S", "9", "server.stop_patience_s"),
        ("STOP_PATIENCE_S", "-1", "server.stop_patience_s"),
    ] {
        let name = format!("AIRLOCK__SERVER__{name}");
        assert_eq!(refused([(name.as_str(), value)]), [setting]);
    }
}

/// FM-53: where a load balancer stands in front, it gets time to notice.
#[test]
fn a_public_server_gives_notice_and_one_on_a_desk_does_not_keep_its_owner_waiting() {
    let notice = |config: Config| config.server.drain().notice.as_secs();
    let public = [("AIRLOCK__SERVER__PUBLIC_ORIGIN", "https://chat.example.org")];
    assert_eq!(notice(load([]).expect("defaults hold")), 0);
    assert_eq!(notice(load(public).expect("it is public")), 2);
}

#[test]
fn a_folder_is_served_on_loopback_alone() {
    let load = |listen: &str| {
        let flags = Flags {
            assets: Some("dist".into()),
            listen: Some(listen.parse().expect("an address")),
            ..Flags::default()
        };
        let environment =
            Environment::from([("AIRLOCK__SERVER__PUBLIC_ORIGIN", "https://h.example")]);
        Config::load(&flags, &environment, Day::from_date(2026, 11, 23).start())
    };
    let problems = load("0.0.0.0:80").expect_err("a problem");
    assert_eq!(problems.settings(), ["--assets"]);
    let config = load("127.0.0.1:80").expect("loopback is fine");
    assert_eq!(config.assets, Some("dist".into()));
}

fn told<const N: usize>(variables: [(&str, &str); N]) -> String {
    load(variables).expect_err("a problem").to_string()
}

/// FM-9: whatever is misspelt is named, all of it at once, with what was likely meant.
#[test]
fn what_is_misspelt_is_named_with_what_was_meant() {
    let told = told([
        ("AIRLOCK__BUGET__PER_DAY", "1"),
        ("AIRLOCK__BUDGET__PER_MOTH", "1"),
        ("AIRLOCK__BUDGET__PER_DAY", "5 EUR"),
        ("AIRLOCK__CHAT__MODELS", "[\"claude-haiku-5-6\"]"),
        ("AIRLOCK__BUDGET__ENVIRONMENTS", "{ dev = { per_dya = 1 } }"),
    ]);
    assert!(told.starts_with("5 problems"), "{told}");
    for meant in [
        "budget?",
        "per_month?",
        "per_day?",
        "claude-haiku-5-5?",
        "nine decimals",
    ] {
        assert!(told.contains(meant), "{meant}: {told}");
    }
}

/// FM-9: a limit of an environment that nobody is in would hold nobody.
#[test]
fn requests_belong_to_an_environment_that_is_listed_once_any_is() {
    let listed = (
        "AIRLOCK__BUDGET__ENVIRONMENTS",
        "{ production = { per_month = \"100\" } }",
    );
    let told = told([listed, ("AIRLOCK__CHAT__ENVIRONMENT", "prodution")]);
    assert!(
        told.starts_with("1 problem") && told.contains("did you mean production?"),
        "{told}"
    );
    let config = load([listed, ("AIRLOCK__CHAT__ENVIRONMENT", "production")]).expect("it holds");
    let limits = config.budget.limits();
    assert_eq!(
        limits.environments["production"].per_month,
        Some(NanoUsd::from_usd(100))
    );
    assert_eq!(
        limits.overall.per_day,
        Some(NanoUsd::from_usd(1)),
        "nobody chose it"
    );
}
