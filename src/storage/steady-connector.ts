import type { ErrorEmitter } from "ioredis/built/connectors/AbstractConnector.js";
import { SentinelConnector, StandaloneConnector } from "ioredis/built/connectors/index.js";
import type { NetStream } from "ioredis/built/types.js";

/**
 * ioredis listens for one error of a socket only. A TLS socket may fail twice: first because its certificate is
 * not trusted, then because Redis sends an alert as the connection ends. A second error without a listener
 * would end the process, so each socket gets a listener for its whole life. ioredis reports the first error; a
 * later one of the same socket adds nothing.
 */
function steady(stream: NetStream): NetStream {
  return stream.on("error", () => undefined);
}

/** Connects to one Redis, or to a node of a cluster. */
export class SteadyConnector extends StandaloneConnector {
  constructor(options: unknown) {
    super(options as ConstructorParameters<typeof StandaloneConnector>[0]);
  }

  override async connect(emit: ErrorEmitter): Promise<NetStream> {
    return steady(await super.connect(emit));
  }
}

/** Connects to the master that sentinels name. */
export class SteadySentinelConnector extends SentinelConnector {
  constructor(options: unknown) {
    super(options as ConstructorParameters<typeof SentinelConnector>[0]);
  }

  override async connect(emit: ErrorEmitter): Promise<NetStream> {
    return steady(await super.connect(emit));
  }
}
