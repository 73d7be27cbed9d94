//! The prompt cache: what a key sent before, marked with `cache_control`, is read back at the cache's price.
//!
//! Simpler than Claude's in one thing: a prompt of any length can be cached, where Claude asks for a thousand tokens or more.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use shared::money::{TokenCount, TokenUsage};

use super::tokens::{CacheLife, Part, total};

/// Prompts that are remembered at most: 16 MB at the very most, and more than any test or demo marks in an hour.
const ENTRIES_MAX: usize = 100_000;

/// The beginnings of prompts that were written and have not expired.
#[derive(Debug, Default)]
pub(super) struct PromptCache(HashMap<[u8; 32], Entry>);

#[derive(Debug)]
struct Entry {
    life: CacheLife,
    expires: Instant,
}

/// What becomes of one prompt.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Its tokens by class; the answer has none yet.
    pub(super) usage: TokenUsage,
    /// The beginnings that are read or written.
    used: Vec<([u8; 32], CacheLife)>,
}

impl PromptCache {
    /// Splits a prompt into what is read, what will be written and what is neither. `owner` keeps keys and models apart. Nothing is
    /// remembered until [`PromptCache::commit`].
    pub(super) fn plan(&self, now: Instant, owner: &str, parts: &[Part<'_>]) -> Plan {
        let mut plan = Plan::default();
        let marked = parts.iter().rposition(|part| part.cache.is_some());
        let (marked, rest) = parts.split_at(marked.map_or(0, |last| last + 1));
        let digests = digests(owner, marked);
        let alive = |digest| self.0.get(digest).filter(|entry| now < entry.expires);
        let known = digests.iter().rposition(|digest| alive(digest).is_some());
        let (read, new) = marked.split_at(known.map_or(0, |last| last + 1));
        plan.usage.input = TokenCount(total(rest));
        plan.usage.cache_read = TokenCount(total(read));
        if let Some((digest, entry)) =
            known.and_then(|last| self.0.get_key_value(digests.get(last)?))
        {
            plan.used.push((*digest, entry.life));
        }
        let mut unmarked = 0;
        for (part, digest) in new.iter().zip(digests.iter().skip(read.len())) {
            unmarked += part.tokens;
            let Some(life) = part.cache else { continue };
            let class = match life {
                CacheLife::FiveMinutes => &mut plan.usage.cache_write_5m,
                CacheLife::OneHour => &mut plan.usage.cache_write_1h,
            };
            class.0 += std::mem::take(&mut unmarked);
            plan.used.push((*digest, life));
        }
        plan
    }

    /// Remembers what a plan writes, and lets what it reads live on.
    pub(super) fn commit(&mut self, now: Instant, plan: Plan) {
        if self.0.len() + plan.used.len() > ENTRIES_MAX {
            self.0.retain(|_, entry| now < entry.expires);
        }
        for (digest, life) in plan.used {
            if self.0.len() < ENTRIES_MAX || self.0.contains_key(&digest) {
                let expires = now + length(life);
                self.0.insert(digest, Entry { life, expires });
            }
        }
    }
}

const fn length(life: CacheLife) -> Duration {
    match life {
        CacheLife::FiveMinutes => Duration::from_mins(5),
        CacheLife::OneHour => Duration::from_hours(1),
    }
}

/// The digest of the prompt up to and including each part.
fn digests(owner: &str, parts: &[Part<'_>]) -> Vec<[u8; 32]> {
    let mut so_far = Sha256::new_with_prefix(owner);
    let digests = parts.iter().map(|part| {
        so_far.update((part.content.len() as u64).to_le_bytes());
        so_far.update(part.content.as_bytes());
        so_far.clone().finalize().into()
    });
    digests.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use shared::models::Tokenizer;
    use shared::time::UnixMillis;

    use super::*;
    use crate::tokens::prompt;
    use serving::clock::{Clock, ManualClock};

    fn classes(cache: &mut PromptCache, now: Instant, owner: &str, body: &Value) -> [u64; 4] {
        let body = body.as_object().expect("an object");
        let plan = cache.plan(now, owner, &prompt(body, Tokenizer::From47));
        let usage = plan.usage;
        cache.commit(now, plan);
        [
            usage.input.0,
            usage.cache_write_5m.0,
            usage.cache_write_1h.0,
            usage.cache_read.0,
        ]
    }

    fn marked(ttl: &str, question: &str) -> Value {
        json!({
            "system": [{"type": "text", "text": "A rule of many words.", "cache_control": {"type": "ephemeral", "ttl": ttl}}],
            "messages": [{"role": "user", "content": question}],
        })
    }

    #[test]
    fn a_marked_beginning_is_written_once_and_read_until_its_life_is_over() {
        let manual = ManualClock::starting_at(UnixMillis(0));
        let clock = Clock::from(manual.clone());
        let mut cache = PromptCache::default();
        let [input, written, _, _] =
            classes(&mut cache, clock.instant(), "k", &marked("5m", "One?"));
        assert!(input > 0 && written > 0);
        for _ in 0..3 {
            // Each read makes the entry live for another five minutes.
            manual.advance(Duration::from_secs(299));
            let again = classes(&mut cache, clock.instant(), "k", &marked("5m", "Two?"));
            assert_eq!(again, [input, 0, 0, written]);
        }
        manual.advance(Duration::from_mins(5));
        let late = classes(&mut cache, clock.instant(), "k", &marked("5m", "One?"));
        assert_eq!(late, [input, written, 0, 0]);
    }

    #[test]
    fn an_hour_is_written_in_its_own_class_and_keys_share_nothing() {
        let clock = Clock::system();
        let mut cache = PromptCache::default();
        let [_, short, long, _] = classes(&mut cache, clock.instant(), "k", &marked("1h", "One?"));
        assert!(short == 0 && long > 0);
        let [_, _, other, read] = classes(&mut cache, clock.instant(), "l", &marked("1h", "One?"));
        assert_eq!((other, read), (long, 0));
    }

    #[test]
    fn a_longer_conversation_reads_what_a_shorter_one_wrote_and_writes_the_rest() {
        let now = Clock::system().instant();
        let turn = |text: &str, is_marked: bool| {
            let mut block = json!({"type": "text", "text": text});
            if is_marked {
                block["cache_control"] = json!({"type": "ephemeral"});
            }
            json!({"role": "user", "content": [block]})
        };
        let mut cache = PromptCache::default();
        let first = json!({"messages": [turn("One.", true)]});
        let [_, written, _, _] = classes(&mut cache, now, "k", &first);
        let second =
            json!({"messages": [turn("One.", false), turn("Two.", true), turn("Three.", false)]});
        let [input, more, _, read] = classes(&mut cache, now, "k", &second);
        assert_eq!(read, written);
        assert!(more > 0 && input > 0);
    }
}
