import type { LinkButton, TemplateContent, WhatsAppButton } from "../template-content";
import { CHANNELS, type Channel } from "../vocabulary";
import { fixedPartOf } from "./link";
import { findTemplateProblems, listVariables, type TemplateProblem } from "./variables";

/**
 * Limits of the carriers, in UTF-16 units: never fewer than the characters they count, so that what
 * passes here passes there.
 */
export const TEMPLATE_LIMITS = {
  whatsappBody: 1024,
  viberBody: 1000,
  footer: 60,
  whatsappButtons: 3,
  whatsappButtonLabel: 25,
  /** Of a message without a template, which has its buttons by itself. */
  whatsappFreeButtonLabel: 20,
  viberButtonLabel: 30,
  url: 2000,
  /** Ten joined GSM-7 parts, 23 in Armenian: a person who writes more has chosen the wrong channel. */
  smsText: 1530,
} as const;

export const CONTENT_PROBLEMS = [
  "empty",
  "tooLong",
  "tooManyButtons",
  "duplicateLabel",
  "badUrl",
  "insecureImage",
  "notForAuthentication",
  "badTemplateName",
  "badLanguage",
  "unclosedVariable",
  "unopenedVariable",
  "badVariableName",
  "variableNotAllowed",
  "linkVariable",
] as const;

export type ContentProblem = {
  /** Where in the content, for the form: "whatsapp.buttons.0.label". */
  readonly path: string;
  /** Key of the sentence a person reads. */
  readonly problem: (typeof CONTENT_PROBLEMS)[number];
  readonly values?: Record<string, string | number>;
};

const VARIABLE_PROBLEMS = {
  unclosed: "unclosedVariable",
  unopened: "unopenedVariable",
  bad_name: "badVariableName",
} as const satisfies Record<TemplateProblem["kind"], ContentProblem["problem"]>;

/**
 * Everything a carrier would refuse the template for, found before it is saved.
 *
 * Variables stand in the body, the SMS text, and at the very end of a link: footers and labels belong to the template
 * as approved and are the same for everyone.
 *
 * @param channels what the template is meant for; the rules of other channels are not asked
 */
export function checkTemplateContent(
  content: TemplateContent,
  channels: readonly Channel[] = CHANNELS,
): readonly ContentProblem[] {
  return [
    ...checkLanguage(content.language),
    ...checkBody(content.body, channels),
    ...(channels.includes("whatsapp") ? checkWhatsApp(content) : []),
    ...(channels.includes("viber") ? checkViber(content) : []),
    ...(channels.includes("sms") && content.sms.text !== null ? checkSmsText(content.sms.text) : []),
  ];
}

function checkLanguage(language: string, path = "language"): readonly ContentProblem[] {
  return /^[a-z]{2,3}([-_][A-Za-z]{2,4})?$/.test(language) ? [] : [{ path, problem: "badLanguage" }];
}

function checkBody(body: string, channels: readonly Channel[]): readonly ContentProblem[] {
  const empty = checkNotEmpty("body", body);
  if (empty.length > 0) return empty;
  const tooLong = [
    ...(channels.includes("whatsapp") ? checkLength("body", body, TEMPLATE_LIMITS.whatsappBody, "whatsapp") : []),
    ...(channels.includes("viber") ? checkLength("body", body, TEMPLATE_LIMITS.viberBody, "viber") : []),
    ...(channels.every((channel) => channel === "sms")
      ? checkLength("body", body, TEMPLATE_LIMITS.smsText, "sms")
      : []),
  ];
  return tooLong.length > 0 ? tooLong : checkVariables("body", body);
}

function checkSmsText(text: string): readonly ContentProblem[] {
  const problems = [...checkNotEmpty("sms.text", text), ...checkLength("sms.text", text, TEMPLATE_LIMITS.smsText)];
  return problems.length > 0 ? problems : checkVariables("sms.text", text);
}

