//! The command line.

use lexopt::{Arg, Parser, ValueExt};
use std::{ffi::OsString, io, net::SocketAddr, path::PathBuf};

/// What `--help` prints.
pub const HELP: &str = "\
A SIP-over-WebSocket server with robots to call, and the demo page. For development and tests.

  --host HOST        address to listen on (default 127.0.0.1, which is ::1 too)
  --port PORT        port for the page and for SIP; 0 takes a free one (default 8080)
  --www DIR          the built demo page (default www/dist)
  --accounts FILE    TOML with [[account]] tables of user and password (default alice, bob, carol)
  --loopback-media   robots offer only 127.x for media, not the machine's interface addresses
  --control          let tests and the page order faults, at /control/… (loopback only; see README.md)
  --help             print this
";

/// How to run the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// The address or name to listen on. `127.0.0.1` and `localhost` mean both loopback addresses.
    pub host: String,
    /// The TCP port; 0 takes a free one.
    pub port: u16,
    /// Where the built demo page is.
    pub www: PathBuf,
    /// The accounts file, else the ready-made accounts.
    pub accounts: Option<PathBuf>,
    /// Robots offer only 127.x as ICE candidates.
    pub loopback_media: bool,
    /// Faults can be ordered at `/control/…`.
    pub control: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".into(),
            port: 8080,
            www: "www/dist".into(),
            accounts: None,
            loopback_media: false,
            control: false,
        }
    }
}

impl Options {
    /// Reads the arguments after the program's name. `None`: `--help` was among them.
    ///
    /// # Errors
    ///
    /// An unknown option, a missing or an unreadable value.
    pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Option<Self>, lexopt::Error> {
        let mut options = Self::default();
        let mut parser = Parser::from_args(arguments);
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("host") => options.host = parser.value()?.string()?,
                Arg::Long("port") => options.port = parser.value()?.parse()?,
                Arg::Long("www") => options.www = parser.value()?.into(),
                Arg::Long("accounts") => options.accounts = Some(parser.value()?.into()),
                Arg::Long("loopback-media") => options.loopback_media = true,
                Arg::Long("control") => options.control = true,
                Arg::Long("help") | Arg::Short('h') => return Ok(None),
                other => return Err(other.unexpected()),
            }
        }
        Ok(Some(options))
    }

    /// Whether these options may be served at this address.
    ///
    /// # Errors
    ///
    /// The control door would be open to others.
    pub fn allow(&self, address: SocketAddr) -> io::Result<()> {
        if self.control && !address.ip().is_loopback() {
            let told = "the control door opens on loopback only: no --control with this --host";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, told));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Option<Options>, lexopt::Error> {
        Options::read(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn every_option_is_read() {
        let line = "--host ::1 --port=0 --www pages --accounts a.toml --loopback-media --control";
        let expected = Options {
            host: "::1".into(),
            port: 0,
            www: "pages".into(),
            accounts: Some("a.toml".into()),
            loopback_media: true,
            control: true,
        };
        assert_eq!(read(line).unwrap(), Some(expected));
        assert_eq!(read("").unwrap(), Some(Options::default()));
        assert_eq!(read("--port 1 --help").unwrap(), None);
    }

    #[test]
    fn what_is_not_an_option_is_refused() {
        for line in ["--prot 1", "--port", "--port 65536", "8080"] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
