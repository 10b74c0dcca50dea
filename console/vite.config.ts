/**
 * Builds the console into console/dist. Addresses of assets are relative, so that it works under a path prefix; the
 * server turns `./` into `../` for pages that lie deeper. Nothing is inlined: the content security policy is strict.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const HERE = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  root: HERE,
  base: "./",
  clearScreen: false,
  logLevel: "warn",
  // Never as for development, whatever NODE_ENV says: the tests measure what is shipped.
  oxc: { jsx: { runtime: "automatic", importSource: "preact", development: false } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2024",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  plugins: [compressed()],
});

/** Beside each asset its brotli form, which the server sends to who takes it. */
function compressed(): Plugin {
  return {
    name: "bida-compressed",
    apply: "build",
    closeBundle() {
      const assets = join(HERE, "dist/assets");
      for (const name of readdirSync(assets))
        if (/\.(js|css)$/.test(name))
          writeFileSync(join(assets, `${name}.br`), brotliCompressSync(readFileSync(join(assets, name))));
    },
  };
}
