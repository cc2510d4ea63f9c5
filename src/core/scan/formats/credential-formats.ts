import { decodeBase64 } from "../decode/base64-alphabet.ts";
import type { Severity } from "../finding.ts";
import { type Sought, soughtAs } from "../generic/spotted.ts";
import { findKubernetesSecrets } from "./kubernetes-secret.ts";
import { type FindStored, type Stored, storedBy } from "./stored.ts";

/** A format that has a place for a credential. */
export type CredentialFormat = {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** How the evidence names the place. */
  readonly place: string;
  /** Where the score starts: what the place alone says. */
  readonly points: number;
  /** Texts without any of these are not looked at; empty where the path or the first bytes decide. */
  readonly anchors: readonly string[];
  /** What is sought for them, if more is known than that they stand there: texts without it hold nothing. */
  readonly sought?: Sought;
  /** Where the path or the first sixteen bytes decide. */
  readonly isFor?: (path: string, start: string) => boolean;
  readonly find: FindStored;
};

const asWritten = (secret: string): string => secret;

/** Of base64 of `user:password` the password; `null` for anything else. */
function passwordOf(encoded: string): string | null {
  const text = decodeBase64(encoded);
  return text === null ? null : (/^[\x21-\x7e]{1,100}?:([\x20-\x7e]{1,300})$/.exec(text)?.[1] ?? null);
}

