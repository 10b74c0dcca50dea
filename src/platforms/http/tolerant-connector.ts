/**
 * undici's connector for receivers that are not platforms: their servers, too, may send an interim answer that nobody
 * asked for.
 */
import type { Socket } from "node:net";
import { buildConnector } from "undici";
import { InterimAnswers } from "./interim-answers.ts";

export function tolerantConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector({ ...options, allowH2: false });
  return (target, finished) =>
    connect(target, (...made) => {
      const [failure, socket] = made;
      // Without a connection undici gives no socket, whereas its type says null.
      if (failure === null) leaveOutInterimAnswers(socket);
      finished(...made);
    });
}

/** Whatever is written is a request, or more of one: what comes next may come before its answer. */
function leaveOutInterimAnswers(socket: Socket): void {
  const interim = new InterimAnswers(socket);
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  socket.write = (...given: unknown[]): boolean => {
    interim.await();
    return write(...given);
  };
}
