import type { TemplateContent } from "../template-content";

/** A template that uses everything a template has; tests change what they are about. */
export const fullTemplate: TemplateContent = {
  language: "hy",
  category: "marketing",
  body: "{{first_name|Բարեկամ}} ջան, այս շաբաթ՝ 20% զեղչ {{city}} քաղաքում։",
  whatsapp: {
    imageUrl: "https://cdn.example/sale.jpg",
    footer: "Example Bank",
    buttons: [
      { kind: "reply", label: "Այո" },
      { kind: "url", label: "Իմանալ ավելին", url: "https://example.am/x" },
    ],
    templateName: "november_sale",
  },
  viber: {
    imageUrl: "https://cdn.example/sale.jpg",
    button: { kind: "url", label: "Իմանալ ավելին", url: "https://example.am/v" },
  },
  sms: { text: null, keepLink: true },
};
