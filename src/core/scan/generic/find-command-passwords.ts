import type { NamedValue } from "./named-value.ts";
import { matchesOf, type Sought, soughtAs, type Spotted } from "./spotted.ts";

export const commandRule = "generic-command-line-password";
export const sqlRule = "generic-sql-password";

type Form = {
  readonly ruleId: string;
  readonly pattern: RegExp;
  readonly needs: readonly Sought[];
  /** Matches begin where the first of these stands. */
  readonly fromFirst?: true;
};

/** An option after any white space. */
const option = (...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [" ", "\t", "\n", "\v", "\f", "\r", "\xa0"].map((space) => space + name));

const user = soughtAs(
  "user option",
  option("-u", "-a", "--user", "--proxy-user", "--auth"),
  String.raw`(?s).(?:-u|--user|--proxy-user|-U|-a|--auth)[= ]{0,4}["']?[^\t-\r "':]{0,80}:`,
);
const shortUser = soughtAs("-u option", option("-u"), String.raw`(?s).-u[= ]["']?[\w.@+-]{1,80}:`);
const sambaUser = soughtAs("-U option", option("-u"), String.raw`(?s).-U[^A-Za-z0-9%"']*["']?[^\t-\r "'%]*%`);
const password = soughtAs("-p option", option("-p"));
const call = soughtAs(
  "password call",
  ["password"],
  String.raw`(?:PASSWORD|password)[^A-Za-z0-9_(]*\([^A-Za-z0-9_']*'`,
);
const connection = soughtAs(
  "call with a place, a user and a password",
  ["getconnection", "directoryentry", "pdo", "mysqli", "mysql_connect", "ftp_login", "odbc_connect", "imap_open"],
  String.raw`(?i)(?:getConnection|DirectoryEntry|PDO|mysqli|mysqli_connect|mysql_connect|ftp_login|odbc_connect|imap_open)[^A-Za-z0-9_(]*\(`,
);
const identified = soughtAs("identified", ["identified"], String.raw`(?i)identified[^A-Za-z0-9_]+(?:with|by|as)`);
const word = (...words: readonly string[]): Sought => soughtAs(words.join(" or "), words);

/**
 * Commands that take a password in a way the assignment reader cannot know. Each pattern begins with a fixed word, so that it costs nothing
 * elsewhere, and looks at most a line far; the last group is the value.
 */
