//! What the settings grant: to everybody together, to visitors, and to programs with the access token.

use std::sync::Arc;
use std::time::Duration;

use configuration::{AccessConfig, ChatConfig, Config, LimitsConfig, UpstreamChoice};
use shared::policy::{MESSAGE_BYTES_MAX, MESSAGES_MAX, OnSecret, Policy, REQUEST_BYTES_MAX};

use crate::access::CallerLimits;
use crate::admission::{DoorLimits, RateLimits, StreamLimits};
use crate::layers::Grant;

pub(super) fn limits(config: &LimitsConfig) -> DoorLimits {
    let rates = RateLimits {
        per_address: config.requests_per_address,
        overall: config.requests_overall,
    };
    let streams = StreamLimits {
        overall: config.streams_overall,
        places: config.queue_places,
        wait_max: Duration::from_secs(config.queue_wait_max_s.into()),
    };
    DoorLimits { rates, streams }
}

pub(super) fn visitor(config: &Config) -> Grant {
    let Config { chat, limits, .. } = config;
    let is_gateway = matches!(config.upstream, UpstreamChoice::OpenAiCompatible { .. });
    let policy = Policy {
        models: chat.models.clone(),
        output_tokens_max: chat.output_tokens_max,
        output_tokens_default: chat.output_tokens_default,
        messages_max: MESSAGES_MAX,
        request_bytes_max: REQUEST_BYTES_MAX,
        system_bytes: chat.system_prompt.len() as u64,
        budget_left: None,
        on_secret: chat.on_secret,
        prompt_caching: chat.prompt_caching && !is_gateway,
    };
    Grant {
        policy: Arc::new(policy),
        limits: CallerLimits {
            requests: limits.requests_per_session,
            streams: limits.streams_per_session,
        },
        environment: chat.environment.as_str().into(),
    }
}

/// Programs send whole requests of their own: nothing is put in front of them, and Claude judges their messages.
pub(super) fn token_holder(chat: &ChatConfig, access: &AccessConfig) -> Grant {
    let policy = Policy {
        models: chat.models.clone(),
        output_tokens_max: access.output_tokens_max,
        output_tokens_default: access.output_tokens_max,
        messages_max: u32::MAX,
        request_bytes_max: MESSAGE_BYTES_MAX,
        system_bytes: 0,
        budget_left: None,
        on_secret: OnSecret::Warn,
        prompt_caching: false,
    };
    Grant {
        policy: Arc::new(policy),
        limits: CallerLimits {
            requests: access.requests_per_minute,
            streams: access.streams,
        },
        environment: access.environment.as_str().into(),
    }
}
