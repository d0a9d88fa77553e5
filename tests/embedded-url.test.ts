import { parse } from "pg-connection-string";
import { describe, expect, it } from "vitest";
import { embeddedUrl, socketDirectory } from "../scripts/embedded-database.mjs";

const at = (dataDir: string): string => embeddedUrl({ dataDir, port: 54318, password: "secret", database: "kamurj" });

describe("the address of the embedded database", () => {
  it.each(["/srv/kamurj/postgres", "/srv/my data/postgres", "/srv/կամուրջ/postgres", "/srv/50%/a?b#c@d:e/postgres"])(
    "is its socket in %s, read back letter by letter",
    (dataDir) => {
      const { host, port, user, password, database } = parse(at(dataDir));
      expect({ host, port, user, password, database }).toEqual({
        ...{ host: dataDir, port: "54318", user: "kamurj", password: "secret", database: "kamurj" },
      });
    },
  );

  it.each(["/srv/" + "long".repeat(20), "/srv/կամուրջ".repeat(6), '/srv/a"b', "/srv/a,b", "/srv/it's"])(
    "is TCP where no socket can be: %s",
    (dataDir) => {
      expect(socketDirectory(dataDir)).toBeNull();
      expect(parse(at(dataDir)).host).toBe("127.0.0.1");
    },
  );
});
