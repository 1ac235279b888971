import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  // So that the built page may be served under any path.
  base: "./",
  // The WebAssembly is in the JavaScript.
  build: { chunkSizeWarningLimit: 1500 },
  plugins: [vue()],
});
