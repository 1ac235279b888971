// What the examples in the documentation take for granted: a device and a call, and functions of the reader's own.
import type { SipIdentity, SipMessage, TelnyxCall, TelnyxDevice as Device, TelnyxDeviceConfig, TelnyxError } from "telnyx-device";

declare global {
  const config: TelnyxDeviceConfig;
  const device: Device;
  const call: TelnyxCall;
  const TelnyxDevice: typeof Device;

  /** What is on the reader's page. */
  const link: HTMLAnchorElement;

  /** What the reader does with it. */
  function show(what: TelnyxCall | SipIdentity | SipMessage | string | number | null): void;
  function say(text: string): void;
  function missed(call: TelnyxCall): void;
}
