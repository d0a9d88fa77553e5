import { normalisePhone, phoneCountryOf } from "@/lib/domain/phone/normalise-phone";
import { checkTemplateContent, TEMPLATE_LIMITS } from "@/lib/domain/template/check-content";
import { renderForChannel } from "@/lib/domain/template/render";
import { listVariables } from "@/lib/domain/template/variables";
import { usedVariables } from "@/lib/domain/template/used-variables";
import type { TemplateContent } from "@/lib/domain/template-content";
import { CHANNEL_CODE, ROUTES, type Category, type Channel } from "@/lib/domain/vocabulary";
import type { FieldError } from "@/lib/schemas/api/problems";
import type { SendMessage } from "@/lib/schemas/api/send-message";
import type { TenantContext } from "../tenant-context";
import { ApiProblem } from "./api-problem";
import { findTemplate } from "./find-template";

/** A message that may be queued: everything that could be found out before sending has been. */
export type ResolvedMessage = {
  readonly e164: string;
  readonly country: string;
  readonly category: Category;
  readonly waitS: number;
  readonly templateId: string | null;
  readonly templateVersion: number | null;
  readonly vars: Readonly<Record<string, string>>;
  /** Only of a message without a template. */
  readonly content: TemplateContent | null;
};

/**
 * Checks a request against the account: number, template, values, texts, opt-outs, connections.
 *
 * @throws ApiProblem
 */
export async function resolveMessage(ctx: TenantContext, message: SendMessage): Promise<ResolvedMessage> {
  const account = await ctx.db.account.findUniqueOrThrow({ where: { id: ctx.accountId } });
  const recipient = resolveRecipient(message.to, account.defaultCountry);
  const said = message.template === undefined ? plainContent(message) : await templateContent(ctx, message);
  const { category } = said.content;
  refuseInvalid([
    ...checkValues(said.content, said.vars, message),
    ...(await checkConnections(ctx, ROUTES[message.route])),
  ]);
  await refuseOptedOut(ctx, recipient.e164, category, ROUTES[message.route]);
  const waits = {
    authentication: account.waitAuthenticationS,
    utility: account.waitUtilityS,
    marketing: account.waitMarketingS,
  };
  return {
    ...recipient,
    category,
    waitS: message.wait_seconds ?? waits[category],
    templateId: said.templateId,
    templateVersion: said.templateVersion,
    vars: said.vars,
    content: said.templateId === null ? said.content : null,
  };
}

/** @param country the account's own, for numbers without a country code. @throws ApiProblem recipient-not-mobile */
export function resolveRecipient(to: string, country: string): { readonly e164: string; readonly country: string } {
  const phone = normalisePhone(to, phoneCountryOf(country));
  if (phone.ok) return { e164: phone.e164, country: phone.country };
  throw new ApiProblem("recipient-not-mobile", "`to` is not a mobile number that a message can go to.", {
    errors: [{ pointer: "/to", detail: `This cannot be used: ${phone.reason.replaceAll("_", " ")}.` }],
  });
}

type Said = {
  readonly content: TemplateContent;
  readonly vars: Readonly<Record<string, string>>;
  readonly templateId: string | null;
  readonly templateVersion: number | null;
};

async function templateContent(ctx: TenantContext, message: SendMessage): Promise<Said> {
  const asked = message.template ?? { variables: {} };
  const template = await findTemplate(ctx, asked);
  if (message.category !== undefined && message.category !== template.content.category) {
    refuseInvalid([
      { pointer: "/category", detail: `The template's category is ${template.content.category}; leave it out.` },
    ]);
  }
  return {
    content: template.content,
    vars: asked.variables,
    templateId: template.id,
    templateVersion: template.version,
  };
}

/** A message without a template is stored as the content of one, so that everything after treats both alike. */
function plainContent({ content, category, route }: SendMessage): Said {
  const {
    text = "",
    image_url: imageUrl = null,
    button,
    keep_link_in_sms: keepLink = false,
    language = "en",
  } = content ?? {};
  const link = button === undefined ? null : ({ kind: "url", ...button } as const);
  const made: TemplateContent = {
    language,
    category: category ?? "utility",
    body: text,
    whatsapp: { imageUrl, footer: null, buttons: link === null ? [] : [link], templateName: "" },
    viber: { imageUrl, button: link },
    sms: { text: null, keepLink },
  };
  // The name of an approved template is what a message without one does not have.
  const problems = checkTemplateContent(made, ROUTES[route]).filter(({ path }) => path !== "whatsapp.templateName");
  const errors: FieldError[] = problems.map(({ path, problem }) => ({
    pointer: pointerOfContent(path),
    detail: PROBLEM_TEXT[problem],
  }));
  if (usedVariables(made).length > 0)
    errors.push({
      pointer: listVariables(text).length > 0 ? "/content/text" : "/content/button/url",
      detail: "Variables stand in templates only: put the values in yourself.",
    });
  refuseInvalid(unique(errors));
  return { content: made, vars: {}, templateId: null, templateVersion: null };
}

