/** Runs the web app in this process: node scripts/web.mjs <start|dev> <port> <host>. Ends when its parent is gone. */
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
const [mode, port, host] = process.argv.slice(2);
process.argv = [process.argv[0], "next", mode, "-p", port, "-H", host];
await import("next/dist/bin/next");