const registryLogin = /\b_?auth["']?[ \t]*[:=][ \t]*["']?(?<secret>[A-Za-z0-9+/]{8,400}={0,2})(?![A-Za-z0-9+/=])/dg;
const pgpassLine =
  /^(?:[\w.*-]{1,100}|\[[0-9a-f:]{2,40}\]):(?:5432|5433|6432|\*):[\w.*$-]{1,63}:[\w.*@$-]{1,63}:(?<secret>[^\s:]\S{0,199})$/dgm;
const htpasswdLine =
  /^[\w.@-]{1,64}:(?<secret>\$apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\{SHA\}[A-Za-z0-9+/]{27}=)(?=\s|$)/dgm;
const railsKeyFile = /(?:^|\/)config\/(?:master\.key|credentials\/[\w-]+\.key)$/;
const railsKey = /^\s*(?<secret>[0-9a-f]{32})\s*$/dg;
const bracedPassword = /\b(?:pwd|password)[ \t]*=[ \t]*\{(?<secret>[^{}\n]{2,100})\}/dgi;
const connectionWords = /\b(?:driver|server|dsn|uid|user id|database)[ \t]*=/i;
const goDataSource = /[\w.-]:(?<secret>[^\s"'`@:/$%{}]{1,100})@(?:tcp|unix|udp)\(/dg;
const oracleThin = /jdbc:oracle:\w{2,8}:[\w.$#]{1,60}\/(?<secret>[^\s"'@/${}]{1,100})@/dg;
const bundlerLogin = /\bBUNDLE_[A-Z0-9_]{1,80}:[ \t]*["']?[\w.-]{1,60}:(?<secret>[^\s"'/]{6,200})["']?[ \t]*$/dgm;

/** `Driver=…;Server=…;Pwd={…}`: what stands before on the line makes it a connection string. */
function* bracedPasswords(text: string): Generator<Stored> {
  for (const stored of storedBy(bracedPassword, text, asWritten)) {
    const before = text.slice(Math.max(0, stored.start - 300), stored.start);
    if (connectionWords.test(before.slice(before.lastIndexOf("\n") + 1))) yield stored;
  }
}

/**
 * A private key in DER, as openssl writes it: a sequence that begins with version 0 and goes on with the numbers of an RSA key (PKCS #1) or with its
 * algorithm (PKCS #8), or version 1 and the octets of a key on a curve (SEC 1). Certificates and public keys begin otherwise.
 */
const derKey =
  /^0(?:\x82[^]{2}|\x81[^]|[\x20-\x7f])\x02\x01(?:\0(?:\x02[\x81\x82]|0[\x05-\x20]\x06)|\x01\x04[\x14-\x42])/;

/** Java's two key stores, and PKCS #12: a sequence with version 3, then a sequence. */
const keystore = /^(?:\xfe\xed\xfe\xed\0\0\0[\x01\x02]|\xce\xce\xce\xce\0\0\0[\x01\x02]|0\x82[^]{2}\x02\x01\x030)/;

/** The formats that are known beside those whose names and signs the generic detector reads. */
export const credentialFormats: readonly CredentialFormat[] = [
  {
    id: "kubernetes-secret",
    title: "Value of a Kubernetes Secret",
    severity: "high",
    place: "a value of a Kubernetes Secret",
    points: 75,
    anchors: ["Secret"],
    sought: soughtAs("kind: Secret", ["kind"], String.raw`kind["']?:[ \t]*["']?Secret`),
    find: findKubernetesSecrets,
  },
  {
    id: "registry-login",
    title: "Login to a registry",
    severity: "high",
    place: "the login that a registry's configuration keeps",
    points: 80,
    anchors: ['auth"', "_auth", "auth'"],
    sought: soughtAs(
      "login to a registry",
      ['auth"', "_auth", "auth'"],
      String.raw`_?auth["']?[ \t]*[:=][ \t]*["']?[A-Za-z0-9+/]{8}`,
    ),
    find: ({ text }) => storedBy(registryLogin, text, passwordOf),
  },
  {
    id: "pgpass-password",
    title: "Password in a PostgreSQL password file",
    severity: "high",
    place: "the password of a line of .pgpass",
    points: 80,
    anchors: [":5432:", ":5433:", ":6432:", ":*:"],
    find: ({ text }) => storedBy(pgpassLine, text, asWritten),
  },
  {
    id: "htpasswd-hash",
    title: "Password hash of a web server",
    severity: "low",
    place: "a hash in a line of .htpasswd: weak passwords can be guessed from it",
    points: 40,
    anchors: ["$apr1$", "$2a$", "$2b$", "$2y$", "{SHA}"],
    find: ({ text }) => storedBy(htpasswdLine, text, asWritten),
  },
  {
    id: "rails-key",
    title: "Key of the encrypted credentials of Rails",
    severity: "critical",
    place: "the key that opens the encrypted credentials beside it",
    points: 95,
    anchors: [],
    isFor: (path) => railsKeyFile.test(path),
    find: ({ path, text }) => (railsKeyFile.test(path) ? storedBy(railsKey, text, asWritten) : []),
  },
  {
    id: "connection-string-password",
    title: "Password in a connection string",
    severity: "high",
    place: "the password of a connection string",
    points: 75,
    anchors: ["={", "= {", "@tcp(", "@unix(", "@udp(", "jdbc:oracle:"],
    sought: soughtAs(
      "connection string",
      ["pwd", "password", "@tcp(", "@unix(", "@udp(", "jdbc:oracle:"],
      String.raw`(?i)(?:(?:pwd|password)[ \t]*=[ \t]*\{|@(?:tcp|unix|udp)\(|jdbc:oracle:)`,
    ),
    find: function* ({ text }) {
      yield* bracedPasswords(text);
      yield* storedBy(goDataSource, text, asWritten);
      yield* storedBy(oracleThin, text, asWritten);
    },
  },
  {
    id: "bundler-login",
    title: "Login to a gem server",
    severity: "high",
    place: "the login that Bundler's configuration keeps",
    points: 75,
    anchors: ["BUNDLE_"],
    find: ({ text }) => storedBy(bundlerLogin, text, asWritten),
  },
  {
    id: "der-private-key",
    title: "Private key (DER)",
    severity: "high",
    place: "a private key in DER, which no password protects",
    points: 85,
    anchors: [],
    isFor: (_, start) => derKey.test(start),
    find: ({ text }) => (derKey.test(text.slice(0, 16)) ? [{ start: 0, end: 0, plain: "" }] : []),
  },
  {
    id: "keystore-file",
    title: "Key store",
    severity: "medium",
    place: "a key store, which mostly holds a private key under a password",
    points: 40,
    anchors: [],
    isFor: (_, start) => keystore.test(start),
    find: ({ text }) => (keystore.test(text.slice(0, 16)) ? [{ start: 0, end: 0, plain: "" }] : []),
  },
];