const PROBLEM_TEXT = {
  empty: "This is empty.",
  tooLong: "This is too long for a channel of the route.",
  tooManyButtons: "There are too many buttons.",
  duplicateLabel: "This label is used twice.",
  badUrl: "This is not an http or https address.",
  insecureImage: "The address of a picture must begin with https://.",
  notForAuthentication: "A verification code has neither picture nor button.",
  badTemplateName: "This name cannot be used.",
  badLanguage: "This is not a language code.",
  unclosedVariable: "Braces open here and never close.",
  unopenedVariable: "Braces close here that never opened.",
  badVariableName: "Braces stand here with no variable in them.",
  variableNotAllowed: "A variable cannot stand here.",
  linkVariable: "A link may hold one variable, at its very end and behind the name of the site.",
} as const;

function pointerOfContent(path: string): string {
  if (path.includes("imageUrl")) return "/content/image_url";
  if (path.includes("utton"))
    return path.endsWith("url")
      ? "/content/button/url"
      : path.endsWith("label")
        ? "/content/button/label"
        : "/content/button";
  return path === "language" ? "/content/language" : "/content/text";
}

function unique(errors: readonly FieldError[]): readonly FieldError[] {
  return errors.filter(
    (error, i) => errors.findIndex((one) => one.pointer === error.pointer && one.detail === error.detail) === i,
  );
}

const MAX_LENGTH = {
  whatsapp: TEMPLATE_LIMITS.whatsappBody,
  viber: TEMPLATE_LIMITS.viberBody,
  sms: TEMPLATE_LIMITS.smsText,
};

/** Missing and unknown variables, and texts that the values make too long for a channel of the route. */
function checkValues(
  content: TemplateContent,
  vars: Said["vars"],
  { route, template }: SendMessage,
): readonly FieldError[] {
  const where = template === undefined ? "/content/text" : "/template/variables";
  const channels: readonly Channel[] = ROUTES[route];
  const rendered = channels.map((channel) => ({
    channel,
    ...renderForChannel(content, channel, vars, { ttlSeconds: 60, validitySeconds: null }),
  }));
  const known = new Set(usedVariables(content));
  return [
    ...[...new Set(rendered.flatMap((one) => one.missing))].map((name) => ({
      pointer: `${where}/${name}`,
      detail: "This variable has no value.",
    })),
    ...Object.keys(vars)
      .filter((name) => !known.has(name))
      .map((name) => ({ pointer: `${where}/${name}`, detail: "The template has no such variable." })),
    ...rendered
      .filter((one) => one.text.length > MAX_LENGTH[one.channel])
      .map((one) => ({
        pointer: where,
        detail: `With these values the text is too long for ${one.channel}: ${one.text.length} of ${MAX_LENGTH[one.channel]}.`,
      })),
  ];
}

async function checkConnections(ctx: TenantContext, channels: readonly Channel[]): Promise<readonly FieldError[]> {
  const rows = await ctx.db.connection.findMany({
    where: { accountId: ctx.accountId, status: { not: "deleted" } },
    distinct: ["channel"],
    select: { channel: true },
  });
  const missing = channels.filter((channel) => !rows.some((row) => row.channel === CHANNEL_CODE[channel]));
  return missing.map((channel) => ({ pointer: "/route", detail: `The account has no connection for ${channel}.` }));
}

/** On every channel, or on the one that the route begins with: then the person has said no, and no other channel is a way around. */
async function refuseOptedOut(
  ctx: TenantContext,
  e164: string,
  category: Category,
  channels: readonly Channel[],
): Promise<void> {
  const first = channels[0];
  const hit = await ctx.db.suppression.findFirst({
    where: {
      accountId: ctx.accountId,
      e164,
      liftedAt: null,
      AND: [
        { OR: [{ category: null }, { category }] },
        { OR: [{ channel: null }, ...(first === undefined ? [] : [{ channel: CHANNEL_CODE[first] }])] },
      ],
    },
    select: { reason: true },
  });
  if (hit === null) return;
  throw new ApiProblem("recipient-opted-out", "The recipient does not want such messages. Nothing was sent.", {
    errors: [{ pointer: "/to", detail: `Reason: ${hit.reason.replaceAll("_", " ")}.` }],
  });
}

function refuseInvalid(errors: readonly FieldError[]): void {
  if (errors.length > 0)
    throw new ApiProblem("invalid-request", "Some fields are not right. Nothing was sent.", { errors });
}
