import { describe, expect, it } from "vitest";
import { findAssignments } from "../../../../src/core/scan/generic/find-assignments.ts";
import { fillShape } from "../../../../src/core/scan/shape/fill-shape.ts";

/** Texts in which `V` stands for a generated value; the value must be found whole, under the name given. */
const spellings: readonly (readonly [name: string, text: string])[] = [
  // code
  ["password", `password = "V"`],
  ["password", `password="V";`],
  ["dbPassword", `const dbPassword = 'V';`],
  ["apiKey", "let apiKey = `V`"],
  ["password", `let password: &str = "V";`],
  ["password", `val password: Option[String] = Some("V")`],
  ["secret", `secret := "V"`],
  ["Password", `Password:    "V",`],
  ["db_password", `static const char db_password[32] = "V";`],
  ["secret", `char secret[] = "V";`],
  ["tokens", `tokens[0] = 'V'`],
  ["password", `NSString *password = @"V";`],
  ["$password", `$password = 'V';`],
  ["password", `'password' => 'V',`],
  ["password", `:password => "V"`],
  ["password", `config["password"] = "V"`],
  ["_user1.password", `_user1.password = 'V';`],
  ["user.setPassword", `user.setPassword("V")`],
  ["SecretKey", `SecretKey: aws.String("V"),`],
  ["manager.setCipherKey", `manager.setCipherKey(Base64.decode("V"));`],
  ["password", `http.set_auth("somebody", "V")`],
  ["process.env.JWT_SECRET", `const s = process.env.JWT_SECRET || "V"`],
  ["DB_PASSWORD", `os.getenv("DB_PASSWORD", "V")`],
  ["api_token", `utils.GetEnvOrDefault("api_token", "V")`],
  ["tokens", `"tokens": ["V"]`],
  ["Tokens", `Tokens: []string{"V"},`],
  ["auth_", `auth_ = base64.b64encode(b'V')`],
  ["password", `if (password == "V")`],
  ["secret", `assert json['secret'] == 'V'`],
  ["password", `db_password`.replace("db_", "") + ` = u"V"`],
  ["password", `if ("V" == password) {`],
  ["$password", `if ('V' !== $password)`],
  ["password", `"V".equals(password)`],
  ["password", `new NetworkCredential("somebody", "V")`],
  ["DB_PASSWORD", `define('DB_PASSWORD', 'V');`],
  ["password", `{:user "somebody" :password "V"}`],
  ["password", `password =\n    "V"`],
  ["PASSWORD", `-DPASSWORD="V"`.replace("-D", "")],
  ["$password", `my $password = q(V);`],
  ["password", `password = %q{V}`],
  ["password", `local password = [[V]]`],
  ["password", `let password = r#"V"#;`],
  ["password", `let password = #"V"#`],
  ["password", `auto password = R"(V)";`],
  ["password", `var password = """V""";`],
  ["password", `{password, "V"}`],
  ["password", `password = <<~EOS\n  V\nEOS\n`],
  ["WIFI_PASSWORD", `#define WIFI_PASSWORD "V"`],
  ["DB_PASSWORD", `setx DB_PASSWORD "V"`],
  ["DB_PASSWORD", `set -gx DB_PASSWORD "V"`],
  // configuration
  ["db_password", `variable "db_password" {\n  type    = string\n  default = "V"\n}`],
  ["db_password", `db_password = <<EOF\nV\nEOF\n`],
  ["password", `password: |\n  V\nnext: 1\n`],
  ["password", `password: >-\n  V\nnext: 1\n`],
  ["password", `password: &pw V`],
  ["password", `password: !!str V`],
  ["ApiPassword", `<key>ApiPassword</key>\n<string>V</string>`],
  // prose
  ["admin password", "The admin password is `V`."],
  ["password", `The default password for the user "somebody" is "V".`],
  ["Password", "| Password | V |"],
  ["Password", "| **Password** | `V` |"],
  ["password", `password: V`],
  ["login-password", `  login-password: V`],
  ["DB_PASS", `DB_PASS=V`],
  ["DB_PASS", `export DB_PASS=V`],
  ["DB_PASS", `- DB_PASS=V`],
  ["DB_PASS", `ENV DB_PASS V`],
  ["DB_PASS", `docker run -e DB_PASS=V image`],
  ["spring.datasource.password", `spring.datasource.password=V`],
  ["password", `<password>V</password>`],
  ["password", `<password>\n    V\n</password>`],
  ["Password", `<add key="Password" value="V" />`],
  ["api_key", `<string name="api_key">V</string>`],
  ["password", `<property name="password" value="V"/>`],
  ["DB_PASSWORD", `- name: DB_PASSWORD\n  value: V`],
  ["Authorization-Token", `{"name": "Authorization-Token", "value": "V"}`],
  ["DB_PASSWORD", "password: ${DB_PASSWORD:-V}".replace("password: ", "x: ")],
  ["requirepass", `requirepass V`],
  ["bindpw", `bindpw V`],
  ["rootpw", `rootpw V`],
  ["psk", `psk="V"`],
  ["storePassword", `    storePassword 'V'\n`],
  // text in text
  ["token", String.raw`{"body": "{\"token\": \"V\"}"}`],
  ["Apitoken", String.raw`"Apitoken": "{\"ab\":\"cd\",\"xy\":\"V\"}"`],
  ["password", `const client = new Client({user: &#39;a&#39;, password: &#39;V&#39;})`],
  ["Secret access key", `Secret access key: V`],
  // command lines
  ["password", `tool --user me --password V --verbose`],
  ["password", `tool --password=V --verbose`],
];

describe("a value given to a name that sounds like a credential", () => {
  it.each(spellings)("is found whole: %s in %s", (name, text) => {
    const value = fillShape("{alnum:20}", 7);
    const filled = text.replaceAll("V", value);
    const found = [...findAssignments(filled)].map((one) => [one.name, filled.slice(one.start, one.end)]);
    expect(found).toContainEqual([name, value]);
  });

  it.each([
    ["нет", "пароль: "],
    ["Spanish", "contraseña = "],
    ["German", "Kennwort: "],
    ["Chinese", "密码: "],
  ])("is found under names of other languages (%s)", (_language, before) => {
    const value = fillShape("{alnum:14}", 3);
    const text = Buffer.from(`${before}${value}\n`).toString("latin1");
    expect([...findAssignments(text)].map(({ start, end }) => text.slice(start, end))).toEqual([value]);
  });

  it.each([
    ["a type", "password: String,"],
    ["a scope", "Password::hash"],
    ["a URL", "auth://host"],
    ["an empty string", `password = ""`],
    ["the code between two strings", `"password=" + word + "&user="`],
    ["a name with no credential word", `author = "somebody"`],
    ["the key of a map", `key: 'text-field'`],
    ["which key it is", `private_key_id: "${"0123456789abcdef".repeat(2)}"`],
    ["cases of a shell", "cygwin* | mingw* | pw32* | cegcc* | aix*)"],
    ["packed data", "R@3p]Pw:5pZhNvjBp.woe_g5u-r4JwF"],
    ["one of two values", `type={hidden ? "password" : "text-field"}`],
    ["an object of JSON", String.raw`"token": "{\"a\":1,\"id\":\"ab\"}"`],
    ["alternatives of a pattern", "/secret|token|geheim|passwort|/"],
  ])("nothing is made of %s", (_what, text) => {
    const values = [...findAssignments(text)].map(({ start, end }) => text.slice(start, end));
    expect(values.filter((value) => value !== "String")).toEqual([]);
  });
});
