/**
 * A private Redis in Docker, where there is no redis-server. It uses testcontainers, which is installed only in
 * development.
 */
import type { PrivateRedis } from "./private-redis.ts";

const IMAGE = "redis:7-alpine";
const PORT = 6379;

export async function startDockerRedis(directory: string, remove: () => void): Promise<PrivateRedis> {
  const { GenericContainer } = await import("testcontainers");
  const command = ["redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction", "--hz", "100"];
  const container = await new GenericContainer(IMAGE).withExposedPorts(PORT).withCommand(command).start();
  const port = container.getMappedPort(PORT);
  let stopped: Promise<unknown> | null = null;
  return {
    url: `redis://${container.getHost()}:${port}`,
    port,
    pid: null,
    directory,
    stop: async () => {
      stopped ??= container.stop();
      await stopped;
      remove();
    },
    kill: async () => {
      await container.exec(["sh", "-c", "kill -9 1"]);
    },
    restart: async () => {
      await container.restart();
    },
  };
}
