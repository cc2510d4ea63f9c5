import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";

/** How a connection to a server is made: its address without what is about TLS, and what is about TLS. */
export type ServerConnection = {
  readonly connectionString: string;
  readonly ssl: ConnectionOptions | false;
  /** Whether what is sent could be read on its way. */
  readonly isOpen: boolean;
};

/** As libpq names them; every one that encrypts checks the certificate, or it would keep out nobody who can change what is sent. */
const modes = ["disable", "require", "verify-ca", "verify-full"] as const;
type Mode = (typeof modes)[number];

const files = ["sslrootcert", "sslcert", "sslkey"] as const;

/**
 * Reads from an address how a connection is to be encrypted. Throws, saying what to do, where it would not be, unless the server is on this
 * machine or the address says `sslmode=disable`.
 */
export function serverConnection(address: string): ServerConnection {
  const url = new URL(address);
  const { hostname, searchParams } = url;
  const isHere = ["", "localhost", "127.0.0.1", "[::1]"].includes(hostname) || hostname.startsWith("%2F");
  const mode = modeIn(searchParams);
  const [ca, cert, key] = files.map((name) => fileIn(searchParams, name));
  for (const name of ["sslmode", "ssl", ...files]) searchParams.delete(name);
  const connectionString = url.href;
  if (mode === null && !isHere) {
    throw new Error(
      "The connection to PostgreSQL would not be encrypted. Add ?sslmode=verify-full to DATABASE_URL (and " +
        "sslrootcert=FILE, if the server's certificate is signed by an authority of your own), or sslmode=disable if " +
        "nobody else is on the network between.",
    );
  }
  if (mode === null || mode === "disable") return { connectionString, ssl: false, isOpen: !isHere };
  const ssl: ConnectionOptions = {
    minVersion: "TLSv1.2",
    rejectUnauthorized: true,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(mode === "verify-ca" && { checkServerIdentity: () => undefined }),
  };
  return { connectionString, ssl, isOpen: false };
}

function modeIn(parameters: URLSearchParams): Mode | null {
  const given = parameters.get("sslmode") ?? (parameters.get("ssl") === "true" ? "verify-full" : null);
  if (given === null) return null;
  const mode = modes.find((one) => one === given);
  if (mode) return mode;
  throw new Error(
    `DATABASE_URL has an sslmode that is not known; expected one of ${modes.join(", ")}. ` +
      "allow and prefer are no choice, as whoever is in between could do without.",
  );
}

/** The contents of a file that a parameter names; `system` is where Node looks anyway. */
function fileIn(parameters: URLSearchParams, name: (typeof files)[number]): string | undefined {
  const path = parameters.get(name);
  if (path === null || path === "system") return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`The file that ${name} in DATABASE_URL names cannot be read.`, { cause });
  }
}
