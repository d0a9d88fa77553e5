/**
 * The script that pages in Armenian load before anything else (docs/adr/0006). Bundled by scripts/build-intl.mjs, which
 * lets it run only where the browser lacks Armenian.
 */
import { DateTimeFormat } from "@formatjs/intl-datetimeformat";
import "@formatjs/intl-datetimeformat/locale-data/hy.js";
import { NumberFormat } from "@formatjs/intl-numberformat";
import "@formatjs/intl-numberformat/locale-data/hy.js";
import { PluralRules } from "@formatjs/intl-pluralrules";
import "@formatjs/intl-pluralrules/locale-data/hy.js";
import RelativeTimeFormat from "@formatjs/intl-relativetimeformat";
import "@formatjs/intl-relativetimeformat/locale-data/hy.js";
import { methodsOf, serveArmenian } from "./serve-armenian";
import { routeToLocaleString } from "./to-locale-string";
import { zonedFormat } from "./zoned-format";

// The data files queue themselves in globals for a polyfill that takes the place of Intl's own; here nothing does.
take("PLURALRULES", (data) => PluralRules.__addLocaleData(data as never));
take("NUMBERFORMAT", (data) => NumberFormat.__addLocaleData(data as never));
take("DATETIMEFORMAT", (data) => DateTimeFormat.__addLocaleData(data as never));
take("RELATIVETIMEFORMAT", (data) => RelativeTimeFormat.__addLocaleData(data as never));

const NativeDateTimeFormat = Intl.DateTimeFormat;
serveArmenian("PluralRules", (tag, options) => methodsOf(new PluralRules(tag, options as never)));
serveArmenian("NumberFormat", (tag, options) => methodsOf(new NumberFormat(tag, options as never)));
serveArmenian("DateTimeFormat", (tag, options) => zonedFormat(NativeDateTimeFormat, tag, options));
serveArmenian("RelativeTimeFormat", (tag, options) => methodsOf(new RelativeTimeFormat(tag, options as never)));
routeToLocaleString();

function take(name: string, add: (data: unknown) => void): void {
  const key = `__FORMATJS_${name}_DATA__`;
  for (const data of (Reflect.get(globalThis, key) ?? []) as unknown[]) add(data);
  Reflect.deleteProperty(globalThis, key);
}
