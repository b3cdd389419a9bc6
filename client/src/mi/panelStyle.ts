// light-dark() follows the page's own color-scheme, so a light shop stays light on a dark phone.
// Only the place is animated, never the opacity: the first painted frame is readable.
export const panelStyle = `
:host{all:initial;color-scheme:inherit;position:fixed;inset-block-end:max(var(--mi-gap,20px),env(safe-area-inset-bottom));inset-inline-end:var(--mi-gap,20px);z-index:var(--mi-z,2147483000);width:var(--mi-width,372px);max-width:calc(100vw - 2*var(--mi-gap,20px))}
*{box-sizing:border-box}
.p{--b:#fff;--f:#1b2430;--s:#566273;--l:#d5dbe3;--h:#1f5fd0;--o:#fff}
@supports(color:light-dark(red,red)){.p{--b:light-dark(#fff,#1c232d);--f:light-dark(#1b2430,#eef2f7);--s:light-dark(#566273,#a7b3c2);--l:light-dark(#d5dbe3,#3a4553);--h:light-dark(#1f5fd0,#8fb8ff);--o:light-dark(#fff,#0d1b33)}}
.p{position:relative;font:400 15px/1.45 var(--mi-font,system-ui,sans-serif);color:var(--mi-fg,var(--f));background:var(--mi-bg,var(--b));border:1px solid var(--mi-border,var(--l));border-radius:var(--mi-radius,14px);box-shadow:var(--mi-shadow,0 10px 36px rgb(15 23 42/.24));padding:16px 18px 14px;max-height:calc(100vh - 40px);overflow:auto;outline:0;animation:i .18s ease-out}
.p:focus-visible,button:focus-visible{outline:3px solid var(--mi-accent,var(--h));outline-offset:2px}
h2,.n,.x{color:var(--mi-muted,var(--s))}
h2{font-size:13px;margin:0;padding-inline-end:36px}
p{margin:6px 0 0}
.a{font-weight:600;font-size:16px}
.c,.n{display:flex;flex-wrap:wrap;gap:8px;margin-block-start:14px}
button{font:inherit;font-weight:600;cursor:pointer;min-height:40px;padding:8px 14px;border-radius:calc(var(--mi-radius,14px)*.64);border:1px solid var(--mi-border,var(--l));background:none;color:inherit}
button:hover{border-color:var(--mi-accent,var(--h))}
.c:not(.e) button:first-child{background:var(--mi-accent,var(--h));border-color:var(--mi-accent,var(--h));color:var(--mi-accent-fg,var(--o))}
button.x{position:absolute;inset-block-start:6px;inset-inline-end:6px;min-height:36px;width:36px;padding:0;border-color:transparent;font-size:20px;font-weight:400}
.n{font-size:12px;gap:2px 12px;justify-content:space-between}
.k{display:none}
@media(hover:hover){.k{display:inline}}
.s{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@keyframes i{from{transform:translateY(10px)}}
@media(prefers-reduced-motion:reduce){.p{animation:none}}
:host([up]){inset-block:var(--mi-gap,20px) auto}
@media(max-width:480px){:host{--mi-gap:12px;width:auto;inset-inline-start:12px}}
@media print{:host{display:none}}
`;
