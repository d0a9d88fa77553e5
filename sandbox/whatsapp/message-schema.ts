import { z } from "zod";

const text = z.string().min(1);
const media = z.strictObject({ link: z.url({ protocol: /^https?$/ }) });

const headerParameter = z.union([
  z.strictObject({ type: z.literal("image"), image: media }),
  z.strictObject({ type: z.literal("video"), video: media }),
  z.strictObject({ type: z.literal("document"), document: media.extend({ filename: z.string().optional() }) }),
  z.strictObject({ type: z.literal("text"), text, parameter_name: text.optional() }),
]);
const bodyParameter = z.strictObject({ type: z.literal("text"), text, parameter_name: text.optional() });
const index = z.union([z.string().regex(/^\d$/), z.number().int().min(0).max(9)]);

const component = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("header"), parameters: z.array(headerParameter).length(1) }),
  z.strictObject({ type: z.literal("body"), parameters: z.array(bodyParameter) }),
  z.strictObject({
    type: z.literal("button"),
    sub_type: z.enum(["quick_reply", "url", "copy_code"]),
    index,
    parameters: z
      .array(
        z.union([
          z.strictObject({ type: z.literal("payload"), payload: text.max(256) }),
          z.strictObject({ type: z.literal("text"), text }),
          z.strictObject({ type: z.literal("coupon_code"), coupon_code: text }),
        ]),
      )
      .length(1),
  }),
]);

const envelope = {
  messaging_product: z.literal("whatsapp"),
  recipient_type: z.literal("individual").optional(),
  to: z.string().regex(/^\+?[1-9]\d{6,14}$/),
  biz_opaque_callback_data: z.string().max(512).optional(),
};

const interactiveParts = {
  header: z.strictObject({ type: z.literal("image"), image: media }).optional(),
  body: z.strictObject({ text: text.max(1_024) }),
  footer: z.strictObject({ text: text.max(60) }).optional(),
};
const interactive = z.discriminatedUnion("type", [
  z.strictObject({
    ...{ type: z.literal("cta_url"), ...interactiveParts },
    action: z.strictObject({
      name: z.literal("cta_url"),
      parameters: z.strictObject({ display_text: text.max(20), url: z.url({ protocol: /^https?$/ }) }),
    }),
  }),
  z.strictObject({
    ...{ type: z.literal("button"), ...interactiveParts },
    action: z.strictObject({
      buttons: z
        .array(
          z.strictObject({
            type: z.literal("reply"),
            reply: z.strictObject({ id: text.max(256), title: text.max(20) }),
          }),
        )
        .min(1)
        .max(3),
    }),
  }),
]);

/** What Meta takes at `/{phone number id}/messages`, v25.0; an unknown field is an error there too. */
export const messageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    ...envelope,
    type: z.literal("text"),
    text: z.strictObject({ body: z.string().min(1).max(4_096), preview_url: z.boolean().optional() }),
  }),
  z.strictObject({
    ...envelope,
    type: z.literal("image"),
    image: media.extend({ caption: z.string().min(1).max(1_024).optional() }),
  }),
  z.strictObject({ ...envelope, type: z.literal("interactive"), interactive }),
  z.strictObject({
    ...envelope,
    type: z.literal("template"),
    template: z.strictObject({
      name: z.string().regex(/^[a-z0-9_]{1,512}$/),
      language: z.strictObject({
        code: z.string().regex(/^[a-z]{2,3}(_[A-Za-z]{2,4})?$/),
        policy: z.literal("deterministic").optional(),
      }),
      components: z.array(component).max(16).optional(),
    }),
  }),
]);
export type WhatsAppMessage = z.infer<typeof messageSchema>;
