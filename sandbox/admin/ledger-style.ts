const light = `
--bg:#f7f6f4;--surface:#ffffff;--surface-2:#f1efec;--line:#e4e0da;--text:#1d1b19;--text-2:#5d5852;--accent:#c8601a;
--ok:#1f7a4d;--ok-soft:#e3f4ea;--whatsapp:#1a8f5a;--viber:#6a57d5;--sms:#4a6a86;color-scheme:light;`;
const dark = `
--bg:#141312;--surface:#1c1b19;--surface-2:#252321;--line:#322f2c;--text:#f2efea;--text-2:#b5aea5;--accent:#f0954f;
--ok:#5fc795;--ok-soft:#17301f;--whatsapp:#4cc38a;--viber:#a99bf5;--sms:#8fb0cc;color-scheme:dark;`;

/** The product's tokens, light and dark by the reader's system. */
export const ledgerStyle = `
:root{${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box;margin:0}
body{font:400 14px/1.5 "Inter Variable","Noto Sans Armenian Variable",system-ui,sans-serif;background:var(--bg);
color:var(--text);font-variant-numeric:tabular-nums}
main{max-width:1240px;margin:0 auto;padding:32px 24px}
header{display:flex;justify-content:space-between;align-items:start;gap:24px;margin-bottom:24px}
h1{font-size:22px;font-weight:600;letter-spacing:-.01em}
header p,.foot,.figure span,label{color:var(--text-2)}
.live{white-space:nowrap}
.live::before{content:"";display:inline-block;width:8px;height:8px;border-radius:50%;background:var(--ok);margin-right:8px}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:1px;background:var(--line);
border:1px solid var(--line);border-radius:10px;overflow:hidden;margin-bottom:20px}
.figure{background:var(--surface);padding:14px 16px}
.figure span{display:block;font-size:12px}
.figure b{font-size:20px;font-weight:600}
form{display:flex;flex-wrap:wrap;gap:16px;margin-bottom:12px}
input,select{font:inherit;color:var(--text);background:var(--surface);border:1px solid var(--line);border-radius:8px;
padding:6px 10px;margin-left:6px}
:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.table{background:var(--surface);border:1px solid var(--line);border-radius:10px;overflow-x:auto}
table{border-collapse:collapse;width:100%}
th{font-size:12px;font-weight:500;color:var(--text-2);text-align:left;background:var(--surface-2)}
th,td{padding:8px 12px;border-bottom:1px solid var(--line);white-space:nowrap}
tr:last-child td{border-bottom:0}
.num{text-align:right;color:var(--text-2)}
.text{max-width:340px;overflow:hidden;text-overflow:ellipsis}
.channel{font-weight:500}
.channel::before{content:"";display:inline-block;width:8px;height:8px;margin-right:6px;background:currentColor}
.whatsapp{color:var(--whatsapp)}.whatsapp::before{border-radius:50%}
.viber{color:var(--viber)}.viber::before{transform:rotate(45deg)}
.sms{color:var(--sms)}
.receipt{font-size:12px;padding:1px 7px;border-radius:99px;border:1px solid var(--line);color:var(--text-2)}
.receipt.done{background:var(--ok-soft);color:var(--ok);border-color:transparent}
#empty{padding:40px;text-align:center;color:var(--text-2)}
#empty[hidden]{display:none}
.foot{margin-top:16px;font-size:13px}
a{color:var(--accent)}
`;
