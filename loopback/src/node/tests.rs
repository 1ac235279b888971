//! The server as Node.js drives it: frames in, frames out, on a clock turned by hand.

use super::*;
use serde_json::json;

struct Driven {
    node: Node,
    now: Instant,
}

impl Driven {
    fn new() -> Self {
        Self { node: Node::default(), now: Instant::now() }
    }

    /// One that serves with these arguments.
    fn serving(line: &str) -> Self {
        let mut driven = Self::new();
        driven.start(line);
        driven.listen("127.0.0.1:8080", "");
        driven
    }

    fn start(&mut self, line: &str) -> Vec<(Value, String)> {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        self.turn(&json!({ "is": "started", "arguments": arguments }), "")
    }

    fn listen(&mut self, address: &str, accounts: &str) -> Vec<(Value, String)> {
        self.turn(&json!({ "is": "listening", "address": address, "hasPage": false }), accounts)
    }

    fn turn(&mut self, head: &Value, bytes: &str) -> Vec<(Value, String)> {
        frames(&self.node.turn(format!("{head}\n{bytes}").as_bytes(), self.now).unwrap())
    }

    /// What is said of one kind.
    fn told(&mut self, head: &Value, bytes: &str, kind: &str) -> Vec<(Value, String)> {
        self.turn(head, bytes).into_iter().filter(|(told, _)| told["do"] == kind).collect()
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> (u64, String) {
        let asked = json!({ "is": "asked", "id": 7, "method": method, "path": path, "host": "localhost", "contentType": "application/json" });
        let (told, body) = self.told(&asked, body, "respond").remove(0);
        (told["status"].as_u64().unwrap(), body)
    }
}

fn frames(mut output: &[u8]) -> Vec<(Value, String)> {
    let mut found = Vec::new();
    while let Some(end) = output.iter().position(|byte| *byte == b'\n') {
        let head: Value = serde_json::from_slice(&output[..end]).unwrap();
        let (bytes, rest) = output[end + 1..].split_at(head["bytes"].as_u64().unwrap() as usize);
        found.push((head, String::from_utf8(bytes.to_vec()).unwrap()));
        output = rest;
    }
    found
}

const OPTIONS: &str = "OPTIONS sip:localhost SIP/2.0\r\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bKa\r\n\
    Max-Forwards: 70\r\nFrom: <sip:alice@localhost>;tag=a\r\nTo: <sip:localhost>\r\nCall-ID: a\r\nCSeq: 1 OPTIONS\r\n\r\n";

#[test]
fn the_command_line_is_read_and_help_is_given() {
    let (told, _) = Driven::new().start("--port 0 --accounts a.toml").remove(0);
    assert_eq!(
        told,
        json!({ "do": "listen", "host": "127.0.0.1", "port": 0, "www": "www/dist", "accounts": "a.toml", "bytes": 0 })
    );
    let helped = Driven::new().start("--help");
    assert_eq!((&helped[0].0["do"], &helped[1].0["code"]), (&json!("print"), &json!(0)));
    let refused = Driven::new().start("--prot 1");
    assert_eq!((&refused[0].0["do"], &refused[0].0["code"]), (&json!("exit"), &json!(2)));
}

#[test]
fn it_says_where_it_is_and_who_may_sign_in() {
    let mut driven = Driven::new();
    driven.start("--accounts a.toml");
    let told = driven.listen("[::1]:9000", "[[account]]\nuser = \"dave\"\npassword = \"x\"\n");
    assert!(told[0].1.contains("dave       password x\n"), "{}", told[0].1);
    assert_eq!(told[1].0["sip"], "ws://localhost:9000/sip");
    // Whoever brings accounts may have a secret to keep.
    assert!(driven.ask("GET", "/server.json", "").1.contains(r#"[{"user":"dave"}]"#));
}

#[test]
fn what_cannot_be_served_ends_the_program() {
    for (line, address, accounts, why) in [
        ("--control", "192.168.1.2:80", "", "on loopback only"),
        ("--accounts a.toml", "127.0.0.1:80", "[[account]]", "a.toml: "),
    ] {
        let mut driven = Driven::new();
        driven.start(line);
        let (told, said) = driven.listen(address, accounts).remove(0);
        assert_eq!((&told["do"], &told["code"]), (&json!("exit"), &json!(1)));
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn a_request_is_answered_over_its_connection() {
    let mut driven = Driven::serving("");
    driven.turn(&json!({ "is": "opened", "id": 3 }), "");
    let answered = driven.told(&json!({ "is": "received", "id": 3 }), OPTIONS, "send");
    assert_eq!((&answered[0].0["id"], &answered[0].0["text"]), (&json!(3), &json!(true)));
    assert!(answered[0].1.starts_with("SIP/2.0 200"));
    driven.turn(&json!({ "is": "closed", "id": 3 }), "");
    assert!(driven.told(&json!({ "is": "received", "id": 3 }), OPTIONS, "send").is_empty());
}

#[test]
fn faults_are_ordered_where_the_door_is_open() {
    let shut = Driven::serving("").ask("POST", "/control/reset", "");
    assert_eq!(shut.0, 404);
    let mut driven = Driven::serving("--control");
    driven.turn(&json!({ "is": "opened", "id": 1 }), "");
    let asked = json!({ "is": "asked", "id": 7, "method": "POST", "path": "/control/close", "host": "[::1]:8080", "contentType": "application/json" });
    let told = driven.turn(&asked, r#"{"code":1012}"#);
    let answer: Value = serde_json::from_str(&told[0].1).unwrap();
    assert_eq!(answer, json!({ "sockets": [{ "frozen": false, "id": 1, "users": [] }] }));
    assert_eq!(told[1].0, json!({ "do": "close", "id": 1, "code": 1012, "reason": "", "bytes": 0 }));
    let elsewhere =
        json!({ "is": "asked", "id": 7, "method": "GET", "path": "/control", "host": "evil.example:8080" });
    assert_eq!(driven.told(&elsewhere, "", "respond")[0].0["status"], 403);
    assert_eq!(driven.ask("POST", "/control/explode", "").0, 404);
    assert_eq!(driven.ask("POST", "/control/close", "x").0, 400);
    assert_eq!(driven.ask("POST", "/control/close", &" ".repeat(5000)).0, 413);
}

#[test]
fn a_handshake_becomes_what_was_ordered() {
    let mut driven = Driven::serving("--control");
    let becomes = |driven: &mut Driven| {
        driven.told(&json!({ "is": "handshake", "id": 1 }), "", "handshake").remove(0).0["becomes"].clone()
    };
    assert_eq!(becomes(&mut driven), "connection");
    driven.ask("POST", "/control/handshakes", r#"{"fault":"mute","milliseconds":50}"#);
    assert_eq!(becomes(&mut driven), "mute");
    driven.now += Duration::from_millis(51);
    assert_eq!(becomes(&mut driven), "connection");
}

#[test]
fn what_comes_out_of_turn_is_refused() {
    let mut driven = Driven::new();
    assert!(driven.node.turn(b"{\"is\":\"woke\"}\n", driven.now).is_err());
    assert!(driven.node.turn(b"{\"is\":\"started\"", driven.now).is_err());
    let mut driven = Driven::serving("");
    assert!(driven.node.turn(b"{\"is\":\"started\",\"arguments\":[]}\n", driven.now).is_err());
}
