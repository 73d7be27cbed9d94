//! What the operator switches stays as it is.

use shared::time::UnixMillis;
use store::Flag;

use super::Subject;

pub(super) async fn a_flag_stays_as_it_was_set(subject: Subject) {
    let store = &subject.store;
    let flag = Flag::SpendingStopped;
    let raised = async || store.flag(flag).await.expect("it can be read");
    let set = async |raised| {
        store
            .set_flag(flag, raised)
            .await
            .expect("it can be written");
    };
    assert_eq!(raised().await, None);
    set(Some(UnixMillis(7))).await;
    set(Some(UnixMillis(9))).await;
    assert_eq!(
        raised().await,
        Some(UnixMillis(7)),
        "since it was raised first"
    );
    set(None).await;
    set(None).await;
    assert_eq!(raised().await, None);
}
