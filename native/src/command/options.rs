//! The command line.

use lexopt::{Arg, Error, Parser, ValueExt};
use std::ffi::OsString;
use telnyx_device_native::Account;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
A SIP phone without media, at the end of a pipe: it obeys verbs and prints a line for each event.

  --server URI         the SIP server, ws://HOST:PORT/PATH (wss: is not supported)
  --user USER          who it is, in addresses and to the server
  --password PASSWORD  for digest authentication
  --domain HOST:PORT   the domain of addresses (default that of the server)
  --expires SECONDS    how long it asks to be registered (default 600)
  --push NAME=VALUE    a pn- parameter of the registered Contact; may be repeated
  --answer             answer every call
  --crowd COUNT        be so many phones USER0, USER1 … that call each other in pairs; {user} in PASSWORD is their name
  --rounds COUNT       how often they do (default 1)
  --trace              print SIP messages on standard error, credentials left out
  --help               print this

Each further argument is a verb with what belongs to it, in one word of the shell (\"call bob\"); then each line of
standard input is one. At its end, or at Ctrl-C, calls are ended and the registration is removed.

  register, unregister [all]
  drop                            break the connection, as a network does
  call TARGET, lateoffer TARGET   the latter lets the far side make the offer
  anonymous TARGET                call without saying who it is
  message TARGET TEXT
  answer, reject [STATUS], hangup, hold, unhold
  digits DIGITS, info TEXT, say TEXT
  transfer TARGET, connect CALL   blind, or with the far side of another call
  follow, refuse                  what the far side asks by REFER
  redirect [CONTACT]              follow a 3xx, or do not
  options TARGET
  subscribe TARGET EVENT, unsubscribe
  publish EVENT TEXT, republish TEXT, unpublish

answer and reject mean the call that rings, others the one last placed or answered.
";

/// How to run the phone.
pub(crate) struct Options {
    pub account: Account,
    pub expires: Option<u32>,
    pub push: Vec<(String, String)>,
    pub answer: bool,
    pub trace: bool,
    pub verbs: Vec<String>,
    pub crowd: Option<Crowd>,
}

/// How many phones, and how often they call.
pub(crate) struct Crowd {
    pub count: usize,
    pub rounds: u32,
}

impl Options {
    /// Reads the arguments after the program's name. `None`: `--help` was among them.
    ///
    /// # Errors
    ///
    /// An unknown option, a missing or an unreadable value.
    pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Option<Self>, Error> {
        let (mut server, mut user, mut password, mut domain) = (None, None, None, None);
        let (mut answer, mut trace, mut verbs) = (false, false, Vec::new());
        let (mut count, mut rounds) = (None, 1);
        let (mut expires, mut push) = (None, Vec::new());
        let mut parser = Parser::from_args(arguments);
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("server") => server = Some(parser.value()?.string()?),
                Arg::Long("user") => user = Some(parser.value()?.string()?),
                Arg::Long("password") => password = Some(parser.value()?.string()?),
                Arg::Long("domain") => domain = Some(parser.value()?.string()?),
                Arg::Long("expires") => expires = Some(parser.value()?.parse()?),
                Arg::Long("push") => push.push(parser.value()?.parse_with(parameter)?),
                Arg::Long("answer") => answer = true,
                Arg::Long("crowd") => count = Some(parser.value()?.parse_with(even)?),
                Arg::Long("rounds") => rounds = parser.value()?.parse()?,
                Arg::Long("trace") => trace = true,
                Arg::Long("help") | Arg::Short('h') => return Ok(None),
                Arg::Value(verb) => verbs.push(verb.string()?),
                other => return Err(other.unexpected()),
            }
        }
        let server = server.ok_or("--server is missing")?;
        let domain = match domain {
            Some(domain) => domain,
            None => authority(&server).ok_or("--server is no ws: URI")?.into(),
        };
        let account = Account { server, domain, user: user.ok_or("--user is missing")?, password };
        let crowd = count.map(|count| Crowd { count, rounds });
        Ok(Some(Self { account, expires, push, answer, trace, verbs, crowd }))
    }
}

/// They call in pairs.
fn even(text: &str) -> Result<usize, String> {
    let count: usize = text.parse().map_err(|_| "no number")?;
    if count.is_multiple_of(2) { Ok(count) } else { Err("not an even number".into()) }
}

/// `name=value`; what has no value is `name`.
fn parameter(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    if name.is_empty() { Err("no name") } else { Ok((name.into(), value.into())) }
}

/// `localhost:8080` of `ws://localhost:8080/sip`.
fn authority(uri: &str) -> Option<&str> {
    uri.strip_prefix("ws://")?.split('/').next().filter(|authority| !authority.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Option<Options>, Error> {
        Options::read(arguments.iter().map(OsString::from))
    }

    #[test]
    fn the_domain_is_that_of_the_server_unless_it_is_said() {
        let server = ["--server", "ws://localhost:8080/sip", "--user", "alice"];
        let domain = |more: &[&str]| read(&[&server, more].concat()).unwrap().unwrap().account.domain;
        assert_eq!(domain(&[]), "localhost:8080");
        assert_eq!(domain(&["--domain", "example.com"]), "example.com");
    }

    #[test]
    fn verbs_keep_their_order() {
        let options = read(&["register", "--server=ws://a", "--user=b", "--answer", "call carol"]);
        let options = options.unwrap().unwrap();
        assert_eq!(options.verbs, ["register", "call carol"]);
        assert!(options.answer && !options.trace);
    }

    #[test]
    fn what_a_push_service_needs() {
        let line = ["--server=ws://a", "--user=b", "--push", "pn-prid=a=b", "--push=pn-purr", "--expires=60"];
        let options = read(&line).unwrap().unwrap();
        assert_eq!(options.push, [("pn-prid".into(), "a=b".into()), ("pn-purr".into(), String::new())]);
        assert_eq!(options.expires, Some(60));
    }

    #[test]
    fn what_is_missing_or_unknown_is_refused() {
        for line in [
            &["--user", "alice"][..],
            &["--server", "ws://a"],
            &["--server", "http://a", "--user", "alice"],
            &["--server", "ws://a", "--user", "alice", "--crowd", "3"],
            &["--server", "ws://a", "--user", "alice", "--expires", "soon"],
            &["--server", "ws://a", "--user", "alice", "--push", "=a"],
            &["--frob"],
        ] {
            assert!(read(line).is_err(), "{line:?}");
        }
        assert!(read(&["--help"]).unwrap().is_none());
    }
}
