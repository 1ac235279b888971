//! What a NOTIFY says, as plain objects.

use crate::browser::object;
use crate::message::{
    DialogEntry, DialogInfo, DialogState, MessageSummary, Notice, Party, Presence, Request, Tuple,
};
use js_sys::Array;
use wasm_bindgen::JsValue;

/// The body of a NOTIFY, understood; `null` where it is not.
pub fn parsed(notify: &Request) -> JsValue {
    match Notice::read(notify) {
        None => JsValue::NULL,
        Some(Notice::MessageSummary(summary)) => message_summary(&summary),
        Some(Notice::Dialogs(dialogs)) => dialog_info(&dialogs),
        Some(Notice::Presence(presence)) => self::presence(&presence),
        Some(Notice::Refer(status, reason)) => object(&[
            ("type", &"refer".into()),
            ("statusCode", &status.get().into()),
            ("reasonPhrase", &reason.into()),
        ])
        .into(),
    }
}

fn message_summary(summary: &MessageSummary) -> JsValue {
    let messages = Array::new();
    for count in &summary.counts {
        messages.push(&object(&[
            ("class", &count.class.as_str().into()),
            ("new", &count.new.into()),
            ("old", &count.old.into()),
            ("newUrgent", &count.new_urgent.into()),
            ("oldUrgent", &count.old_urgent.into()),
        ]));
    }
    object(&[
        ("type", &"message-summary".into()),
        ("waiting", &summary.waiting.into()),
        ("account", &text(summary.account.as_ref())),
        ("messages", &messages),
    ])
    .into()
}

/// The dialogs of somebody.
pub fn dialog_info(info: &DialogInfo) -> JsValue {
    let dialogs = Array::new();
    info.dialogs.iter().for_each(|entry| {
        dialogs.push(&dialog(entry));
    });
    object(&[
        ("type", &"dialog".into()),
        ("entity", &info.entity.as_str().into()),
        ("version", &info.version.into()),
        ("full", &info.is_full.into()),
        ("dialogs", &dialogs),
    ])
    .into()
}

fn dialog(entry: &DialogEntry) -> JsValue {
    let direction = match entry.is_initiator {
        None => JsValue::NULL,
        Some(true) => "initiator".into(),
        Some(false) => "recipient".into(),
    };
    let state = match entry.state {
        DialogState::Trying => "trying",
        DialogState::Proceeding => "proceeding",
        DialogState::Early => "early",
        DialogState::Confirmed => "confirmed",
        DialogState::Terminated => "terminated",
    };
    object(&[
        ("id", &entry.id.as_str().into()),
        ("state", &state.into()),
        ("direction", &direction),
        ("callId", &text(entry.call_id.as_ref())),
        ("localTag", &text(entry.local_tag.as_ref())),
        ("remoteTag", &text(entry.remote_tag.as_ref())),
        ("local", &party(&entry.local)),
        ("remote", &party(&entry.remote)),
    ])
    .into()
}

fn party(party: &Party) -> JsValue {
    object(&[
        ("displayName", &text(party.display_name.as_ref())),
        ("identity", &text(party.identity.as_ref())),
        ("target", &text(party.target.as_ref())),
    ])
    .into()
}

fn presence(presence: &Presence) -> JsValue {
    let tuples = Array::new();
    presence.tuples.iter().for_each(|it| {
        tuples.push(&tuple(it));
    });
    object(&[
        ("type", &"presence".into()),
        ("entity", &presence.entity.as_str().into()),
        ("tuples", &tuples),
        ("notes", &list(&presence.notes)),
    ])
    .into()
}

fn tuple(tuple: &Tuple) -> JsValue {
    object(&[
        ("id", &tuple.id.as_str().into()),
        ("open", &tuple.is_open.map_or(JsValue::NULL, Into::into)),
        ("contact", &text(tuple.contact.as_ref())),
        ("notes", &list(&tuple.notes)),
    ])
    .into()
}

fn list(texts: &[String]) -> Array {
    texts.iter().map(|text| JsValue::from_str(text)).collect()
}

fn text(text: Option<&String>) -> JsValue {
    text.map_or(JsValue::NULL, |text| text.as_str().into())
}
