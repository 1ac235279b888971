import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests",
  use: {
    permissions: ["microphone"],
    launchOptions: {
      // Where another Chromium than Playwright's own is to be used.
      executablePath: process.env.CHROMIUM,
      args: ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--allow-loopback-in-peer-connection"],
      // Chromium has no sandbox for root, as in many containers.
      chromiumSandbox: process.getuid?.() !== 0,
    },
  },
});
