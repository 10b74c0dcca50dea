/**
 * Orders that wait in Redis: if a stream is long, no intake runs, or Bida does not keep up.
 */
import { messageOf } from "../delivery/error-words.ts";
import type { OperationsContext } from "../operations/context.ts";
import { connect, hangUp } from "../storage/connection.ts";
import type { Config } from "../config/config.ts";
import { say } from "../language/say.ts";
import { broken, ok, warning, type Finding } from "./finding.ts";

/** Acknowledged entries are deleted, so all that are there wait. */
const LONG_STREAM = 1_000;

export async function intakeFindings(
  { intake, redis: ours }: Config,
  { refusedOrders }: Pick<OperationsContext, "refusedOrders">,
): Promise<Finding[]> {
  if (intake === undefined) return [];
  const refused = await refusedOrders.count();
  const findings: Finding[] =
    refused === 0
      ? []
      : [
          warning({
            about: say("intake"),
            found: say("orders that were refused and kept: {refused}", { refused }),
            mend: say(
              "bida intake refused shows what is wrong with each; their producers have to write them again.",
            ),
          }),
        ];
  const { stream } = intake;
  return stream === undefined
    ? findings
    : [...findings, await streamFinding(stream.key, stream.redis ?? ours)];
}

async function streamFinding(key: string, where: Parameters<typeof connect>[0]): Promise<Finding> {
  const about = say("intake, stream {key}", { key });
  const redis = connect(where, { role: "producer", onError: () => undefined });
  try {
    const waiting = await redis.xlen(key);
    if (waiting < LONG_STREAM) return ok(about, say("orders that wait in it: {waiting}", { waiting }));
    return warning({
      about,
      found: say("orders that wait in it: {waiting}", { waiting }),
      mend: say(
        "Start bida intake, or a worker (intake.inWorker); if one runs, look at the account's backlog: bida accounts.",
      ),
    });
  } catch (error) {
    const found = messageOf(error);
    return broken({
      about,
      found: say("cannot be read: {why}", { why: found }),
      mend: say("Check its redis.url, and the rights in docs/intake.md."),
    });
  } finally {
    await hangUp(redis);
  }
}
