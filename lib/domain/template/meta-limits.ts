import type { TemplateContent } from "../template-content";
import { listVariables } from "./variables";

/**
 * The languages in which WhatsApp approves templates: the table "Supported Languages" of Meta's documentation of the Cloud API, as of
 * 21 May 2026 (developers.facebook.com/documentation/business-messaging/whatsapp/templates/supported-languages). Armenian is not among
 * them: an Armenian text is approved under another code, and sent under that one.
 */
const META_LANGUAGES: ReadonlySet<string> = new Set(
  (
    "af sq ar ar_EG ar_AE ar_LB ar_MA ar_QA az be_BY bn bn_IN bg ca zh_CN zh_HK zh_TW hr cs da prs_AF nl nl_BE en en_GB en_US " +
    "en_AE en_AU en_CA en_GH en_IE en_IN en_JM en_MY en_NZ en_QA en_SG en_UG en_ZA et fil fi fr fr_BE fr_CA fr_CH fr_CI fr_MA " +
    "ka de de_AT de_CH el gu ha he hi hu id ga it ja kn kk rw_RW ko ky_KG lo lv lt mk ms ml mr nb ps_AF fa pl pt_BR pt_PT pa ro " +
    "ru sr si_LK sk sl es es_AR es_CL es_CO es_CR es_DO es_EC es_HN es_MX es_PA es_PE es_ES es_UY sw sv ta te th tr uk ur uz vi zu"
  ).split(" "),
);

export function isMetaLanguage(code: string): boolean {
  return META_LANGUAGES.has(code.replace("-", "_"));
}

/** The code under which the template goes to WhatsApp: the one that a person chose for it, else that of the text. */
export function metaLanguage(content: Pick<TemplateContent, "language" | "whatsapp">): string {
  return (content.whatsapp.language ?? content.language).replace("-", "_");
}

/**
 * Variables that no approved template can have. Meta knows templates by name (small Latin letters, digits, underscores; a letter
 * first) and by place ({{1}}, {{2}}, without a gap), never both in one.
 */
export function findForeignVariables(body: string): readonly string[] {
  const names = listVariables(body);
  const places = names.filter((name) => /^\d+$/.test(name));
  if (names.length > 0 && places.length === names.length) {
    return places.filter((name) => Number(name) < 1 || Number(name) > names.length || String(Number(name)) !== name);
  }
  return names.filter((name) => !/^[a-z][a-z0-9_]*$/.test(name));
}

export type MetaHint =
  | { readonly kind: "language"; readonly language: string }
  | { readonly kind: "variables"; readonly names: readonly string[] };

/** What WhatsApp would not approve. No reason against saving: on Viber and SMS it is right as it is. */
export function findMetaHints(content: TemplateContent): readonly MetaHint[] {
  const names = findForeignVariables(content.body);
  return [
    ...(isMetaLanguage(metaLanguage(content)) ? [] : [{ kind: "language", language: metaLanguage(content) } as const]),
    ...(names.length === 0 ? [] : [{ kind: "variables", names } as const]),
  ];
}
