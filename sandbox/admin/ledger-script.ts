/** Runs in the browser. Only `textContent` writes what came over the wire. */
export const ledgerScript = `
"use strict";
const names = { whatsapp: "WhatsApp", viber: "Viber", sms: "SMS" };
const byId = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");
const make = (tag, text, className) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
};
const row = (entry) => {
  const line = make("tr");
  const channel = make("td");
  channel.append(make("span", names[entry.channel], "channel " + entry.channel));
  if (entry.part) channel.append(" \\u00b7 " + entry.part.sequence + "/" + entry.part.total);
  const text = make("td", entry.text, "text");
  text.title = entry.reference || "";
  const receipts = make("td");
  for (const receipt of entry.receipts) {
    const label = receipt.code ? receipt.kind + " " + receipt.code : receipt.kind;
    const badge = make("span", label, "receipt " + (receipt.acknowledged ? "done" : "open"));
    badge.title = receipt.acknowledged ? "acknowledged" : "to come";
    receipts.append(badge, " ");
  }
  line.append(make("td", entry.seq, "num"), make("td", new Date(entry.atMs).toISOString().slice(11, 23)), channel,
    make("td", entry.to), text, make("td", entry.scenario.replaceAll("_", " ")), receipts);
  return line;
};
const get = async (path) => {
  const response = await fetch(path);
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
};
const filter = byId("filter");
const refresh = async () => {
  const query = new URLSearchParams({ order: "newest", limit: "50" });
  const to = filter.elements.to.value.replace(/[^0-9]/g, "");
  if (to.length >= 7) query.set("to", "+" + to);
  if (filter.elements.channel.value) query.set("channel", filter.elements.channel.value);
  const [page, summary] = await Promise.all([get("/_sandbox/ledger?" + query), get("/_sandbox/ledger/summary")]);
  byId("rows").replaceChildren(...page.entries.map(row));
  byId("empty").hidden = page.entries.length > 0;
  const figures = { accepted: summary.accepted, acknowledged: summary.receipts.acknowledged,
    waiting: summary.receipts.planned - summary.receipts.acknowledged };
  for (const channel of Object.keys(names)) figures[channel] = summary.byChannel[channel] || 0;
  for (const [id, value] of Object.entries(figures)) byId("figure-" + id).textContent = number.format(value);
};
const loop = async () => {
  if (!document.hidden) {
    try { await refresh(); byId("live").textContent = "Live"; }
    catch { byId("live").textContent = "The sandbox does not answer; trying again"; }
  }
  setTimeout(loop, 1500);
};
filter.addEventListener("input", () => void refresh().catch(() => undefined));
filter.addEventListener("submit", (event) => event.preventDefault());
void loop();
`;
