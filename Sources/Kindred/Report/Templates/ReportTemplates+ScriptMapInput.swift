extension ReportTemplates {
    /// Mouse, touch, wheel and keys on the map; its tooltip and its legend.
    static let scriptMapInput = #"""
        function pick(x, y) {
          for (let i = map.placed.length - 1; i >= 0; i--) {
            const at = map.placed[i];
            if (x >= at.x && y >= at.y && x <= at.x + at.side && y <= at.y + at.side) return at.row;
          }
          let best = -1, least = 15 * 15;
          for (const entry of groupRows) {
            if (map.hidden.has(entry.key) || isFaded(entry.key)) continue;
            for (const row of entry.rows) {
              const distance = (toScreenX(rows.x[row]) - x) ** 2 + (toScreenY(rows.y[row]) - y) ** 2;
              if (distance < least) { least = distance; best = row; }
            }
          }
          return best;
        }

        let tipRow = -1, tipPinned = false;
        function placeTip() {
          const tip = $('#map-tip');
          const row = map.pinned >= 0 ? map.pinned : map.over;
          tip.hidden = row < 0;
          if (row < 0) { tipRow = -1; return; }
          const pinned = map.pinned >= 0;
          if (row !== tipRow || pinned !== tipPinned) fillTip(tip, row, pinned);
          const x = toScreenX(rows.x[row]), y = toScreenY(rows.y[row]);
          const shown = map.placed.find(entry => entry.row === row);
          const gap = shown ? shown.side / 2 + 10 : 16;
          const right = x + gap + tip.offsetWidth < map.width - 8;
          const left = right ? x + gap : Math.max(8, x - gap - tip.offsetWidth);
          const top = Math.min(Math.max(8, y - tip.offsetHeight / 2), Math.max(8, map.height - tip.offsetHeight - 8));
          tip.style.transform = `translate(${Math.round(Math.max(8, left))}px,${Math.round(top)}px)`;
        }
        function fillTip(tip, row, pinned) {
          tipRow = row;
          tipPinned = pinned;
          const parts = [];
          if (hasPicture(row)) parts.push(pictureElement(row));
          const where = create('div', 'where');
          const name = create('span', '', clusterName(rows.cluster[row]));
          name.dir = 'auto';
          where.append(dot(clusterColor(rows.cluster[row])), name);
          parts.push(where);
          if (rows.caption[row]) {
            const text = create('div', 'text', rows.caption[row]);
            text.dir = 'auto';
            parts.push(text);
          }
          const truth = rows.truth[row] >= 0 ? ' · ' + data.truths[rows.truth[row]] : '';
          parts.push(create('div', 'id', rows.id[row] + truth));
          if (pinned) {
            const buttons = create('div', 'buttons');
            const open = create('button', 'link', 'Open');
            const close = create('button', 'link', 'Close');
            open.type = close.type = 'button';
            open.addEventListener('click', () => showDetail(row));
            close.addEventListener('click', () => { unpin(); canvas.focus(); });
            buttons.append(open, close);
            parts.push(buttons);
            $('#map-live').textContent = `${rows.id[row]}, ${clusterName(rows.cluster[row])}. ${rows.caption[row]}`;
          }
          tip.classList.toggle('pinned', pinned);
          tip.replaceChildren(...parts);
        }
        function pin(row) { map.pinned = row; drawSoon(); }
        function unpin() { map.pinned = -1; map.over = -1; drawSoon(); }
        function hover(row) {
          if (row === map.over) return;
          map.over = row;
          canvas.classList.toggle('over', row >= 0);
          drawSoon();
        }
        function stepRow(direction) {
          const shown = map.points.filter(row => !map.hidden.has(group(row)) && !isFaded(group(row)));
          if (!shown.length) return;
          const at = shown.indexOf(map.pinned);
          pin(shown[(at + direction + shown.length) % shown.length]);
          const x = toScreenX(rows.x[map.pinned]), y = toScreenY(rows.y[map.pinned]);
          if (x < 20 || y < 20 || x > map.width - 20 || y > map.height - 20) {
            flyTo({ x: rows.x[map.pinned], y: rows.y[map.pinned], zoom: map.zoom });
          }
        }

        // Legend: a click hides or shows a group, a double click shows it alone, pointing at it brings it forward.
        function buildLegend() {
          $('#legend-list').replaceChildren(...groupRows.map(entry => {
            const line = create('li');
            const button = create('button');
            button.type = 'button';
            button.dataset.key = entry.key;
            button.title = `${entry.name}\nClick to hide or show, double click to show alone`;
            const color = map.byTruth ? '' : clusterColor(entry.key);
            const name = create('span', 'name', entry.name);
            name.dir = 'auto';
            button.append(dot(color || groupColor(entry.key)), name, create('span', 'number', number(entry.rows.length)));
            button.addEventListener('click', () => {
              if (!map.hidden.delete(entry.key)) map.hidden.add(entry.key);
              refreshLegend();
            });
            button.addEventListener('dblclick', () => {
              map.hidden = new Set(groupRows.map(other => other.key).filter(key => key !== entry.key));
              refreshLegend();
            });
            button.addEventListener('pointerenter', event => { if (event.pointerType === 'mouse') { map.glance = entry.key; drawSoon(); } });
            button.addEventListener('pointerleave', event => { if (event.pointerType === 'mouse') { map.glance = null; drawSoon(); } });
            line.append(button);
            return line;
          }));
          refreshLegend();
        }
        function refreshLegend() {
          $$('#legend-list button').forEach(button => button.setAttribute('aria-pressed', !map.hidden.has(+button.dataset.key)));
          drawSoon();
        }

        function startMap() {
          new ResizeObserver(() => {
            const box = $('#map-box').getBoundingClientRect();
            if (!box.width) return;
            const first = map.width === 1;
            map.width = box.width;
            map.height = box.height;
            map.ratio = Math.min(3, devicePixelRatio || 1);
            canvas.width = Math.round(box.width * map.ratio);
            canvas.height = Math.round(box.height * map.ratio);
            fitMap();
            if (first || map.zoom === 1) Object.assign(map, map.home);
            drawMap();
          }).observe($('#map-box'));
          prepareGroups();
          buildLegend();
          themeListeners.push(() => { dots.clear(); if (map.byTruth) buildLegend(); drawSoon(); });

          const fingers = new Map();
          let travel = 0, lastScroll = -1000;
          addEventListener('scroll', () => { lastScroll = performance.now(); }, { passive: true });
          const at = event => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
          canvas.addEventListener('pointerdown', event => {
            cancelAnimationFrame(flight);
            fingers.set(event.pointerId, at(event));
            if (fingers.size === 1) travel = 0;
            canvas.setPointerCapture(event.pointerId);
          });
          canvas.addEventListener('pointermove', event => {
            const [x, y] = at(event);
            const before = fingers.get(event.pointerId);
            if (!before) { if (event.pointerType !== 'touch') hover(pick(x, y)); return; }
            travel += Math.hypot(x - before[0], y - before[1]);
            if (fingers.size === 2) {
              const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
              const spread = Math.hypot(x - other[0], y - other[1]) / Math.max(1, Math.hypot(before[0] - other[0], before[1] - other[1]));
              zoomAt((x + other[0]) / 2, (y + other[1]) / 2, spread);
            }
            if (travel > 4) {
              const part = fingers.size === 2 ? 0.5 : 1;
              canvas.classList.add('dragging');
              map.x -= (x - before[0]) * part / (map.scale * map.zoom);
              map.y += (y - before[1]) * part / (map.scale * map.zoom);
              viewChanged();
            }
            fingers.set(event.pointerId, [x, y]);
          });
          const lift = event => {
            if (fingers.delete(event.pointerId) && event.type === 'pointerup' && travel <= 6 && !fingers.size) {
              const row = pick(...at(event));
              if (row >= 0) pin(row); else unpin();
            }
            if (!fingers.size) canvas.classList.remove('dragging');
          };
          canvas.addEventListener('pointerup', lift);
          canvas.addEventListener('pointercancel', lift);
          canvas.addEventListener('pointerleave', () => hover(-1));
          // A page that is being scrolled goes on scrolling when the map comes under the wheel.
          canvas.addEventListener('wheel', event => {
            const leaves = event.deltaY > 0 && map.zoom <= 0.26;
            if (!event.ctrlKey && (leaves || performance.now() - lastScroll < 220)) return;
            event.preventDefault();
            const lines = event.deltaMode === 1 ? 20 : 1;
            zoomAt(...at(event), Math.exp(-Math.max(-120, Math.min(120, event.deltaY * lines)) * (event.ctrlKey ? 0.01 : 0.0022)));
          }, { passive: false });
          const keys = {
            '+': () => zoomAt(map.width / 2, map.height / 2, 1.4), '=': () => zoomAt(map.width / 2, map.height / 2, 1.4),
            '-': () => zoomAt(map.width / 2, map.height / 2, 1 / 1.4), '−': () => zoomAt(map.width / 2, map.height / 2, 1 / 1.4),
            '0': resetMap, n: () => stepRow(1), p: () => stepRow(-1),
            Enter: () => { if (map.pinned >= 0) showDetail(map.pinned); },
            Escape: () => { setFocus(null); unpin(); },
            ArrowLeft: () => move(-1, 0), ArrowRight: () => move(1, 0), ArrowUp: () => move(0, 1), ArrowDown: () => move(0, -1),
          };
          const move = (x, y) => {
            map.x += x * 60 / (map.scale * map.zoom);
            map.y += y * 60 / (map.scale * map.zoom);
            viewChanged();
          };
          canvas.addEventListener('keydown', event => {
            const action = event.ctrlKey || event.metaKey || event.altKey ? null : keys[event.key];
            if (action) { event.preventDefault(); action(); }
          });
          $('#map-in').addEventListener('click', keys['+']);
          $('#map-out').addEventListener('click', keys['-']);
          $('#map-reset').addEventListener('click', resetMap);
          $('#map-focus').addEventListener('click', () => setFocus(null));
          const toggle = (button, change) => button?.addEventListener('click', () => {
            const on = button.getAttribute('aria-pressed') !== 'true';
            button.setAttribute('aria-pressed', on);
            change(on);
            drawSoon();
          });
          toggle($('#map-pictures'), on => { map.pictures = on; });
          toggle($('#map-names'), on => { map.names = on; });
          toggle($('#map-truth'), setTruth);
          $('#legend-all').addEventListener('click', () => { map.hidden.clear(); refreshLegend(); });
          $('#legend-none').addEventListener('click', () => { map.hidden = new Set(groupRows.map(entry => entry.key)); refreshLegend(); });
          $('#detail-map').addEventListener('click', () => { detail.close(); focusRow(detailRow); });
          // Paper is light, whatever the screen is.
          addEventListener('beforeprint', () => { map.onPaper = true; dots.clear(); drawMap(); });
          addEventListener('afterprint', () => { map.onPaper = false; dots.clear(); drawMap(); });
        }
        if (map) startMap();

        """#
}
