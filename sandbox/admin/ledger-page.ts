import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Core } from "../core";
import type { ListedEntry } from "../ledger/ledger-entry";
import { ledgerScript } from "./ledger-script";
import { ledgerStyle } from "./ledger-style";

const rowCount = 50;

const channelNames = { whatsapp: "WhatsApp", viber: "Viber", sms: "SMS" } as const;

/** The ledger as a page: rendered whole on the server, kept fresh by a small script, nothing from a network. */
export function renderLedgerPage(core: Core, response: ServerResponse): void {
  const nonce = randomBytes(16).toString("base64");
  const page = pageOf(core, nonce);
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-length": Buffer.byteLength(page),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy":
      `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; ` +
      "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  });
  response.end(page);
}

/** Numbers, texts and references come from whoever sends: all of it is hostile until escaped. */
export function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[char] ?? "",
  );
}

function pageOf(core: Core, nonce: string): string {
  const summary = core.ledger.summary();
  const rows = core.ledger.list({ newest: true, limit: rowCount }).entries.map(rowOf).join("");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox ledger · Kamurj</title><style nonce="${nonce}">${ledgerStyle}</style></head>
<body><main>
<header><div><h1>Sandbox ledger</h1>
<p>Every message that these carriers have taken. Nothing here has left this computer.</p></div>
<p class="live" role="status"><span id="live">Live</span></p></header>
<section class="figures" aria-label="Totals">
${figure("accepted", "Messages taken", summary.accepted)}
${figure("whatsapp", "WhatsApp", summary.byChannel.whatsapp ?? 0)}
${figure("viber", "Viber", summary.byChannel.viber ?? 0)}
${figure("sms", "SMS", summary.byChannel.sms ?? 0)}
${figure("acknowledged", "Receipts acknowledged", summary.receipts.acknowledged)}
${figure("waiting", "Receipts to come", summary.receipts.planned - summary.receipts.acknowledged)}
</section>
<form id="filter"><label>Number <input name="to" inputmode="tel" autocomplete="off" placeholder="+374…"></label>
<label>Channel <select name="channel"><option value="">All</option><option value="whatsapp">WhatsApp</option>
<option value="viber">Viber</option><option value="sms">SMS</option></select></label></form>
<div class="table"><table><thead><tr><th class="num">No.</th><th>Time (UTC)</th><th>Channel</th><th>To</th>
<th>Text</th><th>Scenario</th><th>Receipts</th></tr></thead><tbody id="rows">${rows}</tbody></table>
<p id="empty"${rows === "" ? "" : " hidden"}>Nothing yet. Send a message to this address and it appears here.</p></div>
<p class="foot">The newest ${rowCount}. All of them: <a href="/_sandbox/ledger">/_sandbox/ledger</a>,
totals: <a href="/_sandbox/ledger/summary">/_sandbox/ledger/summary</a>,
scenarios: <a href="/_sandbox/scenarios">/_sandbox/scenarios</a>.</p>
</main><script nonce="${nonce}">${ledgerScript}</script></body></html>`;
}

function figure(id: string, label: string, value: number): string {
  return `<div class="figure"><span>${label}</span><b id="figure-${id}">${value.toLocaleString("en")}</b></div>`;
}

function rowOf(entry: ListedEntry): string {
  const part = entry.part === null ? "" : ` · ${entry.part.sequence}/${entry.part.total}`;
  const receipts = entry.receipts
    .map(({ kind, code, acknowledged }) => {
      const title = acknowledged ? "acknowledged" : "to come";
      const label = code === null ? kind : `${kind} ${code}`;
      return `<span class="receipt ${acknowledged ? "done" : "open"}" title="${title}">${escapeHtml(label)}</span>`;
    })
    .join(" ");
  return `<tr><td class="num">${entry.seq}</td><td>${new Date(entry.atMs).toISOString().slice(11, 23)}</td>
<td><span class="channel ${entry.channel}">${channelNames[entry.channel]}</span>${part}</td>
<td>${escapeHtml(entry.to)}</td><td class="text" title="${escapeHtml(entry.reference ?? "")}">${escapeHtml(entry.text)}</td>
<td>${escapeHtml(entry.scenario.replaceAll("_", " "))}</td><td>${receipts}</td></tr>`;
}
