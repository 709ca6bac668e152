extension ReportTemplates {
    /// The state of the map: where the view is, what is hidden, what is pointed at.
    static let scriptMapView = #"""
        const canvas = $('#map-canvas');
        const map = canvas && {
          points: [...rows.x.keys()].filter(row => rows.x[row] >= 0),
          width: 1, height: 1, ratio: 1,
          scale: 1, x: 0, y: 0, zoom: 1,
          byTruth: false, onPaper: false, names: true, pictures: null,
          hidden: new Set(), focus: null, glance: null, over: -1, pinned: -1, placed: [],
        };

        // One group can stand out: the one that was chosen, or the one that is pointed at in the legend.
        const isFaded = key => (map.glance ?? map.focus) !== null && (map.glance ?? map.focus) !== key;
        function setFocus(key) {
          map.focus = key;
          map.glance = null;
          const chip = $('#map-focus');
          chip.hidden = key === null;
          chip.textContent = key === null ? '' : `${groupName(key)}  ×`;
          chip.setAttribute('aria-label', key === null ? '' : `Show all groups, not only ${groupName(key)}`);
          drawSoon();
        }
        function group(row) { return map.byTruth ? rows.truth[row] : Math.max(rows.cluster[row], -1); }
        function groupName(key) {
          if (map.byTruth) return key >= 0 ? data.truths[key] : 'No category';
          return clusterName(key);
        }
        function groupColor(key) {
          const theme = isDark() && !map.onPaper ? 'dark' : 'light';
          return key >= 0 ? data.colors[theme][key] : data.colors[theme + 'Noise'];
        }
        function groupKeys() {
          const keys = [...(map.byTruth ? data.truths : data.clusters).keys()];
          if (map.points.some(row => group(row) === -1)) keys.push(-1);
          return keys;
        }

        // Screen = (place − centre) · scale · zoom + middle. Places run over 0…10,000, upwards.
        // A few far outliers do not decide the first view; they are a little outside it.
        function span(column) {
          const sorted = map.points.map(row => column[row]).sort((a, b) => a - b);
          const cut = sorted.length < 200 ? 0 : Math.floor(sorted.length * 0.004);
          return [sorted[cut], sorted[sorted.length - 1 - cut]];
        }
        function fitMap() {
          const [left, right] = span(rows.x), [bottom, top] = span(rows.y);
          const margin = Math.min(56, map.width / 9);
          map.scale = Math.min((map.width - 2 * margin) / (right - left || 1000), (map.height - 2 * margin - 24) / (top - bottom || 1000));
          map.home = { x: (left + right) / 2, y: (bottom + top) / 2, zoom: 1 };
        }
        const toScreenX = x => (x - map.x) * map.scale * map.zoom + map.width / 2;
        const toScreenY = y => (map.y - y) * map.scale * map.zoom + map.height / 2 + 10;
        const toPlaceX = x => (x - map.width / 2) / (map.scale * map.zoom) + map.x;
        const toPlaceY = y => map.y - (y - map.height / 2 - 10) / (map.scale * map.zoom);

        let frame = 0;
        function drawSoon() { if (!frame) frame = requestAnimationFrame(() => { frame = 0; drawMap(); }); }
        function zoomAt(x, y, factor) {
          const placeX = toPlaceX(x), placeY = toPlaceY(y);
          map.zoom = Math.min(400, Math.max(0.25, map.zoom * factor));
          map.x += placeX - toPlaceX(x);
          map.y += placeY - toPlaceY(y);
          viewChanged();
        }
        function viewChanged() {
          canvas.classList.toggle('zoomed', map.zoom > 1.05);
          drawSoon();
        }
        let flight = 0;
        function flyTo(target) {
          cancelAnimationFrame(flight);
          const start = { x: map.x, y: map.y, zoom: map.zoom };
          if (calm.matches) { Object.assign(map, target); viewChanged(); return; }
          const begin = performance.now();
          const step = now => {
            const t = Math.min(1, (now - begin) / 420);
            const ease = 1 - (1 - t) ** 3;
            map.zoom = start.zoom * (target.zoom / start.zoom) ** ease;
            map.x = start.x + (target.x - start.x) * ease;
            map.y = start.y + (target.y - start.y) * ease;
            viewChanged();
            if (t < 1) flight = requestAnimationFrame(step);
          };
          flight = requestAnimationFrame(step);
        }
        function flyToRows(some) {
          if (!some.length) return;
          let left = Infinity, right = -Infinity, low = Infinity, high = -Infinity;
          for (const row of some) {
            left = Math.min(left, rows.x[row]); right = Math.max(right, rows.x[row]);
            low = Math.min(low, rows.y[row]); high = Math.max(high, rows.y[row]);
          }
          const fits = Math.min(map.width * 0.7 / Math.max(1, (right - left) * map.scale),
            map.height * 0.62 / Math.max(1, (high - low) * map.scale));
          flyTo({ x: (left + right) / 2, y: (low + high) / 2, zoom: Math.min(12, Math.max(1, fits)) });
        }
        function goToMap() { $('#map').scrollIntoView({ behavior: calm.matches ? 'auto' : 'smooth' }); }
        function focusGroup(key) {
          if (map.byTruth) setTruth(false);
          map.hidden.delete(key);
          setFocus(key);
          unpin();
          refreshLegend();
          goToMap();
          flyToRows(map.points.filter(row => group(row) === key));
        }
        function focusRow(row) {
          map.hidden.delete(group(row));
          setFocus(null);
          refreshLegend();
          goToMap();
          flyTo({ x: rows.x[row], y: rows.y[row], zoom: Math.max(map.zoom, 5) });
          pin(row);
        }
        function resetMap() { setFocus(null); unpin(); flyTo(map.home); }
        function setTruth(on) {
          map.byTruth = on;
          map.hidden.clear();
          setFocus(null);
          $('#map-truth')?.setAttribute('aria-pressed', on);
          $('#legend-title').textContent = on ? 'True categories' : 'Clusters';
          prepareGroups();
          buildLegend();
          drawSoon();
        }

        """#

    /// Dots, pictures and names on the canvas.
    static let scriptMapDrawing = #"""
        const paper = () => map.onPaper ? '#ffffff' : property('--raised');
        const ink = () => map.onPaper ? '#1a1b1f' : property('--text');
        let groupRows = [], dots = new Map();
        const images = new Map();

        function prepareGroups() {
          const found = new Map(groupKeys().map(key => [key, []]));
          for (const row of map.points) found.get(group(row))?.push(row);
          const middle = (some, column) => some.map(row => column[row]).sort((a, b) => a - b)[some.length >> 1];
          groupRows = [...found].map(([key, some]) => ({
            key, rows: some, name: groupName(key),
            typical: map.byTruth || key < 0 ? [] : data.clusters[key].medoids.filter(row => rows.x[row] >= 0),
            x: some.length ? middle(some, rows.x) : 0, y: some.length ? middle(some, rows.y) : 0,
          }));
        }
        function dotImage(color, radius) {
          const key = color + radius + map.ratio;
          if (!dots.has(key)) {
            const size = Math.ceil((radius + 1.5) * 2 * map.ratio);
            const image = document.createElement('canvas');
            image.width = image.height = size;
            const pen = image.getContext('2d');
            pen.scale(map.ratio, map.ratio);
            pen.beginPath();
            pen.arc(size / map.ratio / 2, size / map.ratio / 2, radius, 0, 7);
            pen.fillStyle = color;
            pen.fill();
            pen.lineWidth = 1;
            pen.strokeStyle = paper();
            pen.stroke();
            dots.set(key, image);
          }
          return dots.get(key);
        }
        function imageFor(row) {
          const index = rows.thumbnail[row];
          let image = images.get(index);
          if (!image) {
            image = pictureElement(row);
            image.addEventListener('load', drawSoon);
            images.set(index, image);
          }
          return image.complete && image.naturalWidth ? image : null;
        }
        const showsPictures = () => pictures.length > 0 && (map.pictures ?? (map.zoom >= 4 || map.focus !== null));
        function radius() {
          const n = map.points.length;
          const narrow = map.width < 560 ? 0.75 : 1;
          const base = narrow * (n < 400 ? 5 : n < 2000 ? 4 : n < 8000 ? 3 : 2.2);
          return Math.round(base * Math.min(2, map.zoom ** 0.3) * 4) / 4;
        }

        function drawMap() {
          const pen = canvas.getContext('2d');
          pen.setTransform(map.ratio, 0, 0, map.ratio, 0, 0);
          pen.clearRect(0, 0, map.width, map.height);
          const size = radius();
          const visible = groupRows.filter(entry => !map.hidden.has(entry.key));
          const ordered = [...visible].sort((a, b) => isFaded(b.key) - isFaded(a.key) || (b.key < 0) - (a.key < 0));
          for (const entry of ordered) {
            const faded = isFaded(entry.key);
            const image = dotImage(groupColor(entry.key), entry.key < 0 ? size * 0.72 : size);
            const half = image.width / map.ratio / 2;
            pen.globalAlpha = faded ? 0.13 : entry.key < 0 ? 0.7 : 0.92;
            for (const row of entry.rows) {
              const x = toScreenX(rows.x[row]), y = toScreenY(rows.y[row]);
              if (x > -9 && y > -9 && x < map.width + 9 && y < map.height + 9) {
                pen.drawImage(image, x - half, y - half, 2 * half, 2 * half);
              }
            }
          }
          pen.globalAlpha = 1;
          map.placed = [];
          if (showsPictures()) drawPictures(pen, ordered);
          if (map.names) drawNames(pen, visible);
          for (const row of new Set([map.over, map.pinned])) if (row >= 0) drawRing(pen, row, size);
          placeTip();
        }

        // As many pictures as fit without overlap; more of them appear as the view comes closer.
        function drawPictures(pen, ordered) {
          const side = Math.min(72, 34 + 7 * Math.log2(Math.max(1, map.zoom)));
          const cell = side + 4, taken = new Map(), used = new Set();
          const bright = ordered.filter(entry => !isFaded(entry.key)).reverse();
          const typical = bright.flatMap(entry => entry.typical.map((row, rank) => [rank, row])).sort((a, b) => a[0] - b[0]);
          for (const some of [typical.map(pair => pair[1]), ...bright.map(entry => entry.rows)]) {
            for (const row of some) {
              if (!hasPicture(row) || used.has(row)) continue;
              used.add(row);
              const x = toScreenX(rows.x[row]), y = toScreenY(rows.y[row]);
              if (x < -side || y < -side || x > map.width + side || y > map.height + side) continue;
              const column = Math.floor(x / cell), line = Math.floor(y / cell);
              let free = true;
              for (let i = column - 1; free && i <= column + 1; i++) {
                for (let j = line - 1; free && j <= line + 1; j++) {
                  const other = taken.get(i * 4096 + j);
                  if (other && Math.abs(other[0] - x) < cell && Math.abs(other[1] - y) < cell) free = false;
                }
              }
              if (!free) continue;
              taken.set(column * 4096 + line, [x, y]);
              const image = imageFor(row);
              if (!image) continue;
              const half = side / 2;
              pen.save();
              pen.beginPath();
              pen.roundRect(x - half, y - half, side, side, 6);
              pen.fillStyle = '#fff';
              pen.fill();
              pen.clip();
              const fit = Math.max(side / image.naturalWidth, side / image.naturalHeight);
              const w = image.naturalWidth * fit, h = image.naturalHeight * fit;
              pen.drawImage(image, x - w / 2, y - h / 2, w, h);
              pen.restore();
              pen.lineWidth = 2;
              pen.strokeStyle = groupColor(group(row));
              pen.beginPath();
              pen.roundRect(x - half, y - half, side, side, 6);
              pen.stroke();
              map.placed.push({ row, x: x - half, y: y - half, side });
            }
          }
        }

        function drawNames(pen, visible) {
          pen.font = `600 ${map.width < 560 ? 11 : 12.5}px ${getComputedStyle(document.body).fontFamily}`;
          pen.textAlign = 'center';
          pen.textBaseline = 'middle';
          const longest = map.width < 560 ? 20 : 32;
          const background = paper(), foreground = ink();
          const boxes = [];
          for (const entry of visible.filter(e => e.key >= 0 && e.rows.length).sort((a, b) => b.rows.length - a.rows.length)) {
            if (isFaded(entry.key)) continue;
            const letters = [...entry.name];
            const text = letters.length > longest ? letters.slice(0, longest - 1).join('').trimEnd() + '…' : entry.name;
            const half = pen.measureText(text).width / 2 + 3;
            let x = toScreenX(entry.x), y = toScreenY(entry.y);
            if (x < -40 || x > map.width + 40 || y < 0 || y > map.height) continue;
            x = Math.min(Math.max(x, half + 6), Math.max(half + 6, map.width - half - 6));
            const above = showsPictures() ? 30 : 0;
            const spot = (visible.length > 24 ? [0] : [0, -21, 21, -42, 42]).map(shift => y + shift - above).find(try_ =>
              try_ > 56 && boxes.every(box => Math.abs(box.x - x) > box.half + half || Math.abs(box.y - try_) > 21));
            if (spot === undefined) continue;
            boxes.push({ x, y: spot, half });
            pen.fillStyle = background;
            pen.globalAlpha = 0.76;
            pen.beginPath();
            pen.roundRect(x - half - 3, spot - 10, 2 * half + 6, 20, 6);
            pen.fill();
            pen.globalAlpha = 1;
            pen.fillStyle = foreground;
            pen.fillText(text, x, spot);
          }
        }
        function drawRing(pen, row, size) {
          const shown = map.placed.find(entry => entry.row === row);
          pen.lineWidth = 2.5;
          pen.strokeStyle = ink();
          pen.beginPath();
          if (shown) pen.roundRect(shown.x - 2, shown.y - 2, shown.side + 4, shown.side + 4, 8);
          else pen.arc(toScreenX(rows.x[row]), toScreenY(rows.y[row]), size + 3.5, 0, 7);
          pen.stroke();
        }

        """#
}
