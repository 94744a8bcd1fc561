/** The preview's style sheet: light and dark, one colour for each vendor; no font, picture or address from elsewhere. */
export const PREVIEW_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f4f6f8; --card: #ffffff; --ink: #1b2430; --soft: #55626f; --line: #dce2e8; --faint: #eef1f4; --code: #b3263b; --link: #1264a3;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #0e1319; --card: #161d25; --ink: #e7ecf1; --soft: #9eabb8; --line: #2b3641; --faint: #1d262f; --code: #ff9aa8; --link: #6cb8f2; }
}
.slack { --mark: #4a154b; } .opscenter { --mark: #d45b07; } .jira { --mark: #0c66e4; }
.servicenow { --mark: #1f8476; } .github { --mark: #1f883d; } .event { --mark: #a1135c; }
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere; -webkit-text-size-adjust: 100%;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 860px; margin: 0 auto; padding: 28px 20px; }
.place { margin: 0 0 10px; color: var(--soft); font-size: 13px; } .place b { color: var(--ink); }
article { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--mark); border-radius: 8px; padding: 20px 22px; }
article > :first-child { margin-top: 0; } article > :last-child { margin-bottom: 0; }
h1 { font-size: 22px; line-height: 1.25; margin: 0 0 14px; }
h2 { font-size: 17px; line-height: 1.35; margin: 20px 0 8px; }
p, ul, ol { margin: 0 0 12px; } ul, ol { padding-left: 22px; }
dl { margin: 0 0 16px; border-top: 1px solid var(--line); font-size: 13px; }
dl div { display: grid; grid-template-columns: minmax(90px, 24%) minmax(0, 1fr); gap: 12px; border-bottom: 1px solid var(--line); padding: 5px 0; }
dt { color: var(--soft); } dd { margin: 0; white-space: break-spaces; }
code { font: 0.88em var(--mono); background: var(--faint); border-radius: 3px; padding: 1px 4px; } .slack code { color: var(--code); }
pre { margin: 0 0 12px; background: var(--faint); border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; white-space: break-spaces; }
pre code { background: none; padding: 0; color: inherit; }
.lines { white-space: break-spaces; } .note { color: var(--soft); font-size: 13px; } .link { color: var(--link); text-decoration: underline; }
.button { display: inline-block; border: 1px solid var(--line); border-radius: 6px; padding: 4px 14px; font-weight: 600; }
.button.primary { background: #007a5a; border-color: #007a5a; color: #ffffff; } .button.danger { border-color: var(--code); color: var(--code); }
.cells { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 240px), 1fr)); gap: 10px 20px; margin: 0 0 12px; }
.cells p { margin: 0; min-width: 0; }
footer { color: var(--soft); font-size: 12px; padding: 12px 2px 0; }
@media (max-width: 600px) { main { padding: 12px 8px; } article { padding: 14px; } h1 { font-size: 19px; } }
`;
