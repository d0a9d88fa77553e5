import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

const isDev = process.env.NODE_ENV === "development";

/**
 * Inline scripts are allowed because Next puts the page's data into them; everything else is our own
 * origin only. Pictures may come from any https host: a template's header image lives with the customer,
 * and its preview must show it.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline'${isDev ? " 'unsafe-eval'" : ""}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob: https:",
  "font-src 'self'",
  `connect-src 'self'${isDev ? " ws:" : ""}`,
  "form-action 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const securityHeaders = [
  { key: "Content-Security-Policy", value: contentSecurityPolicy },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=()" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
];

const nextConfig: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: false,
  // npm test checks the types of everything, tests included; a build is no place to do it again.
  typescript: { ignoreBuildErrors: true },
  // The optimizer had a remote code execution before 16.3.3 and nothing here needs it: with `unoptimized`
  // Next itself answers 404 on /_next/image.
  images: { unoptimized: true, remotePatterns: [], localPatterns: [] },
  serverExternalPackages: ["pg", "@node-rs/argon2", "smpp", "pino", "graphile-worker"],
  // i18n/load-messages.ts reads the catalogues from disk at run time.
  outputFileTracingIncludes: { "/**": ["./messages/**/*.json"] },
  headers: () =>
    Promise.resolve([
      { source: "/:path*", headers: securityHeaders },
      // Named by their content: scripts/build-intl.mjs.
      {
        source: "/generated/:path*",
        headers: [{ key: "Cache-Control", value: "public, max-age=31536000, immutable" }],
      },
    ]),
};

export default createNextIntlPlugin("./i18n/request.ts")(nextConfig);
