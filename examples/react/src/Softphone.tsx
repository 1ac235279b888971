import { useRef, type FormEvent } from "react";
import type { TelnyxDeviceConfig } from "telnyx-device";
import { CallCard } from "./CallCard";
import { DeviceSelect } from "./DeviceSelect";
import { useTelnyxDevice } from "./useTelnyxDevice";

const REGISTRATION = {
  registering: "Registering…",
  registered: "Ready to call",
  reconnecting: "No connection, trying again…",
  failed: "Not registered",
};

export function Softphone({ config, onSignOut }: { config: TelnyxDeviceConfig; onSignOut: () => void }) {
  const { registration, calls, notice, microphones, speakers, phone } = useTelnyxDevice(config);
  const target = useRef<HTMLInputElement>(null);

  function dial(event: FormEvent) {
    event.preventDefault();
    void phone.dial(target.current?.value ?? "");
  }

  return (
    <>
      <header>
        <strong>{config.username}</strong>
        <span role="status">{REGISTRATION[registration]}</span>
        <button type="button" onClick={onSignOut}>Sign out</button>
      </header>
      <p role="alert" className="notice">{notice}</p>
      <form className="dial" onSubmit={dial}>
        <label>
          Name, number or SIP address
          <input ref={target} name="target" required autoComplete="off" autoCapitalize="none" spellCheck={false} />
        </label>
        <button className="primary">Call</button>
      </form>
      <ul aria-label="Calls">
        {calls.map((view) => (
          // The buttons of a call that is over are gone: whoever was on one is back where calls begin.
          <CallCard key={view.call.id} view={view} phone={phone} onEnd={() => target.current?.focus()} />
        ))}
      </ul>
      <section aria-label="Devices" className="devices">
        <DeviceSelect label="Microphone" devices={microphones} onChoose={phone.chooseMicrophone} />
        <DeviceSelect label="Speaker" devices={speakers} onChoose={phone.chooseSpeaker} />
      </section>
    </>
  );
}
