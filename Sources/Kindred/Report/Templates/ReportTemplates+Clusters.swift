extension ReportTemplates {
    static let clusters = #"""
        <section id="clusters" class="section" aria-labelledby="clusters-title">
        <div class="section-head">
        <h2 id="clusters-title">Clusters</h2>
        {{#hasClusters}}<label class="sort">Order <select id="card-order"><option value="number">by size</option><option value="heat">by heat</option><option value="cohesion">by cohesion</option><option value="name">by name</option></select></label>{{/hasClusters}}
        {{^hasClusters}}<p class="muted">No group stands out. A smaller minimum cluster size or another algorithm may find some.</p>{{/hasClusters}}
        </div>
        <div class="cards" id="cards">
        {{#clusters}}
        <article class="card" id="cluster-{{number}}" tabindex="-1" aria-labelledby="cluster-{{number}}-name" style="--c:var(--k{{number}})" data-number="{{number}}" data-heat="{{heat}}" data-cohesion="{{cohesion}}">
        <header>
        <h3 id="cluster-{{number}}-name"><i class="dot"></i><span dir="auto">{{name}}</span></h3>
        {{#hot}}<span class="hot" title="Its share is above the threshold for hot clusters"><svg viewBox="0 0 16 16" width="11" height="11" aria-hidden="true"><path fill="currentColor" d="M8.6.8c.4 2.6-.8 3.7-2 5C5.400 7.100 4 8.400 4 10.700 4 13.400 6 15.200 8.200 15.200c2.500 0 4.300-1.800 4.300-4.300 0-1.900-1-3.300-1.900-4.300-.1 1-.5 1.700-1.200 2.100C9.900 6 10.700 2.800 8.600.8z"/></svg>Hot</span>{{/hot}}
        </header>
        <div class="measure"><span class="bar"><i style="width:{{width}}%"></i></span><span><b>{{sizeText}}</b> · {{shareText}}</span></div>
        {{#hasPictures}}<div class="pictures" role="group" aria-label="Typical rows">{{#pictures}}{{> item}}{{/pictures}}</div>{{/hasPictures}}
        {{#hasQuotes}}<ul class="quotes">{{#quotes}}<li><button type="button" data-row="{{row}}" dir="auto">{{caption}}</button></li>{{/quotes}}</ul>{{/hasQuotes}}
        {{#hasWords}}<ul class="words" aria-label="Words that set it apart">{{#words}}<li><span dir="auto">{{text}}</span><span class="bar"><i style="width:{{width}}%"></i></span></li>{{/words}}</ul>{{/hasWords}}
        {{#hasParts}}<div class="composition"><h4>True categories</h4><div class="stack" aria-hidden="true">{{#parts}}<i style="width:{{width}}%;--p:{{color}}"></i>{{/parts}}</div><ul class="keys">{{#parts}}<li><i style="--p:{{color}}"></i><span dir="auto">{{label}}</span></li>{{/parts}}</ul></div>{{/hasParts}}
        {{#hasEdges}}<div class="edges"><h4>Least certain{{#hasPictureEdges}}<span>, underlined in the colour of the neighbour</span>{{/hasPictureEdges}}</h4>
        {{#hasPictureEdges}}<div class="pictures strip" role="group" aria-label="Least certain rows">{{#pictureEdges}}<span class="edge" style="--e:{{color}}" title="borders on {{neighbour}}">{{#item}}{{> item}}{{/item}}</span>{{/pictureEdges}}</div>{{/hasPictureEdges}}
        {{^hasPictureEdges}}<ul class="quotes">{{#quoteEdges}}<li><button type="button" data-row="{{item.row}}" dir="auto">{{item.caption}}</button><small class="toward"><i class="dot" style="--c:{{color}}"></i><span dir="auto">borders on {{neighbour}}</span></small></li>{{/quoteEdges}}</ul>{{/hasPictureEdges}}
        </div>{{/hasEdges}}
        <footer>
        <dl>{{#cohesionText}}<div title="Mean silhouette of the members, −1…1"><dt>Cohesion</dt><dd>{{.}}</dd></div>{{/cohesionText}}{{#heatText}}<div title="Share weighted by density"><dt>Heat</dt><dd>{{.}}</dd></div>{{/heatText}}</dl>
        <p>{{#onMap}}<button type="button" class="link" data-show="{{number}}">Show on map</button>{{/onMap}}<button type="button" class="link" data-list="{{number}}">List rows</button></p>
        </footer>
        </article>
        {{/clusters}}
        {{#noise}}
        <article class="card noise" id="noise" tabindex="-1" aria-labelledby="noise-name" style="--c:var(--noise)">
        <header><h3 id="noise-name"><i class="dot"></i><span>Noise</span></h3></header>
        <div class="measure"><span class="bar"><i style="width:{{width}}%"></i></span><span><b>{{sizeText}}</b> · {{shareText}}</span></div>
        <p class="muted small">These rows are like too few others to form a group. They are left out of all clusters and scores.</p>
        {{#hasPictures}}<div class="pictures" role="group" aria-label="Some noise rows">{{#pictures}}{{> item}}{{/pictures}}</div>{{/hasPictures}}
        {{#hasQuotes}}<ul class="quotes">{{#quotes}}<li><button type="button" data-row="{{row}}" dir="auto">{{caption}}</button></li>{{/quotes}}</ul>{{/hasQuotes}}
        <footer><p>{{#onMap}}<button type="button" class="link" data-show="-1">Show on map</button>{{/onMap}}<button type="button" class="link" data-list="-1">List rows</button></p></footer>
        </article>
        {{/noise}}
        </div>
        </section>

        """#

    static let item =
        #"<button type="button" class="picture" data-row="{{row}}" aria-label="{{label}}" title="{{label}}"></button>"#
}
