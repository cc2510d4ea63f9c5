import { ownText } from "../own-text.ts";

/**
 * What the name of a thing says about its value. A name is divided into its words; the last word that is a credential word gives the
 * class, words after it may take it back (`password_field`, `token_type`), words before it may too (`public_key`, `max_tokens`).
 */
export type NameClass = "password" | "secret" | "token" | "api-key" | "key" | "auth" | "none";

export type NameMeaning = {
  readonly class: NameClass;
  /** The words of the name, in lower case. */
  readonly words: readonly string[];
  /** A word after the credential word says that the value is something about it: `token_type`, `passwordLength`. */
  readonly about: boolean;
  /** A word before it says that it is another thing: `public_key`, `max_tokens`, `next_page_token`. */
  readonly other: boolean;
  /** Nothing in the name but the credential word. */
  readonly bare: boolean;
};

export const classes: ReadonlyMap<string, NameClass> = new Map([
  ...each(
    "password",
    "password passwd passwort passwords pwd pass passphrase passcode psw pswd pw passwrd pword kennwort contrasena senha wachtwoord haslo parola lozinka salasana losenord mdp motdepasse clave requirepass masterauth rootpw bindpw psk userpass sshpass userpassword rootpassword storepass keypass srcstorepass deststorepass srckeypass destkeypass passwd1 passin passout",
  ),
  ...each("secret", "secret secrets secr secrete secretes geheimnis segredo"),
  ...each("token", "token tokens jwt tok bearer pat otp totp hotp"),
  ...each("key", "key keys apikey appkey seed"),
  ...each("auth", "auth authorization credential credentials creds cred authentication basicauth"),
]);

function each(kind: NameClass, words: string): [string, NameClass][] {
  return words.split(" ").map((word) => [word, kind]);
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Words that make a plain `key` a credential. */
export const keyQualifiers: ReadonlySet<string> = set(
  "api access secret private auth encryption encrypt signing sign master account storage shared service client consumer app application admin subscription license webhook hmac aes des rsa cipher crypto crypt ssh gpg pgp deploy integration write read ingest instrumentation server stream project sas jwt hash n nkey x preshared psk wpa nkey repo wep symmetric session security personal user developer dev cookie vapid secure customer merchant partner",
);
/** Words after the credential word that make the name speak *about* the credential. */
const aboutWords = set(
  "id ids name names url uri urls path paths file files filename dir directory folder type types kind len length size field fields label labels hint help message messages msg error errors policy policies regex pattern prefix suffix header headers param params parameter column attr attribute attributes expires expiry expiration expire ttl timeout date time at count counter index idx enabled disabled required reset changed change strength validator validation manager service services provider providers handler factory form input inputs page view route router endpoint ref reference version algorithm alg algo method methods mode class store usage usages bits group groups description desc title text placeholder autocomplete confirmation state status scope scopes format source location lifetime age limit max min icon button link controller model entity repository module config configuration options option settings namespace resolver callback listener event grant request response result data info metadata map mapping set list array vault arn ring chain word words board down up press code codes event events frame frames pair pairs ops spec uid bucket server host domain realm issuer audience stub mock generator reply offset pos position hasher encoder rotation selector template schema table tables cache filter accepted denied rejected failed failure ok success succeeded size io com org net strength load cert certificate certs",
);
/** Words before the credential word that make it another thing. */
const otherWords = set(
  "public publishable tokenization pub max min num primary foreign has is no hide show forgot reset change validate check sort partition hot object map i18n translation next previous prev page continuation pagination pageing csrf xsrf authenticity recv send trusted cursor sync resume total count prompt completion unique cache lookup row column index group search parent child candidate composite natural surrogate license parse parser lexer syntax symbol json xml yaml dict hash map unknown missing invalid expected unexpected bad wrong empty confirm without require requires needs enable disable use get find delete remove idempotency dedup routing correlation arrow shift ctrl control alt meta function escape enter tab ssh-host tracking registry root primary home end left right tlds cancellation cancel keyboard question query facet answer config encrypted wrapped hashed ask prompt read authenticity",
);
/** Of these, the ones that make another thing of a key only: `root` has a password. */
const placeWords = set("root home primary registry config cache query object");
/** Credential words that are written in one with what stands before them: `dbpassword`. */
export const joinedWords: readonly string[] =
  "password passwd passphrase secret token apikey accesskey secretkey privatekey authkey appkey credential credentials passwort kennwort contrasena pwd".split(
    " ",
  );
const joined = new RegExp(`(${joinedWords.join("|")})$`);

const wordPattern = /[A-Z]+(?![a-z])|[A-Z]?[a-z\x80-\xff]+|[0-9]+/g;

/** The words of a name: divided at separators, digits and camelCase; well-known joined words (`dbpassword`) too. */
export function wordsOfName(name: string): string[] {
  const words: string[] = [];
  for (const run of foldAccents(name).match(wordPattern) ?? []) {
    const word = run.toLowerCase();
    const tail = joined.exec(word)?.[1];
    if (tail === undefined || tail === word) words.push(...(split.get(word) ?? keyEnding(word)));
    else words.push(word.slice(0, -tail.length), ...(split.get(tail) ?? [tail]));
  }
  return words;
}

const notKeys = set("monkey turkey hockey jockey whiskey donkey hotkey rekey lackey passkey keykey");

/** `nkey`, `hostkey`, `repokey`: what is joined to `key`. */
function keyEnding(word: string): readonly string[] {
  return word.length > 3 && word.length < 14 && word.endsWith("key") && !notKeys.has(word)
    ? [word.slice(0, -3), "key"]
    : [word];
}

/** Words written in one, divided. */
export const split: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    apikey: ["api", "key"],
    apikeys: ["api", "keys"],
    accesskey: ["access", "key"],
    secretkey: ["secret", "key"],
    privatekey: ["private", "key"],
    publickey: ["public", "key"],
    authkey: ["auth", "key"],
    appkey: ["app", "key"],
    keyid: ["key", "id"],
    accesskeyid: ["access", "key", "id"],
    secretaccesskey: ["secret", "access", "key"],
    tokenid: ["token", "id"],
  }),
);