const forms: readonly Form[] = [
  // curl and httpie: -u user:password, --user user:password, -a user:password
  {
    ruleId: commandRule,
    pattern:
      /\b(?:curl|http|https|wget)\b[^\n]{0,200}?\s(?:-u|--user|--proxy-user|-U|-a|--auth)[= ]{0,4}["']?[^\s"':]{0,80}:["']?([^\s"']{1,200})/g,
    needs: [user],
  },
  {
    ruleId: commandRule,
    pattern: /^[^\n]{0,20}\s-u[= ]["']?[\w.@+-]{1,80}:([^\s"'@/]{3,200})["']?(?=\s)/gm,
    needs: [shortUser],
  },
  {
    ruleId: commandRule,
    pattern: /\bsshpass\s+-p\s*["']?([^\s"']{1,200})/g,
    needs: [word("sshpass")],
    fromFirst: true,
  },
  {
    ruleId: commandRule,
    pattern:
      /\b(?:mysql|mysqldump|mysqladmin|mariadb|mysqlimport|mysqlshow)(?:\.exe)?["']?\s[^\n]{0,200}?\s-p["']?([^\s"'-][^\s"']{0,100})/g,
    needs: [word("mysql", "mariadb"), password],
    fromFirst: true,
  },
  {
    ruleId: commandRule,
    pattern: /\b(?:redis-cli)\b[^\n]{0,120}?\s-a\s+["']?([^\s"']{1,200})/g,
    needs: [word("redis-cli")],
    fromFirst: true,
  },
  {
    ruleId: commandRule,
    pattern:
      /\b(?:mongo|mongosh|mongodump|mongorestore|mongoexport|mongoimport|cqlsh|influx|clickhouse-client)\b[^\n]{0,160}?\s-p[ =]?["']?([^\s"'-][^\s"']{0,100})/g,
    needs: [word("mongo", "cqlsh", "influx", "clickhouse-client"), password],
    fromFirst: true,
  },
  {
    ruleId: commandRule,
    pattern: /\b(?:sqlcmd|bcp|isql)\b[^\n]{0,160}?\s-P[ ]?["']?([^\s"'-][^\s"']{0,100})/g,
    needs: [word("sqlcmd", "bcp", "isql"), password],
    fromFirst: true,
  },
  {
    ruleId: commandRule,
    pattern: /\bnet\s+use\s+\S{1,80}\s+\\\\\S{1,120}\s+([^\s/"']\S{0,100})\s+\/user:/gi,
    needs: [word("/user:")],
  },
  {
    ruleId: commandRule,
    pattern: /\b(?:docker|podman|buildah|helm|az|oc)\s[^\n]{0,60}?login\b[^\n]{0,160}?\s-p[= ]["']?([^\s"']{1,200})/g,
    needs: [word("login"), password],
  },
  {
    ruleId: commandRule,
    pattern: /\b(?:ldapsearch|ldapadd|ldapmodify|ldapwhoami)\b[^\n]{0,200}?\s-w\s*["']?([^\s"']{1,100})/g,
    needs: [word("ldapsearch", "ldapadd", "ldapmodify", "ldapwhoami")],
    fromFirst: true,
  },
  {
    ruleId: commandRule,
    pattern:
      /\b(?:smbclient|rpcclient|net\s+rpc|pth-\w+|mount\.cifs)\b[^\n]{0,160}?\s-U\s*["']?[^\s"'%]{1,80}%([^\s"']{1,100})/g,
    needs: [sambaUser],
  },
  {
    ruleId: commandRule,
    pattern: /\bpsexec(?:64)?(?:\.exe)?\b[^\n]{0,160}?\s-p\s+["']?([^\s"'-][^\s"']{0,100})/gi,
    needs: [word("psexec"), password],
    fromFirst: true,
  },
  {
    ruleId: commandRule,
    pattern: /\bConvertTo-SecureString\s+(?:-String\s+)?["']([^"'\n$]{1,200})["']/gi,
    needs: [word("convertto-securestring")],
    fromFirst: true,
  },
  {
    ruleId: commandRule,
    pattern: /\bsnmp-server\s+community\s+([^\s]{1,64})/gi,
    needs: [word("snmp-server")],
    fromFirst: true,
  },
  // Calls that take a place, a user and a password: of JDBC, PDO, mysqli, LDAP in .NET.
  {
    ruleId: commandRule,
    pattern:
      /\b(?:getConnection|DirectoryEntry|PDO|mysqli|mysqli_connect|mysql_connect|ftp_login|odbc_connect|imap_open)\s*\(\s*[^\n,()]{1,200},\s*["'][^"'\n]{0,80}["']\s*,\s*["']([^"'\n]{1,100})["']/gi,
    needs: [connection],
    fromFirst: true,
  },
  { ruleId: commandRule, pattern: /\bpass:([^\s"',;)]{3,100})/g, needs: [word("pass:")], fromFirst: true },
  { ruleId: sqlRule, pattern: /\bidentified\s+by\s+"([^"\n]{1,200})"/gi, needs: [identified], fromFirst: true },
  {
    ruleId: sqlRule,
    pattern:
      /(?<=\b(?:user|grant|role|login|alter|create|sys|to)\b[^\n]{0,120})\bidentified\s+(?:with\s+["'`]?\w{1,40}["'`]?\s+)?(?:by|as)\s+(?:password\s+|values\s+)?\\?["']?(?!(?:an?|the|its|one|some)\b)([^\s"'`;,)\\]{1,200})/gi,
    needs: [identified],
    fromFirst: true,
  },
  {
    ruleId: sqlRule,
    pattern: /\b(?:PASSWORD|password)\s*\(\s*\\?'([^'\n\\]{1,200})\\?'\s*\)/g,
    needs: [call],
    fromFirst: true,
  },
];

/** What all forms need. */
export const commandsSought: readonly Sought[] = [
  ...new Map(forms.flatMap(({ needs }) => needs.map((need) => [need.key, need] as const))).values(),
];

/** Finds passwords on command lines and in SQL statements. */
export function* findCommandPasswords(text: string, spotted: Spotted | null = null): Generator<NamedValue> {
  const seen = new Set<number>();
  for (const { ruleId, pattern, needs, fromFirst } of forms) {
    if (spotted !== null && !needs.every((need) => spotted(need).length > 0)) continue;
    const [first] = needs;
    const places = spotted !== null && fromFirst && first !== undefined ? spotted(first) : null;
    for (const hit of matchesOf(pattern, text, places)) {
      const value = hit[1] ?? "";
      const end = hit.index + hit[0].trimEnd().replace(/["')\s\\]+$/, "").length;
      const start = text.lastIndexOf(value, end);
      if (seen.has(start)) continue;
      seen.add(start);
      yield {
        ruleId,
        name: ruleId === sqlRule ? "identified by" : "password",
        nameStart: hit.index,
        start,
        end: start + value.length,
        operator: "flag",
        quoting: "none",
        wrapper: "",
      };
    }
  }
}
