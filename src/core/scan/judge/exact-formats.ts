/**
 * Providers that document one format for a kind of credential, and have had no other: what is named so and looks otherwise is cut off, made up or
 * for a test. The first of each two is tried on the name, in lower case and without separators.
 */
const exact: readonly (readonly [name: RegExp, format: RegExp])[] = [
  // https://core.telegram.org/bots/api#authorizing-your-bot
  [/telegram.*token|tgbot.*token/, /^(?:bot)?\d{8,10}:[A-Za-z0-9_-]{35}(?:\/|$)/],
  // https://api.slack.com/concepts/token-types
  [/slack.*(?:bot|user|app|access|api).*token/, /^(?:xox[a-z]\b|xapp-)/],
  // https://docs.stripe.com/keys
  [/stripe.*(?:secret|restricted)key/, /^(?:sk|rk)_/],
  // https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys
  [/sendgrid.*key/, /^SG\./],
  // https://huggingface.co/docs/hub/security-tokens
  [/huggingface.*token|^hftoken/, /^(?:hf_|api_)/],
  // https://docs.anthropic.com/en/api/getting-started
  [/anthropic.*key|claudeapikey/, /^sk-/],
];

export type ExactFormat = RegExp;

/** What values look like that are given to a name, if that is a credential of one known format. */
export function formatsOfName(name: string): readonly ExactFormat[] {
  const flat = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return exact.flatMap(([named, format]) => (named.test(flat) ? format : []));
}

/** Whether a name is that of a credential of one known format, which the value has not. */
export const looksOtherwise = (name: string, value: string): boolean =>
  formatsOfName(name).some((format) => !format.test(value));
