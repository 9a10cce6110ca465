/// <reference types="node" />
import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { texts } from "./scripts/texts";

const OUT = "../src/tiercel/api/static";
const LICENSES = "licenses.md";
const FONTS = ["@fontsource-variable/inter", "@fontsource-variable/jetbrains-mono"];

/** Finishes what was built, wherever that was told to go. */
function finished(): Plugin {
  let out = OUT;
  return {
    name: "finished",
    apply: "build",
    configResolved(config) {
      out = config.build.outDir;
    },
    closeBundle() {
      addFontLicenses(out);
      compress(out);
    },
  };
}

/** Adds the licences of the fonts to those of the libraries: Vite tells of scripts only. */
function addFontLicenses(out: string): void {
  for (const name of FONTS) {
    const folder = join("node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const text = readFileSync(join(folder, "LICENSE"), "utf8").trim().replace(/^/gm, "> ");
    appendFileSync(join(out, LICENSES), `\n## ${name} - ${version} (${license})\n\n${text}\n`);
  }
}

/** Writes a .br and a .gz beside each text file, so that the server never compresses. */
function compress(out: string): void {
  for (const path of files(out)) {
    if (!/\.(js|css|html|svg)$/.test(path)) continue;
    const bytes = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    writeFileSync(`${path}.br`, brotliCompressSync(bytes));
  }
}

function files(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

export default defineConfig({
  base: "/ui/",
  plugins: [react(), texts(), finished()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    manifest: true,
    license: { fileName: LICENSES },
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { "/api": "http://localhost:8080" } },
});
