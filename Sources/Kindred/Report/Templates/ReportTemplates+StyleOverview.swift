extension ReportTemplates {
    static let styleOverview = #"""
        .hero{padding-top:72px}
        .lead{margin-top:16px;font-size:clamp(17px,2vw,21px);line-height:1.45;color:var(--muted);max-width:46em;text-wrap:pretty}
        .hero .small{margin-top:8px}
        .tiles{margin:36px 0 32px;border:1px solid var(--line);border-radius:16px;overflow:hidden;box-shadow:var(--shadow);background:var(--line)}
        .tiles dl{display:flex;flex-wrap:wrap;gap:1px}
        .tiles dl+dl{margin-top:1px}
        .tile{flex:1 1 150px;padding:18px 22px 16px;background:var(--raised)}
        .tile dt{font-size:13px;color:var(--muted);white-space:nowrap}
        .tile .value{font-size:28px;line-height:1.3;font-weight:640;letter-spacing:-.025em;font-variant-numeric:tabular-nums;white-space:nowrap}
        .tile .note{font-size:12px;color:var(--muted);line-height:1.35}
        .stack-figure{margin-top:22px}
        .stack-figure figcaption{margin-bottom:8px;font-size:13px;color:var(--muted)}
        .stack{display:flex;gap:2px;height:10px;border-radius:6px;overflow:hidden}
        .stack>*{display:block;min-width:2px;background:var(--p,var(--c));border-radius:1px}
        .stack.tall{height:36px;border-radius:10px}
        .stack a{transition:opacity .15s}
        .stack:hover a:not(:hover){opacity:.45}
        .stack a:focus-visible{outline-offset:-3px;outline-color:var(--text)}
        .keys{display:flex;flex-wrap:wrap;gap:3px 16px;margin-top:8px;font-size:12.5px;color:var(--muted)}
        .keys li{display:flex;align-items:baseline;gap:6px;min-width:0}
        .keys i{flex:none;width:8px;height:8px;border-radius:2px;background:var(--p,var(--c))}
        .ablation{margin-top:36px}
        .ablation h2{font-size:19px}
        .ablation p{margin:4px 0 14px;font-size:14px}
        .best{position:relative;padding:3px 8px;margin-right:-8px;border-radius:7px;background:var(--accent-soft);color:var(--accent);font-weight:640}
        .command{margin-bottom:20px}
        .command pre{padding:16px 20px;background:var(--sunken);border-radius:12px;white-space:pre-wrap;font-size:13px}
        .about-grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(320px,100%),1fr));gap:20px;align-items:start}
        .about-grid h3{margin-bottom:10px}
        .about-grid h3 .muted{font-weight:450}
        .stages{display:grid;gap:9px;font-size:14px}
        .stages li{display:grid;grid-template-columns:minmax(0,1.1fr) minmax(40px,1fr) 72px;gap:12px;align-items:center}
        .stages .number{text-align:end;white-space:nowrap}
        @media (max-width:720px){
        .hero{padding-top:36px}
        .tiles{margin-top:26px}
        .tile{flex-basis:136px;padding:14px 16px 12px}
        .stackable thead{display:none}
        .stackable tr{display:block;padding:10px 0;border-bottom:1px solid var(--line)}
        .stackable tr:last-child{border-bottom:0}
        .stackable th,.stackable td{display:flex;justify-content:space-between;gap:16px;padding:3px 0;border:0;text-align:end}
        .stackable td::before{content:attr(data-label);color:var(--muted);text-align:start;flex:none}
        .best{margin-right:0;padding:0 6px}
        }

        """#

    static let styleMap = #"""
        .map-layout{display:grid;grid-template-columns:minmax(0,1fr) 272px;gap:0;height:clamp(440px,74vh,820px);background:var(--raised);border:1px solid var(--line);border-radius:18px;overflow:hidden;box-shadow:var(--shadow)}
        .map-box{position:relative;min-width:0;overflow:hidden}
        #map-canvas{position:absolute;inset:0;width:100%;height:100%;cursor:grab;touch-action:pan-y;border-radius:0;outline-offset:-3px}
        #map-canvas.dragging{cursor:grabbing}
        #map-canvas.over{cursor:pointer}
        #map-canvas.zoomed{touch-action:none}
        .map-tools{position:absolute;inset:auto 14px 14px auto;display:grid;gap:6px}
        .map-modes{position:absolute;inset:14px auto auto 14px;display:flex;flex-wrap:wrap;gap:6px}
        .chip{padding:5px 12px;border:1px solid var(--line);border-radius:999px;background:color-mix(in srgb,var(--raised) 88%,transparent);color:var(--muted);font-size:13px;font-weight:520}
        .chip.focus{max-width:280px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;background:var(--text);color:var(--page)}
        .chip:hover:not(.focus){border-color:var(--strong-line);color:var(--text)}
        .chip[aria-pressed="true"]{background:var(--accent-soft);border-color:transparent;color:var(--accent)}
        .tip{position:absolute;left:0;top:0;z-index:5;width:max-content;max-width:min(300px,calc(100% - 16px));padding:12px;border:1px solid var(--line);border-radius:14px;background:var(--raised);box-shadow:var(--tip-shadow);font-size:13px;line-height:1.45;pointer-events:none}
        .tip.pinned{pointer-events:auto}
        .tip img{display:block;height:136px;width:auto;max-width:100%;object-fit:contain;margin-bottom:10px;border-radius:8px}
        .tip .where{display:flex;align-items:baseline;gap:7px;font-weight:600}
        .tip .dot{width:9px;height:9px}
        .tip .text{margin-top:4px;display:-webkit-box;-webkit-line-clamp:6;-webkit-box-orient:vertical;overflow:hidden}
        .tip .id{margin-top:4px;color:var(--muted);font-size:12px}
        .tip .buttons{display:flex;gap:14px;margin-top:6px}
        .legend{display:flex;flex-direction:column;min-height:0;border-inline-start:1px solid var(--line)}
        .legend-head{display:flex;justify-content:space-between;align-items:baseline;padding:16px 18px 8px}
        .legend-head .link{margin-inline-start:10px}
        #legend-list{overflow-y:auto;padding:0 10px 12px;scrollbar-width:thin}
        #legend-list button{display:flex;align-items:center;gap:10px;width:100%;padding:6px 8px;border:0;border-radius:8px;background:none;text-align:start;font-size:13.5px;line-height:1.35}
        #legend-list button:hover{background:var(--sunken)}
        #legend-list .name{flex:1;text-align:left;min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
        #legend-list .number{color:var(--muted);font-size:12.5px}
        #legend-list button[aria-pressed="false"]{color:var(--muted)}
        #legend-list button[aria-pressed="false"] .dot{background:none;box-shadow:inset 0 0 0 1.5px var(--strong-line)}
        #legend-list button[aria-pressed="false"] .name{text-decoration:line-through;text-decoration-thickness:1px}
        @media (max-width:880px){
        .map-layout{grid-template-columns:minmax(0,1fr);height:auto}
        .map-box{height:min(68vh,460px);min-height:340px}
        .legend{border-inline-start:0;border-top:1px solid var(--line)}
        #legend-list{max-height:210px}
        }
        @media print{.legend-head span{display:none}.map-layout{break-inside:avoid;height:420px;grid-template-columns:minmax(0,1fr) 220px}#legend-list{max-height:none;overflow:hidden}.map-box{height:420px;min-height:0}.legend{border-top:0;border-inline-start:1px solid var(--line)}}

        """#
}
