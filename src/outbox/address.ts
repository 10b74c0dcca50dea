/**
 * The address of a database: `postgresql://user:password@host:port/database`, or `mysql://…`.
 */
type Dialect = "postgresql" | "mysql";

interface DatabaseAddress {
  readonly dialect: Dialect;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

const SCHEMES: Readonly<Record<string, readonly [Dialect, port: number]>> = {
  "postgresql:": ["postgresql", 5_432],
  "postgres:": ["postgresql", 5_432],
  "mysql:": ["mysql", 3_306],
  "mariadb:": ["mysql", 3_306],
};

/** What is wrong with a URL, without quoting it, because it may hold a password; null if nothing is. */
export function databaseUrlProblem(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || SCHEMES[url.protocol] === undefined || url.hostname === "")
    return "expected a URL like postgresql://user:password@host:5432/database or mysql://…; signs like @ : / # ? in a password are written as %40 %3A %2F %23 %3F";
  if (url.search !== "" || url.hash !== "")
    return "expected nothing after the database's name; encryption is set with tls and caFile";
  try {
    const { user, database } = parseDatabaseUrl(text);
    if (user === "") return "expected a user before the host";
    return database === "" || database.includes("/")
      ? "expected the name of a database after the host"
      : null;
  } catch {
    // A percent sign that is not encoded.
    return "expected %25 for a percent sign";
  }
}

/** Parses a URL for which `databaseUrlProblem` returned null. */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  const { protocol, hostname, port, username, password, pathname } = new URL(text);
  const [dialect, usualPort] = SCHEMES[protocol] ?? ["postgresql", 5_432];
  return {
    dialect,
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? usualPort : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };
}

export interface TableSettings {
  readonly address: DatabaseAddress;
  /** `bida_outbox`, or `schema.bida_outbox`. */
  readonly table: string;
  /** Whether the session is encrypted and the server's certificate checked. */
  readonly tls: boolean;
  /** The CA of that certificate, as PEM; null for the CAs that Node trusts. */
  readonly ca: string | null;
}

/** Long enough for a busy database, short enough that a dead one is noticed. */
export const CONNECT_WITHIN_MS = 10_000;
export const ANSWER_WITHIN_MS = 30_000;
/**
 * A working session makes a query every few seconds. Between two queries it waits for Redis, which answers or
 * fails sooner than this.
 */
export const MOST_SILENT_MS = 120_000;

export function tlsOf({ tls, ca }: TableSettings): { readonly ca?: string } | null {
  if (!tls) return null;
  return ca === null ? {} : { ca };
}

/** A table's name for statements: each part in these quotation marks. */
export function quotedName(table: string, mark: string): string {
  return table
    .split(".")
    .map((part) => `${mark}${part}${mark}`)
    .join(".");
}
