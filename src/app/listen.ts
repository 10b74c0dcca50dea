/**
 * Explains in one sentence why a port cannot be listened on.
 */
import { ConfigError } from "../config/config-error.ts";

interface WhereToListen {
  readonly host?: string;
  readonly port: number;
}

const CAUSES: Readonly<Record<string, string>> = {
  EADDRINUSE: "another process listens there; stop that one, or name another port",
  EACCES: "this user may not listen there; name a port above 1023",
  EADDRNOTAVAIL: "this machine has no such address; correct the host",
  ERR_SOCKET_BAD_PORT: "expected a port from 0 to 65535",
  ENOTFOUND: "the host's name does not resolve; correct it",
};

/** @param field the setting that names the port. The result is for throwing; its `cause` is the system's error. */
export function explainListening(
  field: string,
  { address: { host, port }, error }: { readonly address: WhereToListen; readonly error: unknown },
): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const why = CAUSES[code];
  if (why === undefined) return error;
  const where = host === undefined ? `port ${port}` : `port ${port} of ${host}`;
  return new ConfigError(`${field}: cannot listen on ${where} (${code}): ${why}`, {
    options: {
      cause: error,
    },
  });
}
