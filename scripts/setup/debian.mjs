// What comes from the packages of Debian. Ubuntu has Kamailio too, but its browsers are snaps. Elsewhere, or without root, the reader is told what to install.
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { linkFolder } from "../lib/places.mjs";
import { capture, run, which } from "../lib/process.mjs";
import { doing, missing } from "../lib/progress.mjs";

const apt = ["-y", "-qq", "--no-install-recommends", "--no-remove", "-o", "DPkg::Lock::Timeout=600"];
const quiet = {
  env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_SUSPEND: "1" },
  stdio: ["ignore", "ignore", "inherit"],
};
let listsAreFresh = false;

/** Whether packages can be installed from here. */
export function canInstall() {
  return which("apt-get") !== undefined && process.getuid?.() === 0;
}

/** Chromium and Firefox, each with what drives it; geckodriver is built by cargo. */
export async function installBrowsers() {
  if (!chromium() || !which("chromedriver")) {
    await installOrTell(["chromium", "chromium-driver"], "the tests in Chromium are skipped");
  }
  if (!which("firefox") && !which("firefox-esr")) await installOrTell(["firefox-esr"], "the tests in Firefox are skipped");
  linkFirefox();
}

/** A sound device for Firefox, where the machine may have none. */
export async function installSound() {
  if (process.platform !== "linux" || which("pulseaudio")) return;
  await installOrTell(["pulseaudio"], "Firefox hears only where the machine has a sound device");
}

/** `ip` and `iptables`: a network of their own for the browsers, with faults on demand. */
export async function installNetworkTools() {
  // Elsewhere than on Linux, or without root, the tests run on the plain machine.
  if (process.platform !== "linux" || process.getuid() !== 0) return;
  const absent = Object.entries({ ip: "iproute2", iptables: "iptables" }).filter(([program]) => !which(program));
  if (absent.length > 0) await installOrTell(absent.map(([, name]) => name), "browsers use the machine's own network");
}

/** A real SIP server to call through. */
export async function installKamailio() {
  const modules = ["kamailio-websocket-modules", "kamailio-tls-modules", "kamailio-extra-modules"];
  if (which("kamailio") && modules.every(isInstalled)) return;
  await installOrTell(["kamailio", ...modules], "the tests with Kamailio are skipped");
}

/** Whether there is a Kamailio that speaks WebSocket. */
export function kamailioHasWebSocket() {
  const [, folders] = capture("kamailio", ["-I"])?.match(/paths to modules: (.*)/) ?? [];
  return folders?.split(":").some((folder) => existsSync(join(folder, "websocket.so"))) ?? false;
}

/** A far side to call, which keeps to its script. */
export async function installSipp() {
  if (!which("sipp")) await installOrTell(["sip-tester"], "the tests with SIPp are skipped");
}

/** A TURN server that can be lost. */
export async function installTurn() {
  if (!which("turnserver")) await installOrTell(["coturn"], "the tests with TURN are skipped");
}

/** Installs packages without letting Debian start the daemons in them. */
export async function installPackages(names) {
  if (!listsAreFresh) {
    doing("Updating the lists of packages");
    await run("apt-get", ["update", "-qq"], quiet);
    listsAreFresh = true;
  }
  doing(`Installing ${names.join(", ")}`);
  const policy = "/usr/sbin/policy-rc.d";
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, "#!/bin/sh\nexit 101\n");
  if (ours) chmodSync(policy, 0o755);
  try {
    await run("apt-get", ["install", ...apt, ...names], quiet);
  } finally {
    if (ours) rmSync(policy);
  }
}

/** The path of a Chromium or Chrome. */
export function chromium() {
  return which("chromium") ?? which("chromium-browser") ?? which("google-chrome");
}

async function installOrTell(names, otherwise) {
  if (!canInstall()) return missing(`Missing: ${names.join(", ")} (installed only as root on Debian); ${otherwise}.`);
  await installPackages(names).catch((error) => missing(`${error.message} So ${otherwise}.`));
}

function isInstalled(name) {
  return capture("dpkg-query", ["-W", "-f=${db:Status-Status}", name]) === "installed";
}

/** geckodriver looks for `firefox`; Debian calls it `firefox-esr`. */
function linkFirefox() {
  const link = join(linkFolder, "firefox");
  const target = which("firefox-esr");
  if (which("firefox") || !target || existsSync(link)) return;
  mkdirSync(linkFolder, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(target, link);
}
