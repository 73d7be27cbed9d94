//! The keys that the lab lets people steal: made up at each start, one for each place in which people hide theirs.

use subtle::ConstantTimeEq as _;

/// How a canary begins: as Claude's keys do, with a part that no scanner and no service takes for one of theirs.
const PREFIX: &str = "sk-ant-lab-";
/// Bytes of every canary: the room that the unsafe page's WebAssembly keeps for it.
pub(crate) const LENGTH: usize = 48;
/// Random bytes of a canary, beyond any chance of a guess; twice as many digits fill its length.
const RANDOM_BYTES: usize = 19;

/// A place in which the unsafe half keeps a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hiding {
    /// A constant of the program in WebAssembly.
    Program,
    /// A string of the script.
    Script,
    /// A line of the source that the build removed, and the source map kept.
    SourceMap,
    /// What the visitor typed, in the browser's storage.
    Storage,
    /// Encoded, cut up, or fetched at the start.
    Disguise,
    /// The server of the proxy without care.
    Proxy,
}

/// One key of each kind.
#[derive(Clone)]
pub(crate) struct Canaries([String; 6]);

impl std::fmt::Debug for Canaries {
    /// Nothing of them: they are the answers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Canaries(…)")
    }
}

impl Canaries {
    /// Makes up new ones.
    ///
    /// # Errors
    ///
    /// When the system has no randomness to give.
    pub(crate) fn mint() -> Result<Self, getrandom::Error> {
        let mut canaries: [String; 6] = Default::default();
        for canary in &mut canaries {
            let mut bits = [0_u8; RANDOM_BYTES];
            getrandom::fill(&mut bits)?;
            *canary = format!("{PREFIX}{}", shared::hex::hex(&bits));
            canary.truncate(LENGTH);
        }
        Ok(Self(canaries))
    }

    /// The key that is kept there.
    pub(crate) fn get(&self, hiding: Hiding) -> &str {
        let [program, script, source_map, storage, disguise, proxy] = &self.0;
        match hiding {
            Hiding::Program => program,
            Hiding::Script => script,
            Hiding::SourceMap => source_map,
            Hiding::Storage => storage,
            Hiding::Disguise => disguise,
            Hiding::Proxy => proxy,
        }
    }

    /// All of them, as the keys that the lab's Claude takes.
    pub(crate) fn all(&self) -> &[String] {
        &self.0
    }

    /// Whether `answer` is the key that is kept there. It takes as long for any answer of the right length.
    pub(crate) fn is(&self, hiding: Hiding, answer: &str) -> bool {
        let answer = answer.trim().as_bytes();
        self.get(hiding).as_bytes().ct_eq(answer).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_start_has_keys_of_its_own_and_of_one_length() {
        let (one, other) = (Canaries::mint().unwrap(), Canaries::mint().unwrap());
        for (key, others) in one.all().iter().zip(other.all()) {
            assert!(key.len() == LENGTH && key.starts_with(PREFIX));
            assert_ne!(key, others);
        }
        assert!(!format!("{one:?}").contains(PREFIX));
    }

    #[test]
    fn a_key_answers_for_its_own_place_alone() {
        let canaries = Canaries::mint().unwrap();
        let key = format!(" {}\n", canaries.get(Hiding::Script));
        assert!(canaries.is(Hiding::Script, &key));
        assert!(!canaries.is(Hiding::Program, &key));
        assert!(!canaries.is(Hiding::Script, ""));
    }
}
