import { describe, expect, it } from "vitest";
import { findAuthorization } from "../../../../src/core/scan/generic/find-authorization.ts";
import { findCommandPasswords } from "../../../../src/core/scan/generic/find-command-passwords.ts";
import { findJwks } from "../../../../src/core/scan/generic/find-jwks.ts";
import { findJwts } from "../../../../src/core/scan/generic/find-jwts.ts";
import { findUrlCredentials } from "../../../../src/core/scan/generic/find-url-credentials.ts";
import type { NamedValue } from "../../../../src/core/scan/generic/named-value.ts";
import type { Sought } from "../../../../src/core/scan/generic/spotted.ts";
import { fillShape } from "../../../../src/core/scan/shape/fill-shape.ts";

const valuesIn = (text: string, find: (text: string) => Iterable<NamedValue>): string[] =>
  [...find(text)].map(({ start, end }) => text.slice(start, end));
const value = fillShape("{alnum:18}", 11);

describe("passwords in URLs", () => {
  it.each([
    "postgres://somebody:V@db.internal:5432/app",
    "redis://:V@127.0.0.1:6379/0",
    "jdbc:mysql://somebody:V@db/app",
    "amqps://somebody:V@mq",
    "mongodb+srv://somebody:V@cluster0.abcde.mongodb.net",
    "smtp://mail%40example.org:V@smtp.example.org:587",
    "curl 'https://somebody:V@host/path?x=1'",
  ])("are found: %s", (text) => {
    expect(valuesIn(text.replace("V", value), findUrlCredentials)).toEqual([value]);
  });

  it("are found whole when they hold an @", () => {
    expect(valuesIn(`ftp://somebody:${value}@x@host/`, findUrlCredentials)).toEqual([`${value}@x`]);
  });

  it.each([
    "https://host/path",
    "https://host:8080/a@b",
    "git@github.com:a/b.git",
    "https://somebody@host/",
    "http://a:b\n@c",
  ])("are not seen in %s", (text) => {
    expect(valuesIn(text, findUrlCredentials)).toEqual([]);
  });
});

describe("authorization headers", () => {
  const basic = Buffer.from(`somebody:${value}`).toString("base64");
  it.each([
    [`Authorization: Basic ${basic}`, basic],
    [`headers["Authorization"] = "Basic ${basic}"`, basic],
    [`-H 'Authorization: Bearer ${value}${value}'`, value + value],
    [`Authorization: token ${value}`, value],
  ])("are found: %#", (text, wanted) => {
    expect(valuesIn(text, findAuthorization)).toEqual([wanted]);
  });

  it.each(["a basic understanding of it", "Basic LPOP/RPOP", "the bearer of news", "a token of gratitude"])(
    "are not seen in prose: %s",
    (text) => {
      expect(valuesIn(text, findAuthorization)).toEqual([]);
    },
  );
});

describe("command lines and SQL", () => {
  it.each([
    "curl -u somebody:V https://host/",
    `curl -s -k --user "somebody:V" https://host/`,
    "sshpass -p V ssh host",
    "mysql -h db -u root -pV app",
    "redis-cli -h db -a V ping",
    "docker login -u somebody -p V registry.example.org",
    "ldapsearch -x -D cn=admin -w V",
    "smbclient //host/share -U somebody%V",
    "openssl rsa -in a.pem -passin pass:V",
    "mongosh --host db -u root -p V app",
    "sqlcmd -S db -U sa -P V -Q x",
    `DriverManager.getConnection("jdbc:mysql://db/app", "app", "V")`,
    `new DirectoryEntry(path, "somebody", "V")`,
    `$db = new PDO($dsn, 'app', 'V');`,
    `$db = new mysqli("db", "app", "V", "shop");`,
    String.raw`net use Z: \\server\share V /user:somebody`,
    "CREATE USER a IDENTIFIED BY 'V';",
    `CREATE USER a IDENTIFIED BY "V";`,
    "alter user sys identified by V container=all;",
    "SET PASSWORD = PASSWORD('V')",
  ])("give up their password: %s", (text) => {
    expect(valuesIn(text.replace("V", value), findCommandPasswords)).toEqual([value]);
  });

  it("are the same where somebody has looked for their words", () => {
    const commands = [
      `sshpass -p '${value}' ssh x; SSHPASS -p y`,
      `mysql -uroot -p${value} db\nmysqldump -h x -p"${value}1" db`,
      `CREATE USER a IDENTIFIED BY "${value}"; alter user b identified with x by '${value}2';`,
      `getConnection(url, "user", "${value}") PASSWORD('${value}3') pass:${value}4`,
      `mongo mongosh -p ${value} -p ${value}5 identified by nobody`,
    ];
    for (const text of [...commands, commands.join("\n"), commands.toReversed().join(" ")]) {
      const small = text.toLowerCase();
      const placesOf = ({ words }: Sought): readonly number[] =>
        Array.from(text, (_, at) => at).filter((at) => words.some((word) => small.startsWith(word, at)));
      expect(valuesIn(text, (all) => findCommandPasswords(all, placesOf))).toEqual(
        valuesIn(text, findCommandPasswords),
      );
    }
  });
});

describe("tokens and keys of JOSE", () => {
  it("finds a JSON Web Token, signed or encrypted", () => {
    const token = fillShape("{jwt}", 5);
    expect(valuesIn(`x("${token}")`, findJwts)).toEqual([token]);
    const encrypted = `eyJ${value}.${value}.${value}.${value}.${value}`;
    expect(valuesIn(encrypted, findJwts)).toEqual([encrypted]);
  });

  it("does not take an unsigned token or a lone header for one", () => {
    expect(valuesIn(`eyJ${value}.${value}. and eyJ${value}`, findJwts)).toEqual([]);
  });

  it("finds the private member of a key, whatever the order", () => {
    const secret = fillShape("{base64url:43}", 2);
    expect(valuesIn(`{"d":"${secret}","kty":"EC","x":"${value}${value}"}`, findJwks)).toEqual([secret]);
    expect(valuesIn(`{ kty: 'oct', alg: 'HS256', k: '${secret}' }`, findJwks)).toEqual([secret]);
    expect(valuesIn(`{"kty":"RSA","n":"${secret}","e":"AQAB"}`, findJwks)).toEqual([]);
  });
});
