import { z } from "zod";
import { CATEGORIES, FALLBACK_MODES, ROUTES, type RouteKey } from "@/lib/domain/vocabulary";

export const ROUTE_KEYS = Object.keys(ROUTES) as [RouteKey, ...RouteKey[]];
export const MAX_VARIABLES = 50;
export const MAX_BODY_BYTES = 64 * 1024;

const variables = z
  .record(z.string().regex(/^[\p{L}\p{M}\p{Nd}_.]{1,64}$/u, "This is not a name of a variable."), z.string().max(1000))
  .refine((values) => Object.keys(values).length <= MAX_VARIABLES, `At most ${MAX_VARIABLES} variables.`)
  .meta({
    description: "A value for each variable of the template. Variables with a spare value may be left out.",
    example: { first_name: "Ani", amount: "12,400" },
  });

export const sendTemplateSchema = z
  .strictObject({
    id: z
      .uuid()
      .optional()
      .meta({ description: "The template's id.", example: "0198c1d2-7f3a-7c41-9d55-3a6f0c1b2e4d" }),
    name: z.string().min(1).max(120).optional().meta({
      description: "Or its name at the desk; capital and small letters are the same.",
      example: "Loan reminder",
    }),
    variables: variables.default({}),
  })
  .meta({
    id: "SendTemplate",
    description: "Which template to send; either `id` or `name`. Its version is the current one at this moment.",
  });

const button = z
  .strictObject({
    label: z
      .string()
      .trim()
      .min(1)
      .max(25)
      .meta({ description: "At most 20 characters where the route has WhatsApp.", example: "Open" }),
    url: z.string().min(1).max(2000).meta({ description: "http or https.", example: "https://example.com/orders/7" }),
  })
  .meta({ id: "SendButton", description: "A link under the message. SMS has no buttons." });

export const sendContentSchema = z
  .strictObject({
    text: z.string().min(1).max(1000).meta({
      description: "What the message says. No variables: put the values in yourself.",
      example: "Your order 1042 is ready.",
    }),
    image_url: z.string().min(1).max(2000).optional().meta({
      description: "https address of a picture, for WhatsApp and Viber.",
      example: "https://example.com/ready.png",
    }),
    button: button.optional(),
    keep_link_in_sms: z.boolean().default(false).meta({
      description: "Whether an SMS ends with the address of the button.",
    }),
    language: z
      .string()
      .regex(/^[a-z]{2,3}([-_][A-Za-z]{2,4})?$/, "A language code such as en, hy or ru.")
      .default("en"),
  })
  .meta({
    id: "SendContent",
    description:
      "A message without a template. On WhatsApp it goes out only within 24 hours of the person's last message to you; outside of them it is not sent there, and the fallback takes over.",
  });

/** The body of `POST /api/v1/messages`. Unknown fields are refused, so that a typing error never passes as a default. */
export const sendMessageSchema = z
  .strictObject({
    to: z.string().min(1).max(100).meta({
      description: "The recipient's mobile number, with country code or as it is written in the account's own country.",
      example: "+37477123456",
    }),
    route: z
      .enum(ROUTE_KEYS)
      .meta({ description: "The channels in the order in which they are tried.", example: "viber-sms" }),
    template: sendTemplateSchema.optional(),
    content: sendContentSchema.optional(),
    category: z.enum(CATEGORIES).optional().meta({
      description:
        "What kind of message it is. Needed with `content`; a template brings its own, and a different one is refused. `authentication` takes the fast lane, ahead of every campaign.",
      example: "utility",
    }),
    fallback: z.enum(FALLBACK_MODES).default("inherit").meta({
      description: "Whether it may go on by the next channel: as the account's switch says, always, or never.",
    }),
    wait_seconds: z.int().min(5).max(604_800).optional().meta({
      description: "How long to wait for a delivery before going on. Default: the account's wait for the category.",
      example: 90,
    }),
  })
  .superRefine((message, context) => {
    const say = (path: string[], text: string) => context.addIssue({ code: "custom", path, message: text });
    if ((message.template === undefined) === (message.content === undefined)) {
      say([], "Give either `template` or `content`.");
    }
    if (message.content !== undefined && message.category === undefined) {
      say(["category"], "A message without a template needs a category.");
    }
    const { template } = message;
    if (template !== undefined && (template.id === undefined) === (template.name === undefined)) {
      say(["template"], "Give either `id` or `name`.");
    }
  })
  .meta({ id: "SendMessage", description: "One message to one person; either `template` or `content`." });

export type SendMessage = z.infer<typeof sendMessageSchema>;
