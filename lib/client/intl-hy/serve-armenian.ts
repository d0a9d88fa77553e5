/** What callers use of a formatter: whichever of these it has. */
const METHODS = [
  "format",
  "formatToParts",
  "formatRange",
  "formatRangeToParts",
  "select",
  "selectRange",
  "resolvedOptions",
] as const;

export type Methods = Readonly<Record<string, unknown>>;
type IntlName = "NumberFormat" | "PluralRules" | "DateTimeFormat" | "RelativeTimeFormat";
type Native = (new (locales?: unknown, options?: unknown) => object) & {
  supportedLocalesOf(locales?: unknown, options?: unknown): string[];
};

/** The methods of a formatter, bound, so that `const { format } = …` works as it does on native ones. */
export function methodsOf(formatter: object): Methods {
  const bound: Record<string, unknown> = {};
  for (const name of METHODS) {
    const method: unknown = Reflect.get(formatter, name);
    if (typeof method === "function") bound[name] = method.bind(formatter);
  }
  return bound;
}

/**
 * Lets `Intl[name]` speak Armenian where the browser's own cannot; a browser that can keeps its own, untouched.
 *
 * Only a request that names Armenian before a language the browser knows is answered by `make`; every other request,
 * and one for which `make` returns null, goes to the native constructor as it came. What is made has the native
 * prototype, so `instanceof` and the string tag hold.
 */
export function serveArmenian(name: IntlName, make: (tag: string, options: unknown) => Methods | null): void {
  const native = Intl[name] as unknown as Native;
  if (native.supportedLocalesOf("hy").length > 0) return;

  const construct = (args: unknown[], target: object): object | null => {
    const tag = armenianTag(native, args[0]);
    const methods = tag === null ? null : make(tag, args[1]);
    if (methods === null) return null;
    const made: object = Object.create(Reflect.get(target, "prototype"));
    for (const [key, value] of Object.entries(methods)) define(made, key, value);
    return made;
  };
  const proxy: object = new Proxy(native, {
    construct: (_, args: unknown[], target) =>
      construct(args, target) ?? (Reflect.construct(native, args, target) as object),
    apply: (_, self, args: unknown[]) =>
      construct(args, proxy) ?? (Reflect.apply(native as unknown as () => object, self, args) as object),
    get: (_, key) => (key === "supportedLocalesOf" ? supportedLocalesOf : (Reflect.get(native, key) as unknown)),
  });
  const supportedLocalesOf = (locales?: unknown, options?: unknown): string[] => {
    const known = new Set(native.supportedLocalesOf(locales, options));
    return canonical(locales).filter((tag) => known.has(tag) || isArmenian(tag));
  };
  define(Intl, name, proxy);
}

/** The Armenian tag that answers the request, or null where the browser's own languages do. */
function armenianTag(native: Native, locales: unknown): string | null {
  const first = canonical(locales).find((tag) => isArmenian(tag) || native.supportedLocalesOf(tag).length > 0);
  return first !== undefined && isArmenian(first) ? first : null;
}

function canonical(locales: unknown): string[] {
  return Intl.getCanonicalLocales(locales as string | string[] | undefined);
}

/** `hyw`, Western Armenian, is another language. */
function isArmenian(tag: string): boolean {
  return /^hy(-|$)/.test(tag);
}

/** Like a built-in: writable, and not seen by loops over the object. */
export function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: false });
}
