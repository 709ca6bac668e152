extension ReportTemplates {
    /// Data, theme, small helpers and the dialog of one row.
    static let scriptCore = #"""
        const $ = (selector, root = document) => root.querySelector(selector);
        const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
        const data = JSON.parse($('#data').textContent);
        const pictures = JSON.parse($('#pictures').textContent);
        const rows = data.rows;
        const rowCount = rows.id.length;
        const calm = matchMedia('(prefers-reduced-motion: reduce)');
        const darkScheme = matchMedia('(prefers-color-scheme: dark)');
        const themeListeners = [];
        const number = value => value.toLocaleString('en');

        function create(tag, className, text) {
          const node = document.createElement(tag);
          if (className) node.className = className;
          if (text !== undefined) node.textContent = text;
          return node;
        }
        function isDark() {
          const chosen = document.documentElement.dataset.theme;
          return chosen ? chosen === 'dark' : darkScheme.matches;
        }
        function property(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
        function clusterName(cluster) {
          if (cluster >= 0) return data.clusters[cluster].name;
          return cluster === -1 ? 'Noise' : 'Left out';
        }
        function clusterColor(cluster) { return cluster >= 0 ? `var(--k${cluster})` : 'var(--noise)'; }
        function dot(color) {
          const node = create('i', 'dot');
          node.style.setProperty('--c', color);
          return node;
        }

        // Pictures are kept as base64 text and become images only when somebody is about to see them.
        const kinds = [['/9j/', 'jpeg'], ['iVBOR', 'png'], ['UklGR', 'webp'], ['R0lGO', 'gif']];
        function hasPicture(row) { return rows.thumbnail[row] >= 0; }
        function pictureSource(row) {
          const text = pictures[rows.thumbnail[row]];
          const kind = kinds.find(([start]) => text.startsWith(start));
          return `data:image/${kind ? kind[1] : 'jpeg'};base64,${text}`;
        }
        function pictureElement(row) {
          const image = new Image();
          image.alt = '';
          image.decoding = 'async';
          image.src = pictureSource(row);
          return image;
        }
        function fill(place) {
          if (place.firstChild) return;
          const row = +place.dataset.row;
          if (!hasPicture(row)) return;
          const image = pictureElement(row);
          const long = () => Math.max(image.naturalWidth, image.naturalHeight) > 1.5 * Math.min(image.naturalWidth, image.naturalHeight);
          image.addEventListener('load', () => image.classList.toggle('whole', long()));
          place.append(image);
        }
        const arrival = new IntersectionObserver(entries => {
          for (const entry of entries) if (entry.isIntersecting) { arrival.unobserve(entry.target); fill(entry.target); }
        }, { rootMargin: '500px' });
        const awaitPictures = root => $$('.picture[data-row]', root).forEach(place => arrival.observe(place));
        awaitPictures(document);

        // Theme: what the system prefers, until the reader chooses.
        const remembered = (() => { try { return localStorage.getItem('kindred-theme'); } catch { return null; } })();
        if (remembered === 'light' || remembered === 'dark') document.documentElement.dataset.theme = remembered;
        $('#theme').addEventListener('click', () => {
          const theme = isDark() ? 'light' : 'dark';
          document.documentElement.dataset.theme = theme;
          try { localStorage.setItem('kindred-theme', theme); } catch { /* a private window forgets it */ }
          themeListeners.forEach(listener => listener());
        });
        darkScheme.addEventListener('change', () => themeListeners.forEach(listener => listener()));

        // The section that is being read is marked in the header.
        const links = $$('.nav a');
        const sections = links.map(link => $(link.hash));
        function markSection() {
          let current = 0;
          sections.forEach((section, i) => { if (section.getBoundingClientRect().top < innerHeight * 0.4) current = i; });
          if (scrollY > 80 && scrollY + innerHeight >= document.documentElement.scrollHeight - 4) current = links.length - 1;
          links.forEach((link, i) => i === current
            ? link.setAttribute('aria-current', 'true') : link.removeAttribute('aria-current'));
        }
        let marking = false;
        addEventListener('scroll', () => {
          if (marking) return;
          marking = true;
          requestAnimationFrame(() => { marking = false; markSection(); });
        }, { passive: true });
        markSection();

        // One row in full.
        const detail = $('#detail');
        let detailRow = 0;
        function facts(list, pairs) {
          list.replaceChildren(...pairs.filter(pair => pair[1]).map(([name, value]) => {
            const line = create('div');
            const described = create('dd', '', value);
            described.dir = 'auto';
            line.append(create('dt', '', name), described);
            return line;
          }));
        }
        function showDetail(row) {
          detailRow = row;
          const image = $('#detail-image');
          image.hidden = !hasPicture(row);
          if (hasPicture(row)) image.src = pictureSource(row); else image.removeAttribute('src');
          image.alt = rows.caption[row] || rows.id[row];
          $('#detail-title').textContent = rows.id[row];
          $('#detail-caption').textContent = rows.caption[row];
          const cluster = rows.cluster[row];
          facts($('#detail-facts'), [
            ['Cluster', clusterName(cluster)],
            ['True category', rows.truth[row] >= 0 ? data.truths[rows.truth[row]] : ''],
            ['Status', data.statuses[rows.status[row]]],
            ['Reason', rows.reason[row]],
          ]);
          const toCluster = $('#detail-cluster');
          toCluster.hidden = cluster < -1;
          toCluster.textContent = cluster < 0 ? 'Go to noise' : 'Go to cluster';
          toCluster.href = cluster < 0 ? '#noise' : `#cluster-${cluster}`;
          const toMap = $('#detail-map');
          if (toMap) toMap.hidden = rows.x[row] < 0;
          if (!detail.open) detail.showModal();
        }
        $('[data-close]').addEventListener('click', () => detail.close());
        $('#detail-cluster').addEventListener('click', () => detail.close());
        detail.addEventListener('click', event => { if (event.target === detail) detail.close(); });
        document.addEventListener('click', event => {
          const place = event.target.closest('[data-row]');
          if (place) showDetail(+place.dataset.row);
        });

        """#
}
