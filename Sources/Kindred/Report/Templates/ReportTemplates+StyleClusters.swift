extension ReportTemplates {
    static let styleClusters = #"""
        .sort{margin-inline-start:auto;font-size:14px;color:var(--muted)}
        select,input[type="search"]{height:36px;padding:0 12px;border:1px solid var(--line);border-radius:9px;background:var(--raised);color:var(--text);font-size:14px}
        select:hover,input[type="search"]:hover{border-color:var(--strong-line)}
        .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(310px,100%),1fr));gap:20px}
        .card{display:flex;flex-direction:column;gap:14px;min-width:0;padding:20px;background:var(--raised);border:1px solid var(--line);border-radius:16px;box-shadow:var(--shadow);transition:border-color .2s,box-shadow .2s}
        .card:target,.card:focus{border-color:var(--c);box-shadow:0 0 0 3px color-mix(in srgb,var(--c) 22%,transparent);outline:0}
        .card header{display:flex;justify-content:space-between;align-items:flex-start;gap:12px}
        .card h3{display:flex;gap:10px;align-items:baseline;min-width:0}
        .card h3 span{min-width:0;display:-webkit-box;-webkit-line-clamp:3;-webkit-box-orient:vertical;overflow:hidden}
        .hot{display:inline-flex;align-items:center;gap:4px;flex:none;padding:3px 9px 3px 7px;border-radius:999px;background:var(--hot-soft);color:var(--hot);font-size:11.5px;font-weight:650;letter-spacing:.01em}
        .measure{display:grid;grid-template-columns:1fr auto;gap:12px;align-items:center;font-size:13px;color:var(--muted);font-variant-numeric:tabular-nums}
        .measure b{color:var(--text);font-weight:600}
        .pictures{display:grid;grid-template-columns:repeat(4,1fr);gap:6px}
        .picture{position:relative;display:block;width:100%;aspect-ratio:1;padding:0;border:0;border-radius:9px;background:var(--sunken);overflow:hidden;box-shadow:inset 0 0 0 1px var(--line)}
        .picture img{display:block;width:100%;height:100%;object-fit:cover}
        .picture img.whole{object-fit:contain;background:#fff}
        .picture::after{content:"";position:absolute;inset:0;border-radius:inherit;box-shadow:inset 0 0 0 1px #0000000f;transition:box-shadow .15s}
        .picture:hover::after{box-shadow:inset 0 0 0 2px var(--c)}
        .pictures.strip{grid-template-columns:repeat(6,1fr);gap:6px}
        .edge{display:block;min-width:0;border-bottom:3px solid var(--e);padding-bottom:4px;border-radius:0 0 2px 2px}
        .card.noise .pictures{grid-template-columns:repeat(auto-fill,minmax(54px,1fr))}
        .quotes{display:grid;grid-template-columns:minmax(0,1fr);gap:6px;font-size:13.5px}
        .quotes button{display:-webkit-box;-webkit-line-clamp:3;-webkit-box-orient:vertical;overflow:hidden;width:100%;padding:1px 0 1px 12px;border:0;border-inline-start:2px solid color-mix(in srgb,var(--c) 55%,var(--line));background:none;text-align:start;color:var(--muted);line-height:1.45;border-radius:0}
        .quotes button:hover{color:var(--text);border-color:var(--c)}
        .toward{display:flex;align-items:baseline;gap:5px;margin:2px 0 0 14px;font-size:12px;color:var(--muted)}
        .toward span{min-width:0;overflow-wrap:anywhere}
        .toward .dot{width:7px;height:7px}
        .words{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:6px 18px;font-size:13px}
        .words li{display:grid;grid-template-columns:minmax(0,1fr);gap:3px}
        .words li span:first-child{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
        .words .bar{height:4px}
        .composition .stack{margin-top:6px;height:8px}
        .composition .keys{font-size:12px;gap:1px 12px;margin-top:6px}
        .edges h4{margin-bottom:6px}
        .edges h4 span{font-weight:400}
        .card footer{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:flex-end;gap:6px 14px;margin-top:auto;padding-top:12px;border-top:1px solid var(--line);font-size:13px}
        .card footer dl{display:flex;gap:16px}
        .card footer dl div{display:flex;gap:5px;white-space:nowrap}
        .card footer dt{color:var(--muted)}
        .card footer dd{font-variant-numeric:tabular-nums;font-weight:560}
        .card footer p{display:flex;gap:14px;margin-inline-start:auto}

        """#

    static let styleRows = #"""
        .problems{margin-bottom:24px}
        .problems h3{margin-bottom:8px}
        .problems .table-scroll{max-height:430px;overflow-y:auto;scrollbar-width:thin}
        .problems thead th{position:sticky;top:0;background:var(--raised)}
        .status{display:inline-block;padding:1px 9px;border-radius:999px;background:var(--hot-soft);color:var(--hot);font-size:12.5px;font-weight:540;white-space:nowrap}
        .status.ok{background:none;padding:0;color:var(--muted)}
        .filters{display:flex;flex-wrap:wrap;gap:10px;margin-bottom:14px}
        .filters .grow{flex:1 1 260px}
        .filters input{width:100%}
        .filters select{max-width:100%;width:210px}
        .row-table th[data-sort]{padding:0}
        .row-table th button{width:100%;padding:11px 12px;border:0;background:none;color:inherit;font-weight:inherit;text-align:start;white-space:nowrap}
        .row-table th button:hover{color:var(--text)}
        .row-table th[aria-sort="ascending"] button::after{content:" ↑"}
        .row-table th[aria-sort="descending"] button::after{content:" ↓"}
        .row-table th[aria-sort]{color:var(--text)}
        .row-table tbody tr:hover{background:var(--sunken)}
        .row-table td{padding-block:7px}
        .row-table td.cell-picture{width:64px;padding:5px 0 5px 14px}
        .row-table .picture{width:44px;border-radius:7px}
        .row-table .cell-id{max-width:240px}
        .row-table .cell-id button{padding:4px 0;border:0;background:none;color:var(--accent);font-weight:520;text-align:start;overflow-wrap:anywhere}
        .row-table .cell-id button:hover{text-decoration:underline;text-underline-offset:3px}
        .row-table .cell-caption{min-width:220px;color:var(--text)}
        .row-table .cell-cluster{min-width:130px;max-width:240px}
        .row-table .cell-cluster .dot{margin-inline-end:8px}
        .row-table .none{padding:40px;text-align:center;color:var(--muted)}
        .pager{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:12px;margin-top:14px;font-size:14px}
        @media (max-width:720px){
        .filters label{flex:1 1 140px}
        .filters select{width:100%}
        .row-table thead{display:none}
        .row-table,.row-table tbody{display:block}
        .row-table tr{display:grid;grid-template-columns:auto minmax(0,1fr) auto;gap:1px 12px;padding:10px 14px;border-bottom:1px solid var(--line)}
        .row-table td{display:block;padding:0;border:0}
        .row-table td.cell-picture{grid-row:1/span 3;width:auto;padding:2px 0 0}
        .row-table .cell-id{grid-column:2;max-width:none}
        .row-table .cell-status{grid-column:3;grid-row:1;font-size:12.5px;padding-top:3px}
        .row-table .cell-caption{grid-column:2/-1;min-width:0}
        .row-table .cell-cluster{grid-column:2/-1;max-width:none;font-size:13px;color:var(--muted)}
        .row-table .cell-truth{display:none}
        .row-table.plain tr{grid-template-columns:0 minmax(0,1fr) auto;column-gap:0}
        .row-table .none{grid-column:1/-1}
        }

        """#
}
