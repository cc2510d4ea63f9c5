import { isIP } from "node:net";
import pg from "pg";
import type { ProbeAnswer } from "../../flows/ports/credential-probe.ts";
import type { Route, Way } from "./route.ts";
import { type AskSpecially, unknown } from "./special-probe.ts";

type Target = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string | undefined;
};

/**
 * Asks a PostgreSQL server by logging in with the URL that the password stands in, and leaving at once. With TLS that is verified
 * where the server speaks TLS, without it where the server says that it does not.
 */
export function askPostgres(route: Route, milliseconds = 15_000): AskSpecially {
  return async ({ secret, surroundings }, _hosts, signal) => {
    const found = targetsIn(surroundings?.reveal() ?? "", secret.reveal());
    const [target, other] = found;
    if (target === undefined) return unknown("there is no postgres:// URL with this password that could be asked");
    if (other !== undefined) return unknown("the password stands in URLs of several servers or users");
    signal.throwIfAborted();
    const way = await route(target.host);
    if (way.kind === "refused") return unknown(way.reason, target.host);
    const secured = await logIn(target, way, true, milliseconds);
    const answer = secured === "no TLS" ? await logIn(target, way, false, milliseconds) : secured;
    signal.throwIfAborted();
    return answer === "no TLS" ? unknown("it closed the connection", target.host) : answer;
  };
}

const url =
  /\bpostgres(?:ql)?(?:\+[a-z0-9]{1,20})?:\/\/([^\s:@/'"`]{1,128}):([^\s'"`]{1,400})@([A-Za-z0-9.-]{1,253})(?::(\d{1,5}))?(?:\/([A-Za-z0-9_.%-]{0,64}))?(?=[\s'"`<>?#)\]};&]|,\s|$)/g;

/** The servers of the URLs with this password. Those that are several in one (`host1,host2`) are none that can be asked. */
function targetsIn(text: string, secret: string): readonly Target[] {
  const targets = [...text.matchAll(url)]
    .filter(([, , password]) => password === secret)
    .map(([, user = "", password = "", host = "", port, database = ""]) => ({
      host: host.toLowerCase(),
      port: Number(port ?? 5432),
      user: decoded(user),
      password: decoded(password),
      database: database === "" ? undefined : decoded(database),
    }));
  const whose = ({ host, port, user }: Target): string => `${user}@${host}:${port}`;
  return [...new Map(targets.map((target) => [whose(target), target])).values()];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A bare percent sign: it was meant as it stands.
    return text;
  }
}

async function logIn(
  { host, port, user, password, database }: Target,
  way: Extract<Way, { kind: "way" }>,
  withTls: boolean,
  milliseconds: number,
): Promise<ProbeAnswer | "no TLS"> {
  const client = new pg.Client({
    host: way.address,
    port: way.port ?? port,
    user,
    password,
    database: database ?? user,
    connectionTimeoutMillis: milliseconds,
    query_timeout: milliseconds,
    ssl: withTls && {
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(way.ca === undefined ? {} : { ca: way.ca }),
    },
  });
  // What happens to the connection after the answer is of no interest.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return answer("live", host, "the login was accepted");
  } catch (error) {
    if (withTls && error instanceof Error && error.message.includes("does not support SSL")) return "no TLS";
    return judgeFailure(error, host);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** By the SQLSTATE. Everything after the password was accepted means that it works. */
function judgeFailure(error: unknown, host: string): ProbeAnswer {
  const code = error instanceof pg.DatabaseError ? (error.code ?? "") : "";
  const message = error instanceof pg.DatabaseError ? error.message : "";
  if (code === "28P01") return answer("revoked", host, "it refused the password (28P01)");
  if (code === "28000" && message.includes("is not permitted to log in")) {
    return answer("revoked", host, "the role may not log in any more (28000)");
  }
  if (code === "3D000") return answer("live", host, "it accepted the password, but has no such database (3D000)");
  if (code === "42501") return answer("live", host, "it accepted the password, but not for this database (42501)");
  if (code !== "") return answer("unknown", host, `it refused the connection (${code})`);
  return answer("unknown", host, "it could not be reached, or its certificate could not be verified");
}

function answer(state: ProbeAnswer["state"], host: string, reason: string): ProbeAnswer {
  return { state, evidence: { host, status: null, reason } };
}
