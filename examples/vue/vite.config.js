import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

// A relative base, so that the built page may be served under any path.
export default defineConfig({ base: "./", plugins: [vue()] });
