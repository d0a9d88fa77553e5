import type { TemplateContent } from "@/lib/domain/template-content";

export type DemoTemplate = {
  readonly key: string;
  readonly name: string;
  /** Days before the day of seeding, and the hour, when it was written. */
  readonly daysAgo: number;
  readonly hour: number;
  readonly content: TemplateContent;
};

/** Meta has no code for Armenian: businesses have Armenian texts approved as English ones. */
const AS_ENGLISH = "en";

const SITE = "https://ararat.example.com";

/** @param imagesUrl where the pictures of the demo lie; https, or on this machine */
export function listDemoTemplates(imagesUrl: string): readonly DemoTemplate[] {
  return [
    novemberOffer(`${imagesUrl}/offer.png`),
    blackFriday(`${imagesUrl}/card.png`),
    ...cardDelivery(`${imagesUrl}/delivery.png`),
    loanReminder(),
    premiumInvitation(),
    mobileApp(),
    oneTimeCode(),
    transaction(),
  ];
}

function novemberOffer(imageUrl: string): DemoTemplate {
  const link = { kind: "url", label: "Տեսնել առաջարկը", url: `${SITE}/november` } as const;
  return {
    key: "november",
    name: "Նոյեմբերյան առաջարկ",
    ...{ daysAgo: 32, hour: 12 },
    content: {
      ...{ language: "hy", category: "marketing" },
      body: "{{first_name|Հարգելի հաճախորդ}}, մինչև ամսվա վերջ բացեք ավանդ տարեկան 9,5 % տոկոսադրույքով և ստացեք քարտի անվճար սպասարկում մեկ տարի։",
      whatsapp: {
        imageUrl,
        footer: "Հրաժարվելու համար պատասխանեք STOP",
        buttons: [link, { kind: "reply", label: "Զանգահարեք ինձ" }],
        templateName: "november_offer_hy",
        language: AS_ENGLISH,
      },
      viber: { imageUrl, button: link },
      sms: {
        text: "{{first_name|Հարգելի հաճախորդ}}, մինչև ամսվա վերջ ավանդ՝ 9,5 %։ ararat.example.com/november",
        keepLink: true,
      },
    },
  };
}

function blackFriday(imageUrl: string): DemoTemplate {
  const link = { kind: "url", label: "Выбрать карту", url: `${SITE}/black-friday` } as const;
  return {
    key: "black-friday",
    name: "Чёрная пятница",
    ...{ daysAgo: 31, hour: 15 },
    content: {
      ...{ language: "ru", category: "marketing" },
      body: "{{first_name|Здравствуйте}}, только в эти дни кешбэк 10 % по карте Ararat Gold и бесплатное обслуживание до конца года.",
      whatsapp: {
        imageUrl,
        footer: "Чтобы отписаться, ответьте СТОП",
        buttons: [link],
        templateName: "black_friday_ru",
      },
      viber: { imageUrl, button: link },
      sms: { text: null, keepLink: true },
    },
  };
}

function cardDelivery(imageUrl: string): readonly DemoTemplate[] {
  const rest = { viber: { imageUrl, button: null }, sms: { text: null, keepLink: false } } as const;
  const whatsapp = (templateName: string) => ({ imageUrl, footer: null, buttons: [], templateName });
  return [
    {
      key: "card-hy",
      name: "Քարտի առաքում",
      ...{ daysAgo: 33, hour: 16 },
      content: {
        ...{ language: "hy", category: "utility" },
        body: "{{first_name|Հարգելի հաճախորդ}}, Ձեր {{card|նոր}} քարտը պատրաստ է։ Առաքիչը կզանգահարի աշխատանքային օրը՝ 10:00–18:00։",
        whatsapp: { ...whatsapp("card_delivery_hy"), language: AS_ENGLISH },
        ...rest,
      },
    },
    {
      key: "card-ru",
      name: "Доставка карты",
      ...{ daysAgo: 33, hour: 17 },
      content: {
        ...{ language: "ru", category: "utility" },
        body: "{{first_name|Здравствуйте}}, ваша карта {{card|банка}} готова. Курьер позвонит в рабочий день с 10:00 до 18:00.",
        whatsapp: whatsapp("card_delivery_ru"),
        ...rest,
      },
    },
  ];
}

function loanReminder(): DemoTemplate {
  return {
    key: "loan",
    name: "Վարկի վճարման հիշեցում",
    ...{ daysAgo: 32, hour: 10 },
    content: {
      ...{ language: "hy", category: "utility" },
      body: "{{first_name|Հարգելի հաճախորդ}}, վարկի հերթական վճարումը՝ {{amount}} դրամ, ակնկալվում է {{due}}։ Եթե արդեն վճարել եք, շնորհակալություն։",
      whatsapp: { imageUrl: null, footer: null, buttons: [], templateName: "loan_reminder_hy", language: AS_ENGLISH },
      viber: { imageUrl: null, button: null },
      sms: { text: null, keepLink: false },
    },
  };
}

function premiumInvitation(): DemoTemplate {
  const link = { kind: "url", label: "Book a meeting", url: `${SITE}/premium` } as const;
  return {
    key: "premium",
    name: "Premium invitation",
    ...{ daysAgo: 14, hour: 13 },
    content: {
      ...{ language: "en", category: "marketing" },
      body: "Dear {{first_name|client}}, your personal banker would be glad to meet you this month. Choose a time that suits you.",
      whatsapp: {
        imageUrl: null,
        footer: "Reply STOP to opt out",
        buttons: [link],
        templateName: "premium_invitation",
      },
      viber: { imageUrl: null, button: link },
      sms: { text: null, keepLink: true },
    },
  };
}

function mobileApp(): DemoTemplate {
  const link = { kind: "url", label: "Թարմացնել", url: `${SITE}/app` } as const;
  return {
    key: "app",
    name: "Հավելվածի թարմացում",
    ...{ daysAgo: 9, hour: 11 },
    content: {
      ...{ language: "hy", category: "utility" },
      body: "{{first_name|Հարգելի հաճախորդ}}, թարմացրեք Ararat Mobile հավելվածը մինչև ամսվա վերջ, որպեսզի վճարումները շարունակվեն անխափան։",
      whatsapp: { imageUrl: null, footer: null, buttons: [link], templateName: "app_update_hy", language: AS_ENGLISH },
      viber: { imageUrl: null, button: link },
      sms: { text: null, keepLink: true },
    },
  };
}

function oneTimeCode(): DemoTemplate {
  return {
    key: "code",
    name: "One-time code",
    ...{ daysAgo: 32, hour: 18 },
    content: {
      ...{ language: "en", category: "authentication" },
      body: "{{code}} is your Ararat Bank code. Never share it with anyone.",
      whatsapp: { imageUrl: null, footer: null, buttons: [], templateName: "one_time_code" },
      viber: { imageUrl: null, button: null },
      sms: { text: null, keepLink: false },
    },
  };
}

function transaction(): DemoTemplate {
  return {
    key: "transaction",
    name: "Գործարքի ծանուցում",
    ...{ daysAgo: 32, hour: 19 },
    content: {
      ...{ language: "hy", category: "utility" },
      body: "Քարտ {{card}}․ {{amount}} դրամ, {{place}}։ Մնացորդը՝ {{balance}} դրամ։",
      whatsapp: { imageUrl: null, footer: null, buttons: [], templateName: "transaction_hy", language: AS_ENGLISH },
      viber: { imageUrl: null, button: null },
      sms: { text: null, keepLink: false },
    },
  };
}
