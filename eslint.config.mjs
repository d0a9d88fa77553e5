import nextVitals from "eslint-config-next/core-web-vitals";
import tseslint from "typescript-eslint";

/** Which way imports go (docs/architecture.md). A folder may import from itself and from what is listed for it. */
const LAYERS = [
  {
    files: ["lib/domain/**"],
    forbid: ["app", "components", "lib/client", "lib/schemas", "lib/server", "lib/carriers", "worker", "sandbox"],
  },
  {
    files: ["lib/schemas/**"],
    forbid: ["app", "components", "lib/client", "lib/server", "lib/carriers", "worker", "sandbox"],
  },
  { files: ["lib/client/**"], forbid: ["app", "components", "lib/server", "lib/carriers", "worker", "sandbox"] },
  { files: ["lib/carriers/**"], forbid: ["app", "components", "lib/client", "lib/server", "worker"] },
  { files: ["lib/server/**"], forbid: ["app", "components", "lib/client", "worker"] },
  { files: ["components/**"], forbid: ["lib/server", "lib/carriers", "worker", "sandbox"] },
  { files: ["app/**"], forbid: ["lib/carriers", "worker", "sandbox"] },
  { files: ["worker/**"], forbid: ["app", "components", "lib/client"] },
  { files: ["sandbox/**"], forbid: ["app", "components", "lib/client", "lib/server", "worker"] },
];
const TESTS = ["**/*.test.ts", "**/*.test.tsx", "tests/**", "e2e/**", "bench/**"];

/** A component may call a route's server actions: they are the one thing of app/ that components import. */
const layerRule = ({ files, forbid }) => ({
  files,
  ignores: TESTS,
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          ...forbid.map((layer) => ({
            regex: `^(@/|(\\.\\./)+)(${layer}|${layer.replace("lib/", "")})/`,
            message: `${files[0].replace("/**", "")} must not import from ${layer} (docs/architecture.md, "Processes").`,
          })),
          ...(files[0] === "lib/domain/**"
            ? [
                {
                  regex: "^(node:|pg$|react|next|@prisma|undici|pino)",
                  message: "lib/domain is pure: no I/O, no clock, no framework.",
                },
              ]
            : []),
          ...(["app/**", "components/**", "lib/client/**", "lib/schemas/**"].includes(files[0])
            ? [{ regex: "(^pg$|^@prisma|db/generated)", message: "Only lib/server touches the database." }]
            : []),
        ],
      },
    ],
  },
});

const DOMAIN_IMPURITIES = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: "lib/domain has no clock: pass `now`.",
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: "lib/domain has no clock: pass `now`.",
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: "lib/domain has no randomness.",
  },
];

const config = [
  {
    ignores: [
      ".next/**",
      "node_modules/**",
      ".kamurj/**",
      "lib/server/db/generated/**",
      "public/generated/**",
      "next-env.d.ts",
      "test-results/**",
      "playwright-report/**",
    ],
  },
  ...nextVitals,
  ...tseslint.configs.strict.map((entry) => ({ ...entry, files: ["**/*.ts", "**/*.tsx", "**/*.mts"] })),
  {
    files: ["**/*.ts", "**/*.tsx"],
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/ban-ts-comment": "error",
      "@typescript-eslint/consistent-type-definitions": ["error", "type"],
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "none" },
      ],
      "no-console": "error",
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["lib/domain/**"],
    ignores: TESTS,
    rules: { "no-restricted-syntax": ["error", ...DOMAIN_IMPURITIES] },
  },
  ...LAYERS.map(layerRule),
  // Module augmentation of next-auth and vitest needs interfaces.
  {
    files: ["lib/server/web/auth-options.ts", "tests/int/global-setup.ts", "**/*.d.ts"],
    rules: { "@typescript-eslint/consistent-type-definitions": "off" },
  },
  { files: ["scripts/**", "bench/**"], rules: { "no-console": "off" } },
  // useTestDatabase and Playwright's `use` are no React hooks.
  { files: TESTS, rules: { "react-hooks/rules-of-hooks": "off" } },
  { files: TESTS, rules: { "max-lines": ["error", { max: 600, skipBlankLines: true, skipComments: true }] } },
];

export default config;
