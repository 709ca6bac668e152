extension ReportTemplates {
    /// The order of the cards and what their buttons do; pictures before printing.
    static let scriptCards = #"""
        const cards = $('#cards');
        $('#card-order')?.addEventListener('change', event => {
          const order = event.target.value;
          const value = card => order === 'name'
            ? $('h3', card).textContent.trim()
            : order === 'number' ? -card.dataset.number : card.dataset[order] === '' ? -Infinity : +card.dataset[order];
          const sorted = $$('.card[data-number]', cards).sort((a, b) => {
            const x = value(a), y = value(b);
            const difference = order === 'name' ? x.localeCompare(y) : (y > x) - (y < x);
            return difference || a.dataset.number - b.dataset.number;
          });
          cards.prepend(...sorted);
        });
        document.addEventListener('click', event => {
          const show = event.target.closest('[data-show]'), list = event.target.closest('[data-list]');
          if (show) focusGroup(+show.dataset.show);
          if (list) {
            $('#filter-cluster').value = list.dataset.list;
            filterRows();
            $('#filters').scrollIntoView({ behavior: calm.matches ? 'auto' : 'smooth' });
          }
        });
        addEventListener('beforeprint', () => $$('.card .picture').forEach(fill));

        """#

    /// The table of all rows, a hundred at a time.
    static let scriptRows = #"""
        const pageSize = 100;
        const table = { shown: [...rows.id.keys()], page: 0, column: null, down: false };
        const folded = text => text.normalize('NFKC').toLowerCase();
        let haystack = null;

        function filterRows() {
          const text = folded($('#filter-text').value.trim());
          const cluster = $('#filter-cluster').value, status = $('#filter-status').value;
          if (text) haystack ??= rows.id.map((id, row) => folded(id + '\n' + rows.caption[row]));
          table.shown = [...rows.id.keys()].filter(row =>
            (!text || haystack[row].includes(text)) && (cluster === '' || rows.cluster[row] === +cluster)
            && (status === '' || rows.status[row] === +status));
          sortRows();
        }
        function sortRows() {
          if (table.column) {
            const collator = new Intl.Collator('en', { numeric: true });
            const column = rows[table.column], name = table.column;
            const sign = table.down ? -1 : 1;
            const last = name === 'cluster' || name === 'truth';
            table.shown.sort((a, b) => {
              const x = column[a], y = column[b];
              if (last && (x < 0) !== (y < 0)) return x < 0 ? 1 : -1;
              if ((x === '') !== (y === '')) return x === '' ? 1 : -1;
              return sign * (typeof x === 'string' ? collator.compare(x, y) : x - y) || a - b;
            });
          }
          table.page = 0;
          drawRows();
        }
        function cell(className, text) {
          const node = create('td', className, text);
          node.dir = 'auto';
          return node;
        }
        function drawRow(row) {
          const line = create('tr');
          if (pictures.length) {
            const place = create('td', 'cell-picture');
            if (hasPicture(row)) {
              const button = create('button', 'picture');
              button.type = 'button';
              button.tabIndex = -1;
              button.dataset.row = row;
              button.setAttribute('aria-label', rows.caption[row] || rows.id[row]);
              place.append(button);
            }
            line.append(place);
          }
          const id = create('td', 'cell-id');
          const open = create('button', '', rows.id[row]);
          open.type = 'button';
          open.dir = 'auto';
          open.dataset.row = row;
          id.append(open);
          const cluster = create('td', 'cell-cluster');
          const name = create('span', '', clusterName(rows.cluster[row]));
          name.dir = 'auto';
          if (rows.cluster[row] >= -1) cluster.append(dot(clusterColor(rows.cluster[row])));
          cluster.append(name);
          line.append(id, cell('cell-caption', rows.caption[row] || '–'), cluster);
          if (data.truths.length) line.append(cell('cell-truth', rows.truth[row] >= 0 ? data.truths[rows.truth[row]] : '–'));
          const status = create('td', 'cell-status');
          const label = data.statuses[rows.status[row]];
          const badge = create('span', label === 'OK' ? 'status ok' : 'status', label);
          if (rows.reason[row]) badge.title = rows.reason[row];
          status.append(badge);
          line.append(status);
          return line;
        }
        function drawRows() {
          const pages = Math.max(1, Math.ceil(table.shown.length / pageSize));
          table.page = Math.min(Math.max(0, table.page), pages - 1);
          const first = table.page * pageSize;
          const some = table.shown.slice(first, first + pageSize);
          const body = $('#row-body');
          $('#row-table').classList.toggle('plain', !pictures.length);
          body.replaceChildren(...some.map(drawRow));
          if (!some.length) {
            const line = create('tr');
            const none = create('td', 'none', rowCount ? 'No row fits these filters.' : 'There are no rows.');
            none.colSpan = 6;
            line.append(none);
            body.append(line);
          }
          awaitPictures(body);
          const total = number(table.shown.length);
          $('#row-count').textContent = some.length
            ? `${number(first + 1)}–${number(first + some.length)} of ${total}` : '0 rows';
          $('#page-back').disabled = table.page === 0;
          $('#page-next').disabled = table.page >= pages - 1;
          $$('#row-table th[data-sort]').forEach(head => head.dataset.sort === table.column
            ? head.setAttribute('aria-sort', table.down ? 'descending' : 'ascending') : head.removeAttribute('aria-sort'));
        }

        const option = (value, text) => { const node = create('option', '', text); node.value = value; return node; };
        $('#filter-cluster').append(...data.clusters.map((cluster, i) => option(i, `${cluster.name} (${number(cluster.size)})`)));
        if (rows.cluster.includes(-1)) $('#filter-cluster').append(option(-1, 'Noise'));
        if (rows.cluster.includes(-2)) $('#filter-cluster').append(option(-2, 'Left out'));
        $('#filter-status').append(...data.statuses.map((status, i) => option(i, status)));
        let typing = 0;
        $('#filter-text').addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(filterRows, 90); });
        $('#filters').addEventListener('change', filterRows);
        $('#filters').addEventListener('submit', event => { event.preventDefault(); filterRows(); });
        $$('#row-table th[data-sort]').forEach(head => head.addEventListener('click', () => {
          table.down = table.column === head.dataset.sort && !table.down;
          table.column = head.dataset.sort;
          sortRows();
        }));
        const turn = step => { table.page += step; drawRows(); $('#filters').scrollIntoView(); };
        $('#page-back').addEventListener('click', () => turn(-1));
        $('#page-next').addEventListener('click', () => turn(1));
        drawRows();

        """#
}
