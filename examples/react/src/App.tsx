import { useState } from "react";
import type { TelnyxDeviceConfig } from "telnyx-device";
import { SignIn } from "./SignIn";
import { Softphone } from "./Softphone";

export function App() {
  const [config, setConfig] = useState<TelnyxDeviceConfig>();
  return (
    <main>
      <h1>Softphone</h1>
      {config ? <Softphone config={config} onSignOut={() => setConfig(undefined)} /> : <SignIn onSignIn={setConfig} />}
    </main>
  );
}
