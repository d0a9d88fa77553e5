import { utimesSync, writeFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { subscriptionsSchema, watchSubscriptions, type SubscriptionStore } from "./subscriptions";
import { temporaryDirectory } from "./testing/temporary-directory";

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

const withToken = (accessToken: string) =>
  subscriptionsSchema.parse({ whatsapp: [{ phoneNumberId: "1", accessToken, appSecret: "s" }] });

test("a registration holds over a restart, until the file is written anew with the same name in it", () => {
  const directory = temporaryDirectory();
  const [file, registered] = [`${directory.path}/file.json`, `${directory.path}/registered.json`];
  cleanups.push(() => directory.remove());
  const open = (): SubscriptionStore => {
    const store = watchSubscriptions(file, registered);
    cleanups.push(() => store.stop());
    return store;
  };
  const writeAt = (token: string, seconds: number): void => {
    writeFileSync(file, JSON.stringify(withToken(token)));
    utimesSync(file, seconds, seconds);
  };
  const nowS = Date.now() / 1_000;
  writeAt("of the file", nowS - 60);
  const store = open();
  expect(store.whatsapp("1")?.accessToken).toBe("of the file");
  store.register(withToken("registered"));
  expect(store.whatsapp("1")?.accessToken).toBe("registered");
  expect(open().whatsapp("1")?.accessToken).toBe("registered");
  writeAt("of the new file", nowS + 60);
  expect(open().whatsapp("1")?.accessToken).toBe("of the new file");
});
