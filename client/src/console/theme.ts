// Runs before the first paint: the viewer's choice of light or dark, else the system's.
// Light and dark are two stylesheets of the component library; the media attribute decides which one counts.
type Choice = 'light' | 'dark' | 'system';

function stored(): Choice {
  try {
    const value = localStorage.getItem('mi-theme');
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

function apply(choice: Choice): void {
  const root = document.documentElement;
  if (choice === 'system') {
    root.removeAttribute('data-theme');
  } else {
    root.setAttribute('data-theme', choice);
  }
  for (const name of ['light', 'dark'] as const) {
    const link = document.getElementById(`theme-${name}`) as HTMLLinkElement | null;
    if (link) {
      link.media = choice === 'system' ? `(prefers-color-scheme: ${name})` : choice === name ? 'all' : 'not all';
    }
  }
}

apply(stored());

(window as unknown as { miTheme: object }).miTheme = {
  get: stored,
  set(choice: Choice): void {
    try {
      localStorage.setItem('mi-theme', choice);
    } catch {
      // Private windows may refuse storage; the choice then lasts until the page is left.
    }
    apply(choice);
  },
};
