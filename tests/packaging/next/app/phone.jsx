"use client";
import { useEffect, useState } from "react";
import { TelnyxDevice, TelnyxError, causes, version } from "telnyx-device";

/** Calls the echo of the server that the page's address names. */
export default function Phone({ renderedAt }) {
  const [state, setState] = useState("not yet");
  useEffect(() => {
    const { host, port, sip } = Object.fromEntries(new URLSearchParams(location.search));
    const device = new TelnyxDevice({ host, port, wsServers: sip, username: "alice", password: "alice-pass", logLevel: "error" });
    const names = [TelnyxError === TelnyxDevice.TelnyxError, causes.BUSY, version === TelnyxDevice.version];
    const call = device.initiateCall("echo");
    call.on("mediaConnected", () => {
      window.outcome = names;
      setState("connected");
    });
    call.on("failed", (response, cause) => (window.outcome = cause));
    return () => device.free();
  }, []);
  return (
    <p>
      {version}, rendered at {renderedAt}: {state}
    </p>
  );
}