/** UTF-8 of accented Latin letters, as bytes, to plain letters: `contraseña` is looked up as `contrasena`. */
function foldAccents(name: string): string {
  if (!/[\x80-\xff]/.test(name)) return name;
  return name.replace(/\xc3([\x80-\xbf])/g, (whole, byte: string) => plainLetters[byte.charCodeAt(0) - 0x80] ?? whole);
}

const plainLetters = "aaaaaaaceeeeiiiidnooooo-ouuuuy-saaaaaaaceeeeiiiidnooooo-ouuuuy-y".split("");

const foreign: readonly (readonly [string, NameClass])[] = [
  // The UTF-8 bytes of: пароль (Russian), 密码 and 密碼 (Chinese), パスワード (Japanese), 비밀번호 (Korean).
  ["\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c", "password"],
  ["\xe5\xaf\x86\xe7\xa0\x81", "password"],
  ["\xe5\xaf\x86\xe7\xa2\xbc", "password"],
  ["\xe3\x83\x91\xe3\x82\xb9\xe3\x83\xaf\xe3\x83\xbc\xe3\x83\x89", "password"],
  ["\xeb\xb9\x84\xeb\xb0\x80\xeb\xb2\x88\xed\x98\xb8", "password"],
];

const remembered = new Map<string, NameMeaning>();

/** What a name means. Pure; a bounded number of answers is kept, because the same names come again and again. */
export function meaningOfName(name: string): NameMeaning {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  if (remembered.size > 20_000) remembered.clear();
  const own = ownText(name);
  const meaning = readName(own);
  remembered.set(own, meaning);
  return meaning;
}

function readName(name: string): NameMeaning {
  const words = wordsOfName(name);
  const strange = foreign.find(([bytes]) => name.includes(bytes));
  if (strange !== undefined) return { class: strange[1], words, about: false, other: false, bare: true };
  let at = words.length - 1;
  while (at >= 0 && classes.get(words[at] ?? "") === undefined) at--;
  if (at < 0) return { class: "none", words, about: false, other: false, bare: false };
  const before = words.slice(0, at);
  const after = words.slice(at + 1);
  const kind = classOf(words[at] ?? "", before);
  return {
    class: kind,
    words,
    about: after.some((word) => aboutWords.has(word)),
    other: before.slice(-2).some((word) => otherWords.has(word) && !(kind === "password" && placeWords.has(word))),
    bare: words.length === 1,
  };
}

function classOf(word: string, before: readonly string[]): NameClass {
  const kind = classes.get(word) ?? "none";
  if (kind !== "key") return kind;
  return before.some((one) => keyQualifiers.has(one) || classes.has(one)) ? "api-key" : "key";
}
