extension ReportTemplates {
    static let page = #"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="{{{policy}}}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="Kindred">
        <title>{{title}}</title>
        <style>
        {{{style}}}</style>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the report</a>
        <header class="top">
        <div class="top-inner">
        <a class="brand" href="#overview" aria-label="Kindred: to the top"><svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><circle cx="8" cy="9" r="4.6" fill="var(--k0)"/><circle cx="16.4" cy="7.4" r="3" fill="var(--k1)"/><circle cx="14.6" cy="16" r="4" fill="var(--k2)"/><circle cx="6.4" cy="17.6" r="1.8" fill="var(--noise)"/></svg><span dir="auto">{{title}}</span></a>
        <nav class="nav" aria-label="Sections">
        <a href="#overview">Overview</a>
        {{#hasMap}}<a href="#map">Map</a>{{/hasMap}}
        <a href="#clusters">Clusters</a>
        <a href="#rows">Rows</a>
        {{#hasAbout}}<a href="#about">About</a>{{/hasAbout}}
        </nav>
        <button class="icon" id="theme" type="button" aria-label="Switch between light and dark"><svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"><circle cx="12" cy="12" r="8.2"/><path d="M12 3.8a8.2 8.2 0 0 1 0 16.4z" fill="currentColor"/></svg></button>
        </div>
        </header>
        <main id="main">
        {{> overview}}
        {{#hasMap}}{{> map}}{{/hasMap}}
        {{> clusters}}
        {{> rows}}
        {{> about}}
        </main>
        <footer class="foot"><p>Made with Kindred. This page is one file: it loads nothing and sends nothing.</p></footer>
        <dialog id="detail" aria-labelledby="detail-title">
        <button class="icon close" type="button" data-close aria-label="Close">×</button>
        <div class="detail-body">
        <img id="detail-image" alt="" hidden>
        <div class="detail-text">
        <h2 id="detail-title" dir="auto"></h2>
        <p id="detail-caption" dir="auto"></p>
        <dl id="detail-facts" class="facts"></dl>
        <p class="actions">{{#hasMap}}<button class="button" type="button" id="detail-map">Show on map</button>{{/hasMap}}<a class="button" id="detail-cluster" href="#clusters">Go to cluster</a></p>
        </div>
        </div>
        </dialog>
        <noscript><p class="noscript">The map, the pictures and the table of rows need JavaScript, which is off here.</p></noscript>
        <script type="application/json" id="data">{{{data}}}</script>
        <script type="application/json" id="pictures">{{{pictures}}}</script>
        <script>{{{script}}}</script>
        </body>
        </html>

        """#

    static let overview = #"""
        <section id="overview" class="section hero" aria-labelledby="title">
        <h1 id="title" dir="auto">{{title}}</h1>
        <p class="lead">{{summary}}</p>
        {{#created}}<p class="muted small">{{.}}</p>{{/created}}
        {{#overview}}
        <div class="tiles">
        {{#tileLines}}<dl>{{#tiles}}<div class="tile"><dt>{{label}}</dt><dd class="value">{{value}}</dd><dd class="note">{{note}}</dd></div>{{/tiles}}</dl>
        {{/tileLines}}
        </div>
        {{#hasRows}}
        <figure class="stack-figure">
        <figcaption>Share of the clusters</figcaption>
        <div class="stack tall">
        {{#segments}}{{#href}}<a href="{{.}}" style="width:{{width}}%;--c:{{color}}" title="{{label}}" aria-label="{{label}}"></a>{{/href}}{{/segments}}
        </div>
        </figure>
        <figure class="stack-figure">
        <figcaption>Status of the rows</figcaption>
        <div class="stack" aria-hidden="true">
        {{#statuses}}<i style="width:{{width}}%;--c:{{color}}"></i>{{/statuses}}
        </div>
        <ul class="keys">
        {{#statuses}}<li><i style="--c:{{color}}"></i>{{label}}</li>{{/statuses}}
        </ul>
        </figure>
        {{/hasRows}}
        {{#ablation}}
        <div class="panel ablation">
        <h2>What image and text each add</h2>
        <p class="muted">The same clustering, shown only one of the two, and both. The best score of each column is marked.{{#silhouetteNote}} The silhouette is measured in each one’s own space, so compare it with care.{{/silhouetteNote}}</p>
        <div class="table-scroll">
        <table class="stackable">
        <thead><tr><th scope="col">Seen</th>{{#columns}}<th scope="col" class="number" title="{{hint}}">{{label}}</th>{{/columns}}</tr></thead>
        <tbody>
        {{#lines}}<tr><th scope="row">{{label}}</th>{{#cells}}<td class="number" data-label="{{label}}">{{#best}}<strong class="best">{{value}}<span class="sr"> (best)</span></strong>{{/best}}{{^best}}{{value}}{{/best}}</td>{{/cells}}</tr>
        {{/lines}}
        </tbody>
        </table>
        </div>
        </div>
        {{/ablation}}
        {{/overview}}
        </section>

        """#

    static let map = #"""
        <section id="map" class="section" aria-labelledby="map-title">
        <div class="section-head">
        <h2 id="map-title">Map</h2>
        <p class="muted">Rows that are alike lie near each other.{{#mapMethod}} Made by {{.}}.{{/mapMethod}} Click a point to keep it open.</p>
        </div>
        <div class="map-layout">
        <div class="map-box" id="map-box">
        <canvas id="map-canvas" tabindex="0" role="img" aria-label="Map of {{rowsLabel}}" aria-describedby="map-help"></canvas>
        <p class="sr" id="map-help">Plus and minus zoom, arrow keys move, 0 resets, N and P step through the rows, Enter opens the row, Escape closes it. The table of rows below holds the same rows.</p>
        <div class="map-tools" role="group" aria-label="Map view">
        <button type="button" class="icon" id="map-in" aria-label="Zoom in" title="Zoom in (+)">+</button>
        <button type="button" class="icon" id="map-out" aria-label="Zoom out" title="Zoom out (−)">−</button>
        <button type="button" class="icon" id="map-reset" aria-label="Reset the view" title="Reset the view (0)"><svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"><path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/></svg></button>
        </div>
        <div class="map-modes" role="group" aria-label="What the map shows">
        {{#hasPictures}}<button type="button" class="chip" id="map-pictures" aria-pressed="false">Pictures</button>{{/hasPictures}}
        <button type="button" class="chip" id="map-names" aria-pressed="true">Names</button>
        {{#hasTruth}}<button type="button" class="chip" id="map-truth" aria-pressed="false">True categories</button>{{/hasTruth}}
        <button type="button" class="chip focus" id="map-focus" dir="auto" hidden></button>
        </div>
        <div id="map-tip" class="tip" hidden></div>
        <p class="sr" id="map-live" aria-live="polite"></p>
        </div>
        <div class="legend">
        <div class="legend-head"><h3 id="legend-title">Clusters</h3><span><button type="button" class="link" id="legend-all">All</button> <button type="button" class="link" id="legend-none">None</button></span></div>
        <ul id="legend-list" aria-labelledby="legend-title"></ul>
        </div>
        </div>
        </section>

        """#

    static let rows = #"""
        <section id="rows" class="section" aria-labelledby="rows-title">
        <div class="section-head">
        <h2 id="rows-title">Rows</h2>
        {{#shortened}}<p class="muted">{{.}}</p>{{/shortened}}
        </div>
        {{#problems}}
        <div class="panel problems">
        <h3 id="problems-title">{{count}} with a problem</h3>
        <div class="table-scroll" tabindex="0" role="region" aria-labelledby="problems-title">
        <table class="stackable">
        <thead><tr><th scope="col">Row</th><th scope="col">Status</th><th scope="col">Reason</th><th scope="col">Placed in</th></tr></thead>
        <tbody>
        {{#lines}}<tr><th scope="row" class="id" dir="auto">{{id}}</th><td data-label="Status"><span class="status">{{status}}</span></td><td data-label="Reason" dir="auto">{{reason}}</td><td data-label="Placed in" dir="auto">{{assignment}}</td></tr>
        {{/lines}}
        </tbody>
        </table>
        </div>
        {{#more}}<p class="muted small">{{.}} more: choose their status in the table below.</p>{{/more}}
        </div>
        {{/problems}}
        <form class="filters" id="filters" role="search">
        <label class="grow"><span class="sr">Search in ids and captions</span><input type="search" id="filter-text" placeholder="Search ids and captions" autocomplete="off" spellcheck="false"></label>
        <label><span class="sr">Cluster</span><select id="filter-cluster"><option value="">All clusters</option></select></label>
        <label><span class="sr">Status</span><select id="filter-status"><option value="">Every status</option></select></label>
        </form>
        <div class="panel flush">
        <div class="table-scroll">
        <table class="row-table" id="row-table">
        <caption class="sr">All rows</caption>
        <thead><tr>{{#hasPictures}}<th scope="col" class="cell-picture"><span class="sr">Picture</span></th>{{/hasPictures}}<th scope="col" data-sort="id"><button type="button">Row</button></th><th scope="col" data-sort="caption"><button type="button">Caption</button></th><th scope="col" data-sort="cluster"><button type="button">Cluster</button></th>{{#hasTruth}}<th scope="col" data-sort="truth"><button type="button">Truth</button></th>{{/hasTruth}}<th scope="col" data-sort="status"><button type="button">Status</button></th></tr></thead>
        <tbody id="row-body"></tbody>
        </table>
        </div>
        </div>
        <div class="pager"><p id="row-count" role="status" class="muted"></p><div><button type="button" class="button" id="page-back">Previous</button> <button type="button" class="button" id="page-next">Next</button></div></div>
        </section>

        """#

    static let about = #"""
        {{#about}}
        <section id="about" class="section" aria-labelledby="about-title">
        <div class="section-head"><h2 id="about-title">About this run</h2></div>
        {{#command}}<div class="command"><pre tabindex="0" aria-label="Command line"><code>{{.}}</code></pre></div>{{/command}}
        <div class="about-grid">
        {{#hasFacts}}<div class="panel"><h3>Run</h3><dl class="facts">{{#facts}}<div><dt>{{name}}</dt><dd>{{#isCode}}<code>{{value}}</code>{{/isCode}}{{^isCode}}{{value}}{{/isCode}}</dd></div>{{/facts}}</dl></div>{{/hasFacts}}
        {{#hasStages}}<div class="panel"><h3>Time <span class="muted">{{total}}</span></h3><ol class="stages">{{#stages}}<li><span>{{name}}</span><span class="bar"><i style="width:{{width}}%"></i></span><span class="number">{{duration}}</span></li>{{/stages}}</ol></div>{{/hasStages}}
        {{#hasParameters}}<div class="panel"><h3>Parameters</h3><dl class="facts">{{#parameters}}<div><dt>{{name}}</dt><dd><code>{{value}}</code></dd></div>{{/parameters}}</dl></div>{{/hasParameters}}
        </div>
        </section>
        {{/about}}

        """#
}
