/** The report's style sheet: light, dark and paper; no font, picture or address from elsewhere. */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f4f6f8; --card: #ffffff; --ink: #15202b; --soft: #55626f; --line: #dce2e8; --faint: #eef1f4;
  --recorded: #17806d; --unrecorded: #c8372d; --accepted: #96610a; --open: #9db0c3;
  --denied: #c8372d; --refused: #bf5a0b; --missing: #8d3a90; --off: #5f6c79; --outside-exec: #4553b8;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #0e1319; --card: #161d25; --ink: #e7ecf1; --soft: #9eabb8; --line: #2b3641; --faint: #1d262f;
    --recorded: #37b399; --unrecorded: #f2665b; --accepted: #dfa441; --open: #566779;
    --denied: #f2665b; --refused: #f09a4b; --missing: #d58bd8; --off: #a3b0bd; --outside-exec: #97a3f7;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; -webkit-text-size-adjust: 100%;
}
main { max-width: 1180px; margin: 0 auto; padding: 40px 28px 56px; }
section, header { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 26px 28px; margin: 0 0 20px; }
h1 { font-size: 29px; line-height: 1.2; letter-spacing: -0.015em; margin: 4px 0 10px; text-wrap: balance; }
h2 { font-size: 18px; line-height: 1.3; letter-spacing: -0.005em; margin: 0 0 4px; }
p { margin: 0; }
.note { color: var(--soft); margin-bottom: 16px; max-width: 96ch; }
.eyebrow { color: var(--soft); font-size: 12px; font-weight: 600; letter-spacing: 0.09em; text-transform: uppercase; }
.mono { font-family: var(--mono); font-size: 0.86em; }
.soft { color: var(--soft); font-size: 13px; font-weight: 400; } .mono.soft { font-size: 12px; }
header { display: flex; gap: 32px; align-items: center; justify-content: space-between; border-top: 4px solid var(--grade); }
header.whole { --grade: var(--recorded); } header.gaps { --grade: var(--unrecorded); }
header.accepted { --grade: var(--accepted); } header.none { --grade: var(--open); }
.answer { font-size: 18px; max-width: 58ch; }
header dl { display: flex; flex-wrap: wrap; gap: 6px 28px; margin: 18px 0 0; font-size: 13px; }
header dl div { min-width: 0; } header dt { color: var(--soft); } header dd { margin: 0; font-weight: 600; }
.ring { flex: none; position: relative; width: 164px; height: 164px; }
.ring svg { width: 100%; height: 100%; transform: rotate(-90deg); }
.ring circle { fill: none; stroke-width: 9; } .ring .track { stroke: var(--grade); } .none .ring .track { stroke: var(--faint); } .ring .part { stroke: var(--recorded); }
.ring div { position: absolute; inset: 0; display: flex; flex-direction: column; align-items: center; justify-content: center; }
.ring strong { font-size: 26px; line-height: 1.1; letter-spacing: -0.03em; } .ring span { color: var(--soft); font-size: 12px; }
.bar { display: flex; gap: 2px; height: 14px; border-radius: 7px; overflow: hidden; margin: 14px 0 20px; background: var(--faint); }
.bar i { display: block; min-width: 4px; flex: var(--n) 1 0; }
.states { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 235px), 1fr)); gap: 18px 28px; margin: 0; }
.states div { border-left: 3px solid var(--mark); padding-left: 13px; min-width: 0; } .states div.zero { opacity: 0.62; }
.states dt { font-weight: 600; display: flex; align-items: baseline; gap: 8px; } .states dt b { font-size: 21px; letter-spacing: -0.02em; }
.states dd { margin: 0; color: var(--soft); font-size: 13px; line-height: 1.42; }
.s-recorded { --mark: var(--recorded); } .s-denied { --mark: var(--denied); } .s-refused { --mark: var(--refused); }
.s-missing { --mark: var(--missing); } .s-off { --mark: var(--off); } .s-outside-exec { --mark: var(--outside-exec); } .s-open { --mark: var(--open); }
.bar i { background: var(--mark); }
.timeline { margin: 12px 0 0; } figcaption { color: var(--soft); font-size: 13px; display: flex; flex-wrap: wrap; gap: 4px 18px; margin-bottom: 14px; }
figcaption span:first-child { margin-right: auto; } .key { display: inline-flex; align-items: center; gap: 7px; }
.swatch { width: 11px; height: 11px; border-radius: 3px; display: inline-block; } .swatch.recorded { background: var(--recorded); }
.swatch.unrecorded { background: var(--unrecorded); } .swatch.open { background: var(--open); }
.plot { display: flex; height: 150px; gap: 10px; } .plot.low { height: 96px; margin-top: 12px; }
.plot svg { flex: 1; min-width: 0; height: 100%; display: block; }
.scale { flex: none; width: 46px; display: flex; flex-direction: column; justify-content: space-between; text-align: right; color: var(--soft); font-size: 12px; line-height: 1; }
.axis { display: flex; justify-content: space-between; gap: 8px; margin: 8px 0 0 56px; color: var(--soft); font-size: 12px; }
svg path { fill: none; vector-effect: non-scaling-stroke; } svg .grid { stroke: var(--line); stroke-width: 1; }
svg .trend { stroke: var(--recorded); stroke-width: 1.6; opacity: 0.55; } svg .dot { stroke: var(--recorded); stroke-width: 6; stroke-linecap: round; }
svg .dot.bad { stroke: var(--unrecorded); stroke-width: 8; } svg .hit { fill: transparent; } svg .hit:hover { fill: var(--ink); opacity: 0.06; }
svg .recorded { fill: var(--recorded); } svg .unrecorded { fill: var(--unrecorded); } svg .open { fill: var(--open); }
table { width: 100%; border-collapse: collapse; margin: 14px 0 0; font-size: 14px; }
th, td { padding: 9px 10px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); font-weight: 400; }
tbody tr:last-child > * { border-bottom: 0; } th:first-child { padding-left: 0; } tr > :last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: 12px; font-weight: 600; vertical-align: bottom; line-height: 1.3; overflow-wrap: normal; }
tbody th { font-weight: 600; } .counts td { text-align: right; white-space: nowrap; } .counts thead th:nth-child(n + 3) { text-align: right; }
.counts thead th:first-child { width: 23%; } .counts thead th:nth-child(2) { width: 17%; } td.zero { color: var(--soft); opacity: 0.6; }
.rate div { display: flex; align-items: center; gap: 10px; justify-content: flex-end; }
.rate div::before { content: ""; flex: 1; height: 6px; border-radius: 3px; background: linear-gradient(90deg, var(--recorded) var(--at), var(--unrecorded) var(--at)); --at: min(var(--p), 100% - 5px); }
.rate.whole div::before { background: var(--recorded); }
.rate.none div::before { background: var(--faint); }
.rate span { min-width: 62px; font-weight: 600; } code { font: 0.88em var(--mono); background: var(--faint); border-radius: 4px; padding: 1px 6px; }
.badge { display: inline-block; border: 1px solid var(--mark); color: var(--mark); border-radius: 99px; padding: 1px 10px; font-size: 12px; font-weight: 600; white-space: nowrap; }
.badge.pending { --mark: var(--unrecorded); } .badge.done { --mark: var(--accepted); }
table { table-layout: fixed; } .sessions thead th { width: 16%; } .sessions thead th:first-child { width: 21%; }
.sessions thead th:nth-child(4) { width: 13%; } .sessions thead th:nth-child(5) { width: 25%; } .sessions .badge { margin-bottom: 4px; }
.sessions ol { margin: 0; padding: 0 0 0 17px; } .sessions li { margin: 0 0 3px; } .sessions li::marker { color: var(--soft); }
.change { border-left: 3px solid var(--accepted); padding-left: 9px; margin-top: 6px; font-size: 13px; }
.clean { color: var(--recorded); font-weight: 600; } footer { color: var(--soft); font-size: 13px; padding: 4px 4px 0; }
@media screen and (max-width: 900px) {
  main { padding: 16px 12px 32px; } section, header { padding: 20px 16px; margin-bottom: 12px; }
  header { flex-direction: column-reverse; align-items: flex-start; gap: 18px; } h1 { font-size: 24px; } .answer { font-size: 16px; }
  .ring { width: 128px; height: 128px; } .ring strong { font-size: 20px; }
  table, tbody, tr, th, td { display: block; } thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { padding: 14px 0; border-bottom: 1px solid var(--line); } tbody tr:last-child { border-bottom: 0; padding-bottom: 0; }
  tbody tr > *, .sessions tbody th, .counts tbody td { border: 0; padding: 0; }
  .counts tbody tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(92px, 1fr)); gap: 6px 12px; }
  .counts tbody th, .counts td.rate { grid-column: 1 / -1; } .counts td { text-align: left; } .counts td.zero { display: none; }
  .counts td:not(.rate)::before { content: attr(data-label); display: block; color: var(--soft); font-size: 12px; }
  .sessions tbody tr { display: grid; grid-template-columns: 1fr 1fr; gap: 10px 14px; } .sessions tbody th, .sessions td:nth-child(n + 4) { grid-column: 1 / -1; }
  .sessions td::before { content: attr(data-label); display: block; color: var(--soft); font-size: 12px; }
}
@page { margin: 14mm 12mm; }
@media print {
  body { background: #fff; font-size: 9.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; } section, header { border-radius: 0; border-width: 0 0 1px; padding: 0 0 14pt; margin: 0 0 14pt; }
  header { border-top-width: 4px; padding-top: 12pt; } h1 { font-size: 20pt; } h2 { font-size: 13pt; break-after: avoid; } .note { break-after: avoid; }
  table { font-size: 8pt; } th, td { padding: 4pt 4pt; } thead { display: table-header-group; } thead th { font-size: 6.8pt; }
  .counts th, .counts td { padding: 4pt 2pt; } .counts thead th { font-size: 6.2pt; } .counts thead th:first-child { width: 20%; }
  .counts thead th:nth-child(2) { width: 16%; } .badge { font-size: 6.5pt; padding: 0 4pt; } .change { font-size: 7.5pt; }
  tr, figure, .states div { break-inside: avoid; } .rate span { min-width: 40pt; } .rate div { gap: 4pt; } .soft, .mono.soft { font-size: 7.5pt; }
  section.incidents { break-before: page; border: 0; } svg .hit { display: none; }
}
`;
