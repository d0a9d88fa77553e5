/** Where to go after signing in: a path of our own, never another host ("//evil", "/\evil", "https:…"). */
export function safeReturnPath(wanted: string | readonly string[] | undefined): string {
  if (typeof wanted !== "string" || wanted.length > 500) return "/";
  let path = wanted;
  try {
    // next-auth passes whole addresses; only what follows the host counts.
    if (/^https?:\/\//.test(wanted)) {
      const url = new URL(wanted);
      path = url.pathname + url.search;
    }
  } catch {
    return "/";
  }
  // Browsers drop control characters, which would join "/" and "/evil".
  if (!path.startsWith("/") || path.startsWith("//") || /[\\\u0000-\u001f]/.test(path)) return "/";
  return path.startsWith("/sign-in") || path.startsWith("/api/") ? "/" : path;
}
