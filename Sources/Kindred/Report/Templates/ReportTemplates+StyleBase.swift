extension ReportTemplates {
    private static let lightTheme = """
        --page:#fafaf8;--raised:#ffffff;--sunken:#f1f1ee;--text:#1a1b1f;--muted:#5c606a;--line:#e4e4e0;
        --strong-line:#c9c9c4;--accent:#4353d6;--accent-soft:#eceefc;--good:#1f8a5b;--bad:#c4372d;--hot:#b23c05;
        --hot-soft:#fdeee4;--shadow:0 1px 2px #0f11180a,0 6px 24px #0f11180d;--tip-shadow:0 2px 6px #0f111814,0 12px 40px #0f111829;
        """
    private static let darkTheme = """
        --page:#0e0f12;--raised:#16181d;--sunken:#1e2127;--text:#ececef;--muted:#a3a7b2;--line:#262a31;
        --strong-line:#3b404a;--accent:#a3adff;--accent-soft:#23284a;--good:#3fbf86;--bad:#ff8177;--hot:#ffab78;
        --hot-soft:#3b2415;--shadow:0 1px 2px #0006;--tip-shadow:0 12px 40px #000b;
        """

    static let styleBase =
        """
        :root{color-scheme:light;\(lightTheme)}
        @media screen and (prefers-color-scheme:dark){:root:not([data-theme="light"]){color-scheme:dark;\(darkTheme)}}
        @media screen{:root[data-theme="dark"]{color-scheme:dark;\(darkTheme)}}

        """ + #"""
            *,*::before,*::after{box-sizing:border-box}
            html{scroll-behavior:smooth;scroll-padding-top:76px;-webkit-text-size-adjust:100%}
            body{margin:0;background:var(--page);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",sans-serif;font-feature-settings:"tnum" 0;-webkit-font-smoothing:antialiased;overflow-wrap:break-word}
            h1,h2,h3,h4,p,dl,dd,ul,ol,figure,pre{margin:0;padding:0}
            ul,ol{list-style:none}
            h1{font-size:clamp(30px,5.2vw,52px);line-height:1.08;letter-spacing:-.028em;font-weight:680;text-wrap:balance}
            h2{font-size:26px;line-height:1.2;letter-spacing:-.018em;font-weight:650}
            h3{font-size:16px;line-height:1.35;letter-spacing:-.006em;font-weight:620}
            h4{font-size:12px;font-weight:560;color:var(--muted)}
            a{color:var(--accent)}
            button,input,select{font:inherit;color:inherit}
            button{cursor:pointer}
            :focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:6px}
            code,pre{font-family:ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}
            .number{font-variant-numeric:tabular-nums}
            .muted{color:var(--muted)}
            .small{font-size:13px}
            .sr{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
            .skip{position:fixed;inset:8px auto auto 8px;z-index:50;padding:8px 14px;background:var(--raised);border-radius:8px;box-shadow:var(--tip-shadow);transform:translateY(-200%)}
            .skip:focus{transform:none}
            .top{position:sticky;top:0;z-index:20;background:color-mix(in srgb,var(--page) 86%,transparent);backdrop-filter:saturate(1.6) blur(14px);border-bottom:1px solid var(--line)}
            .top-inner{display:flex;align-items:center;gap:20px;max-width:1344px;margin:auto;padding:0 32px;height:56px}
            .brand{display:flex;align-items:center;gap:10px;min-width:0;color:inherit;text-decoration:none;font-weight:620;letter-spacing:-.01em}
            .brand span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
            .brand svg{flex:none}
            .nav{display:flex;gap:2px;margin-left:auto}
            .nav a{padding:6px 11px;border-radius:8px;color:var(--muted);text-decoration:none;font-size:14px;font-weight:500;white-space:nowrap}
            .nav a:hover{color:var(--text);background:var(--sunken)}
            .nav a[aria-current]{color:var(--text);background:var(--sunken)}
            .icon{display:grid;place-items:center;width:34px;height:34px;padding:0;border:1px solid var(--line);border-radius:9px;background:var(--raised);color:var(--text);font-size:17px;line-height:1;flex:none}
            .icon:hover{border-color:var(--strong-line);background:var(--sunken)}
            .button{display:inline-block;padding:6px 13px;border:1px solid var(--line);border-radius:9px;background:var(--raised);color:var(--text);font-size:14px;font-weight:500;text-decoration:none}
            .button:hover:not(:disabled){border-color:var(--strong-line);background:var(--sunken)}
            .button:disabled{color:var(--muted);opacity:.55;cursor:default}
            .link{padding:2px 0;white-space:nowrap;border:0;background:none;color:var(--accent);font-size:13px;font-weight:560}
            .link:hover{text-decoration:underline;text-underline-offset:3px}
            .section{max-width:1344px;margin:0 auto;padding:56px 32px 24px}
                .section-head{display:flex;flex-wrap:wrap;align-items:baseline;gap:6px 18px;margin-bottom:22px}
            .panel{background:var(--raised);border:1px solid var(--line);border-radius:16px;padding:24px;box-shadow:var(--shadow)}
            .panel.flush{padding:0;overflow:hidden}
            .dot{display:inline-block;flex:none;width:10px;height:10px;border-radius:50%;background:var(--c)}
            .bar{display:block;height:6px;border-radius:3px;background:var(--sunken);overflow:hidden}
            .bar i{display:block;height:100%;border-radius:3px;background:var(--c,var(--accent))}
            .table-scroll{overflow-x:auto}
            dd,.brand,h1,h2,h3,td,th[scope="row"],.quotes button,.keys li,.tip,code{overflow-wrap:anywhere}
            table{width:100%;border-collapse:collapse;font-size:14px}
            th,td{padding:10px 12px;text-align:start;vertical-align:middle;border-bottom:1px solid var(--line)}
            tbody tr:last-child>*{border-bottom:0}
            thead th{color:var(--muted);font-size:13px;font-weight:520;white-space:nowrap}
            th.number,td.number{text-align:end;white-space:nowrap;overflow-wrap:normal}
            tbody th{font-weight:560}
            .foot{max-width:1344px;margin:40px auto 0;padding:24px 32px 48px;color:var(--muted);font-size:13px}
            .noscript{position:fixed;inset:auto 16px 16px;padding:12px 16px;background:var(--hot-soft);border-radius:10px}
            dialog{width:min(720px,calc(100vw - 32px));max-height:calc(100vh - 48px);padding:0;border:1px solid var(--line);border-radius:18px;background:var(--raised);color:var(--text);box-shadow:var(--tip-shadow)}
            dialog::backdrop{background:#0b0c1073;backdrop-filter:blur(3px)}
            .detail-body{display:flex;flex-wrap:wrap;gap:24px;padding:28px}
            .detail-body img{flex:0 1 240px;width:240px;max-width:100%;aspect-ratio:1;object-fit:contain;border-radius:12px}
            .detail-text{flex:1 1 260px;min-width:0;display:grid;gap:12px;align-content:start}
            .detail-text h2{font-size:18px;padding-inline-end:32px}
            .detail-text p:empty{display:none}
            .actions{display:flex;flex-wrap:wrap;gap:8px}
            .close{position:absolute;inset:14px 14px auto auto}
            .facts{display:grid;gap:0;font-size:14px}
            .facts>div{display:flex;justify-content:space-between;gap:20px;padding:7px 0;border-bottom:1px solid var(--line)}
            .facts>div:last-child{border-bottom:0}
            .facts dt{color:var(--muted);flex:none;max-width:50%}
            .facts dd{text-align:end;min-width:0}
            [hidden]{display:none!important}
            @media (max-width:720px){
            html{scroll-padding-top:104px}
            .top-inner{flex-wrap:wrap;gap:0 12px;height:auto;padding:8px 16px 0}
            .brand{flex:1}
            .nav{order:3;width:calc(100% + 16px);margin:4px -8px 0;padding-bottom:6px;overflow-x:auto;scrollbar-width:none}
            .nav a{padding:5px 9px}
            .section,.foot{padding-left:16px;padding-right:16px}
            .section{padding-top:40px}
            .panel{padding:18px 16px}
            .detail-body{padding:22px 18px}
            .detail-body img{margin:auto}
            }
            @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}*{transition:none!important}}
            @media print{
            body{font-size:11px;background:#fff}
            #rows:not(:has(.problems)),.top,.skip,.map-tools,.map-modes,.filters,.pager,.noscript,.link,.sort,#row-table,.panel.flush,dialog{display:none!important}
            .section{padding:12px 0;max-width:none!important}
            .panel,.card{box-shadow:none!important}
            .card,.panel,.tile,figure{break-inside:avoid}
            h2{break-after:avoid}
            *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
            }

            """#
}
