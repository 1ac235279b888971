//! The example `inspect` over our torture vectors: its verdicts, its answers, and every member that it promises.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by panicking"
)]

#[path = "../examples/inspect/device.rs"]
mod device;
#[path = "support/messages.rs"]
mod messages;
#[path = "../examples/inspect/understood.rs"]
mod understood;

use messages::{Verdict, vectors};
use serde_json::{Value, json};
use understood::understood;

fn inspect(name: &str) -> Value {
    let case = vectors().into_iter().find(|case| case.name == name).unwrap();
    understood(name, &case.bytes)
}

const MEMBERS: [&str; 14] = [
    "file",
    "verdict",
    "status",
    "reason",
    "method",
    "statusCode",
    "requestUri",
    "from",
    "to",
    "callId",
    "cseq",
    "via",
    "contact",
    "bodyLength",
];

#[test]
fn every_vector_is_shown_with_its_verdict_and_answer() {
    for case in vectors() {
        let shown = understood(&case.name, &case.bytes);
        let members: Vec<_> = shown.as_object().unwrap().keys().collect();
        assert_eq!(members, MEMBERS, "{}", case.name);
        assert!(!shown.to_string().contains('\n'));
        match case.verdict {
            Verdict::Valid => assert_eq!(shown["verdict"], "ok", "{shown}"),
            Verdict::Invalid => assert_eq!(shown["verdict"], "refused", "{shown}"),
            Verdict::Either => assert!(shown["verdict"] == "ok" || shown["verdict"] == "refused"),
        }
        // Nobody attends to the device: what a person would decide is not answered.
        let undecided = ["drop", "told", "180"].iter().any(|it| case.answers.contains(&(*it).to_owned()));
        match shown["status"].as_u64() {
            Some(status) => assert!(case.answers.contains(&status.to_string()), "{shown}"),
            None => assert!(undecided, "{shown}"),
        }
    }
}

#[test]
fn a_request_is_shown_whole() {
    let uri = |user: &str, host: &str| json!({ "scheme": "sip", "user": user, "host": host, "port": null });
    let hop = |transport: &str, host: &str, port: Option<u16>, branch: &str| json!({ "transport": transport, "host": host, "port": port, "branch": branch });
    assert_eq!(
        inspect("space-everywhere"),
        json!({
            "file": "space-everywhere",
            "verdict": "ok",
            "status": 481,
            "reason": "Call/Transaction Does Not Exist",
            "method": "INVITE",
            "statusCode": null,
            "requestUri": uri("mira", "harbor-42.example.net"),
            "from": {
                "displayName": r#"Ola "Oar" \Nord"#,
                "uri": uri("ola", "quay.example.net"),
                "tag": "oar-77",
            },
            "to": { "displayName": null, "uri": uri("mira", "harbor-42.example.net"), "tag": "pier9" },
            "callId": "space.everywhere-1@198.51.100.7",
            "cseq": { "number": 305, "method": "INVITE" },
            "via": [
                hop("WSS", "198.51.100.8", None, "before3261"),
                hop("TLS", "ferry.example.net", Some(5061), "z9hG4bKsalt"),
                hop("UDP", "10.20.30.40", None, "z9hG4bK.pepper"),
            ],
            "contact": [uri("ola", "quay.example.net")],
            "bodyLength": 138,
        })
    );
}

#[test]
fn a_response_is_shown_with_its_reason() {
    let shown = inspect("reason-in-utf8");
    assert_eq!((&shown["statusCode"], &shown["method"]), (&json!(200), &Value::Null));
    assert_eq!(shown["reason"], "= 5 * 40; или «двести», — schön & 良い!");
    assert_eq!((&shown["status"], &shown["requestUri"]), (&Value::Null, &Value::Null));
}

#[test]
fn of_what_is_refused_the_readable_is_shown() {
    let shown = inspect("open-quote");
    assert_eq!(
        (&shown["verdict"], &shown["status"], &shown["reason"]),
        (&json!("refused"), &json!(400), &json!("Bad To"))
    );
    assert_eq!(
        (&shown["from"]["tag"], &shown["to"], &shown["bodyLength"]),
        (&json!("b6"), &Value::Null, &Value::Null)
    );
    let nothing = understood("x", b"hello");
    assert_eq!(
        (&nothing["verdict"], &nothing["status"], &nothing["via"]),
        (&json!("refused"), &Value::Null, &json!([]))
    );
    assert_eq!(understood("x", b"\r\n\r\n")["verdict"], "ok");
}
