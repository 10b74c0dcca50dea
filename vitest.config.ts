import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Tests start some hundred processes of ours: each reads what the one before it has compiled.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url));

/** A machine of CI may be busy with something else: the report says which tests were tried again. */
const RETRIES = process.env["CI"] === undefined ? 0 : 2;

const shared = {
  pool: "forks" as const,
  // Only what hangs takes so long, also on a machine that is busy with something else.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  setupFiles: ["test/support/close-after-each.ts"],
};

/**
 * `npm test` runs unit, architecture, integration and chaos; `npm run test:packages` installs the packages with the real npm;
 * `npm run test:slow` plays pauses as long as they are, the image, and a fleet on a cluster; `npm run test:console` opens the built console in a real Chromium.
 */
export default defineConfig({
  test: {
    // Most of what they do is wait, for leases and lags: three keep two cores busy.
    maxWorkers: 3,
    passWithNoTests: false,
    // `npm run test:coverage`: what decides, and what understands answers, is tested by its own unit tests in every branch.
    coverage: {
      provider: "v8",
      include: ["src/delivery/**", "src/platforms/**/classify*.ts"],
      // Names only the files that lack something.
      reporter: [["text", { skipFull: true }]],
      thresholds: { 100: true },
    },
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          // They keep nothing between files.
          isolate: false,
          include: ["test/unit/**/*.test.ts"],
        },
      },
      {
        // They read the sources, and so take longer than all of `unit`.
        test: {
          ...shared,
          name: "architecture",
          isolate: false,
          include: ["test/architecture/**/*.test.ts"],
        },
      },
      {
        test: {
          ...shared,
          name: "integration",
          // A worker evaluates Bida once and not for every file, which halves the work of the whole. So no module of
          // `test/support` may register a hook, and what a test changes of its process it changes back.
          isolate: false,
          retry: RETRIES,
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/unit/**",
            "test/architecture/**",
            "test/chaos/**",
            "test/packages/**",
            "test/console/**",
            "test/full/**",
          ],
          globalSetup: ["test/support/global-setup.ts"],
        },
      },
      {
        test: {
          ...shared,
          name: "chaos",
          isolate: false,
          retry: RETRIES,
          include: ["test/chaos/**/*.test.ts"],
          globalSetup: ["test/support/global-setup.ts"],
        },
      },
      {
        test: { ...shared, name: "packages", include: ["test/packages/**/*.test.ts"] },
      },
      {
        test: {
          ...shared,
          name: "slow",
          // One after the other: a build beside them would lengthen the pauses that they play.
          fileParallelism: false,
          include: ["test/full/**/*.test.ts"],
          globalSetup: ["test/support/global-setup.ts"],
          testTimeout: 180_000,
        },
      },
      {
        test: {
          ...shared,
          name: "console",
          include: ["test/console/**/*.test.ts"],
          globalSetup: ["test/support/global-setup.ts", "test/console/build-console.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
