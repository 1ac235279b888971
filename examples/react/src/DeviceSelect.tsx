interface Props {
  label: string;
  devices: readonly MediaDeviceInfo[];
  onChoose: (id: string) => void;
}

/** The default device, and those of which the browser tells the names. */
export function DeviceSelect({ label, devices, onChoose }: Props) {
  return (
    <label>
      {label}
      <select onChange={(event) => onChoose(event.target.value)}>
        <option value="default">Default</option>
        {devices.map(({ deviceId, label }) => (
          <option key={deviceId} value={deviceId}>{label}</option>
        ))}
      </select>
    </label>
  );
}
