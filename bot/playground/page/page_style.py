"""How the pages look: plain, readable, as wide as a phone."""

STYLE = """
* { box-sizing: border-box }
body { margin: 0; background: #e8e8ea; color: #1d1c1d; font: 15px/1.46 Lato, "Segoe UI", "Liberation Sans", sans-serif }
main { max-width: 400px; min-height: 100vh; margin: 0 auto; background: #fff; display: flex; flex-direction: column }
main > header { padding: 12px 16px; border-bottom: 1px solid #ddd; font-weight: 900; font-size: 17px }
main > header small { display: block; font-weight: 400; font-size: 12px; color: #616061 }
.messages { padding: 8px 0; flex: 1 }
article { display: flex; gap: 8px; padding: 6px 16px }
article.reply { margin-left: 22px; padding-left: 10px; border-left: 2px solid #e2e2e4 }
article.ephemeral { background: #f8f8fa }
.avatar { flex: 0 0 32px; height: 32px; border-radius: 6px; background: #1d3557; color: #fff; font-weight: 700;
  font-size: 13px; display: flex; align-items: center; justify-content: center }
.avatar.human { background: #b5651d }
.body { flex: 1; min-width: 0; overflow-wrap: anywhere }
.who { font-weight: 900 }
.who + .app { margin-left: 4px }
.app { background: #e8e8e8; color: #616061; font-size: 10px; font-weight: 700; padding: 1px 3px; border-radius: 2px }
time, .note { color: #616061; font-size: 12px; font-weight: 400 }
.note { display: block }
.block { margin: 4px 0 }
.block p, .block h4 { margin: 2px 0 }
.block h3 { margin: 8px 0 2px; font-size: 18px; line-height: 1.3 }
.block h4 { font-size: 16px }
.gap { height: 7px }
hr { border: 0; border-top: 1px solid #ddd; margin: 10px 0 }
.context { color: #616061; font-size: 12.5px; display: flex; flex-wrap: wrap; gap: 2px 8px }
.beside { display: flex; gap: 8px; justify-content: space-between; align-items: flex-start }
.beside > div:last-child { flex: none }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 6px 12px }
.actions, .context_actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 }
.actions:empty { display: none }
button { font: inherit; font-size: 13px; font-weight: 700; padding: 5px 11px; border: 1px solid #bbb;
  border-radius: 6px; background: #fff; color: #1d1c1d; max-width: 100%; overflow: hidden; text-overflow: ellipsis }
button.primary { background: #007a5a; border-color: #007a5a; color: #fff }
button.danger { background: #e01e5a; border-color: #e01e5a; color: #fff }
.menu { display: inline-flex; gap: 10px; justify-content: space-between; font-size: 13px; padding: 5px 10px;
  border: 1px solid #bbb; border-radius: 6px; max-width: 100% }
.menu.empty { color: #616061 }
.input .menu, .input input[type=text], .input textarea { width: 100%; font: inherit; padding: 8px 10px;
  border: 1px solid #999; border-radius: 6px; display: flex }
.input > label { display: block; font-weight: 700; margin: 10px 0 4px }
.input .optional, .input > small { color: #616061; font-weight: 400 }
.ticks label { display: flex; gap: 8px; font-weight: 400; margin: 3px 0 }
.ticks small { display: block; color: #616061 }
details.overflow { border: 1px solid #bbb; border-radius: 6px; padding: 0 9px; font-weight: 700 }
details.overflow summary { list-style: none }
details.overflow ul { margin: 4px 0; padding: 0; list-style: none; font-weight: 400; font-size: 13px }
.link { color: #1264a3 }
.mention { color: #1264a3; background: #e8f2f9; border-radius: 3px; padding: 0 2px }
code { color: #c01343; background: #f6f6f6; border: 1px solid #ddd; border-radius: 3px; padding: 0 3px;
  font-size: 12px }
pre { background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; margin: 4px 0; font-size: 12px;
  white-space: pre-wrap; overflow-wrap: anywhere }
q { display: block; quotes: none; border-left: 4px solid #ddd; padding-left: 10px }
.item { display: flex; gap: 8px }
.item > span { flex: 0 0 auto; min-width: 14px }
.depth1 { margin-left: 20px } .depth2 { margin-left: 40px } .depth3 { margin-left: 60px } .depth4 { margin-left: 80px }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: 13px; margin: 4px 0 }
th, td { border: 1px solid #ddd; padding: 4px 8px; text-align: left; vertical-align: top; overflow-wrap: normal }
th { background: #f6f6f6 }
.right { text-align: right } .center { text-align: center }
.omitted { color: #616061; font-style: italic; font-size: 13px }
.said, .card { border: 1px solid #ddd; border-radius: 8px; padding: 8px 10px }
div.error { border-color: #e01e5a } div.warning { border-color: #ecb22e } div.success { border-color: #007a5a }
.thinking { padding: 4px 16px 10px 56px; color: #616061; font-style: italic; font-size: 13px }
.prompts { display: flex; flex-wrap: wrap; gap: 6px; padding: 8px 16px 14px }
.prompts span { border: 1px solid #bbb; border-radius: 14px; padding: 4px 11px; font-size: 13px }
.sheet { padding: 4px 16px 16px; flex: 1 }
.sheet + footer { display: flex; justify-content: flex-end; gap: 8px; padding: 12px 16px; border-top: 1px solid #ddd }
"""
