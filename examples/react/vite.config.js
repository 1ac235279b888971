import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  // So that the built page may be served under any path.
  base: "./",
  // The WebAssembly is in the JavaScript.
  build: { chunkSizeWarningLimit: 1500 },
  plugins: [react()],
});
