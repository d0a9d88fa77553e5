import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const alias = { "@": fileURLToPath(new URL("./", import.meta.url)) };

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["{app,bench,components,i18n,lib,worker,sandbox,scripts,tests}/**/*.test.{ts,tsx}"],
          exclude: ["**/*.int.test.ts", "tests/system/**", "**/node_modules/**"],
          environment: "node",
          maxWorkers: 2,
          // A bound for what hangs, not a promise about speed.
          testTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "int",
          include: ["{app,lib,worker,sandbox,tests}/**/*.int.test.ts"],
          environment: "node",
          globalSetup: ["tests/int/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: "forks",
          // One more than a small machine has cores: leases that run out, processes that start and polls are waited for.
          maxWorkers: 3,
        },
      },
      // The two commands themselves: spawned as a person would, after the production build exists.
      {
        resolve: { alias },
        test: {
          name: "system",
          include: ["tests/system/**/*.test.ts"],
          environment: "node",
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
