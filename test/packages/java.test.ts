/**
 * The Java client's JAR, as Maven builds it without a network: from the plugins that Debian installs.
 */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const CLIENT = fileURLToPath(new URL("../../clients/java", import.meta.url));
const REPOSITORY = "/usr/share/maven-repo";
const PLUGINS = ["compiler", "jar", "resources", "surefire"].map(
  (name) => `${REPOSITORY}/org/apache/maven/plugins/maven-${name}-plugin`,
);

it.skipIf(!PLUGINS.every((path) => existsSync(path)))(
  "clients/java is a JAR of classes for JDK 8",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "bida-maven-"));
    try {
      cpSync(CLIENT, folder, { recursive: true });
      // Links, because Maven writes beside what it reads.
      const local = join(folder, "repository");
      await run("cp", ["-rs", REPOSITORY, local]);

      await run("mvn", ["-o", "-q", "-B", `-Dmaven.repo.local=${local}`, "package"], {
        cwd: folder,
        env: { ...process.env, MAVEN_OPTS: "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" },
      });

      const jar = join(folder, "target/bida-client-0.1.0.jar");
      const { stdout } = await run("javap", ["-v", "-cp", jar, "bida.client.BidaClient"]);
      // Class files of Java 8.
      expect(stdout).toContain("major version: 52");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
