//! The TypeScript side of the types: what the JSON of `shared` looks like, by hand, so that each field has its words there too.

use wasm_bindgen::prelude::wasm_bindgen;

/// What the module's `.d.ts` says beside its functions.
pub const TYPES: &str = include_str!("types.ts");

/// Taken by wasm-bindgen, which leaves nothing of it.
#[wasm_bindgen(typescript_custom_section)]
const SECTION: &str = TYPES;

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use shared::api::chat::{Effort, Role};
    use shared::policy::OnSecret;
    use shared::preflight::{Rule, Severity};

    use super::*;

    /// The members of the union of texts `name`.
    fn union_of(name: &str) -> Vec<&'static str> {
        let (_, body) = TYPES
            .split_once(&format!("export type {name} ="))
            .expect("the type is there");
        let (body, _) = body.split_once(';').expect("it ends");
        body.split('"').skip(1).step_by(2).collect()
    }

    /// Whether each member of a union is a value of ours.
    fn are_known<T: DeserializeOwned>(name: &str) {
        let members = union_of(name);
        assert!(!members.is_empty(), "{name}");
        for member in members {
            let read = serde_json::from_value::<T>(member.into());
            assert!(
                read.is_ok(),
                "{name} has {member:?}, which nothing here is called"
            );
        }
    }

    /// That no value of ours is missing there is told by the compiler of TypeScript, in the browser ring.
    #[test]
    fn every_value_that_the_types_name_exists() {
        are_known::<Effort>("Effort");
        are_known::<OnSecret>("OnSecret");
        are_known::<Role>("Role");
        are_known::<Rule>("Rule");
        are_known::<Severity>("Severity");
    }
}
