/** The product's own receiver of webhooks, on the port that whoever measures or tests has chosen. */
process.env.KAMURJ_WEBHOOKS_PORT = process.env.PORT;
await import("../worker/receive-webhooks");

export {};