/** A message without a template is told apart by its lack of a name; that a template has one is asked beside. */
function checkWhatsApp({ category, whatsapp }: TemplateContent): readonly ContentProblem[] {
  const { buttons, footer, imageUrl, templateName, language } = whatsapp;
  const problems: ContentProblem[] = [
    ...checkImage("whatsapp.imageUrl", imageUrl, category === "authentication"),
    ...(language === undefined ? [] : checkLanguage(language, "whatsapp.language")),
  ];
  if (!/^[a-z0-9_]{1,512}$/.test(templateName)) {
    problems.push({ path: "whatsapp.templateName", problem: "badTemplateName" });
  }
  if (footer !== null) problems.push(...checkFixedText("whatsapp.footer", footer, TEMPLATE_LIMITS.footer));
  if (buttons.length > TEMPLATE_LIMITS.whatsappButtons) {
    const values = { max: TEMPLATE_LIMITS.whatsappButtons, count: buttons.length };
    problems.push({ path: "whatsapp.buttons", problem: "tooManyButtons", values });
  }
  const asked = buttons.slice(0, TEMPLATE_LIMITS.whatsappButtons);
  const mostLabel = templateName === "" ? TEMPLATE_LIMITS.whatsappFreeButtonLabel : TEMPLATE_LIMITS.whatsappButtonLabel;
  asked.forEach((button, i) => {
    const path = `whatsapp.buttons.${i}`;
    problems.push(...checkButton(path, button, mostLabel, category === "authentication"));
    if (asked.findIndex((other) => other.label.trim() === button.label.trim()) < i) {
      problems.push({ path: `${path}.label`, problem: "duplicateLabel" });
    }
  });
  return problems;
}

function checkViber({ category, viber }: TemplateContent): readonly ContentProblem[] {
  const isAuthentication = category === "authentication";
  return [
    ...checkImage("viber.imageUrl", viber.imageUrl, isAuthentication),
    ...(viber.button === null
      ? []
      : checkButton("viber.button", viber.button, TEMPLATE_LIMITS.viberButtonLabel, isAuthentication)),
  ];
}

function checkButton(
  path: string,
  button: WhatsAppButton | LinkButton,
  maxLabel: number,
  isAuthentication: boolean,
): readonly ContentProblem[] {
  const problems = [...checkFixedText(`${path}.label`, button.label, maxLabel)];
  if (button.kind === "reply") return problems;
  if (isAuthentication) return [...problems, { path, problem: "notForAuthentication" }];
  const fixed = hasBraces(button.url) ? fixedPartOf(button.url) : button.url;
  if (fixed === null) problems.push({ path: `${path}.url`, problem: "linkVariable" });
  else if (parseWebUrl(fixed) === null) problems.push({ path: `${path}.url`, problem: "badUrl" });
  return problems;
}

function checkImage(path: string, imageUrl: string | null, isAuthentication: boolean): readonly ContentProblem[] {
  if (imageUrl === null) return [];
  if (isAuthentication) return [{ path, problem: "notForAuthentication" }];
  const url = parseWebUrl(imageUrl);
  if (url === null) return [{ path, problem: "badUrl" }];
  if (hasBraces(imageUrl)) return [{ path, problem: "variableNotAllowed" }];
  return url.protocol === "https:" || isLoopback(url.hostname) ? [] : [{ path, problem: "insecureImage" }];
}

function checkFixedText(path: string, text: string, max: number): readonly ContentProblem[] {
  const problems = [...checkNotEmpty(path, text), ...checkLength(path, text, max)];
  if (problems.length > 0) return problems;
  return listVariables(text).length > 0 ? [{ path, problem: "variableNotAllowed" }] : [];
}

function checkNotEmpty(path: string, text: string): readonly ContentProblem[] {
  return text.trim() === "" ? [{ path, problem: "empty" }] : [];
}

function checkLength(path: string, text: string, max: number, channel?: Channel): readonly ContentProblem[] {
  if (text.length <= max) return [];
  const values = { max, length: text.length, ...(channel === undefined ? {} : { channel }) };
  return [{ path, problem: "tooLong", values }];
}

function checkVariables(path: string, text: string): readonly ContentProblem[] {
  return findTemplateProblems(text).map(({ kind, at, text: piece }) => ({
    path,
    problem: VARIABLE_PROBLEMS[kind],
    values: { at, piece },
  }));
}

function hasBraces(url: string): boolean {
  return /[{}]/.test(url);
}

/** http and https only, with no blanks (`URL` would silently drop some) and no password in it. */
function parseWebUrl(text: string): URL | null {
  if (text.length > TEMPLATE_LIMITS.url || /[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const isWeb = url.protocol === "http:" || url.protocol === "https:";
  return isWeb && url.username === "" && url.password === "" ? url : null;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
